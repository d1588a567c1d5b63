"""Releases: a request is a file, and stays until it is carried out."""

from pathlib import Path

import msgspec
import pytest

from edge_agent.alarm.releases import FOLDER, Releases, ask_release
from edge_agent.config.settings import Settings
from runtime.settings import BadSettings, Endpoint
from tests.edge_agent.alarm.test_alarm import TEXT
from tests.edge_agent.place import Log

END = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", Path("password"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "vale.toml"
    file.write_text(TEXT)
    return Settings(file, "gw1", tmp_path, END, END)


def test_a_request_stays_until_it_is_stored(settings: Settings) -> None:
    """While the disk refuses it waits, then it is done once, with its reason."""
    ask_release(settings, "pond", "spike", Log())
    done: list[tuple[str, str]] = []

    def release(plan: str, reason: str) -> bool:
        done.append((plan, reason))
        return len(done) > 1

    releases = Releases(settings.state_dir, Log())
    for _ in range(3):
        releases.carry_out(release)

    assert done == [("pond", "spike"), ("pond", "spike")]
    assert list((settings.state_dir / FOLDER).iterdir()) == []


def test_a_plan_that_does_not_exist_is_told(settings: Settings) -> None:
    """With the nearest one; so is a folder where no agent works."""
    with pytest.raises(BadSettings, match="did you mean 'pond'"):
        ask_release(settings, "pnd", "", Log())
    with pytest.raises(BadSettings, match="no agent has worked here"):
        ask_release(msgspec.structs.replace(settings, state_dir=settings.state_dir / "none"), "pond", "spike", Log())


def test_what_is_no_readable_file_is_told_once_and_holds_nothing_up(settings: Settings) -> None:
    """A folder, and a link that leads nowhere: other requests are carried out, and these when they are files."""
    ask_release(settings, "pond", "spike", Log())
    folder, log, done = settings.state_dir / FOLDER, Log(), list[tuple[str, str]]()
    (folder / "a").mkdir()
    (folder / "b").symlink_to(folder / "nowhere" / "b")

    def release(plan: str, reason: str) -> bool:
        done.append((plan, reason))
        return True

    releases = Releases(settings.state_dir, log)
    for _ in range(3):
        releases.carry_out(release)
    (folder / "a").rmdir()
    (folder / "a").write_text("looked at")
    releases.carry_out(release)

    assert done == [("pond", "spike"), ("a", "looked at")]
    assert [line.split(" fix=")[0] for line in log.lines] == [
        f"ERROR release-unreadable file={folder / 'a'} error=Is a directory",
        f"ERROR release-unreadable file={folder / 'b'} error=No such file or directory",
    ]


def test_a_request_that_cannot_be_removed_is_carried_out_once(settings: Settings) -> None:
    """It is told to who must take it away, and counts again when it is made anew."""
    ask_release(settings, "pond", "spike", Log())
    request, log, done = settings.state_dir / FOLDER / "pond", Log(), list[str]()

    def release(plan: str, reason: str) -> bool:
        done.append(reason)
        request.unlink()
        request.mkdir()  # nobody can unlink a folder
        return True

    releases = Releases(settings.state_dir, log)
    for _ in range(3):
        releases.carry_out(release)
    request.rmdir()
    releases.carry_out(release)
    ask_release(settings, "pond", "again", Log())
    releases.carry_out(release)

    assert done == ["spike", "again"]
    assert log.said("ERROR release-stays") == 2
