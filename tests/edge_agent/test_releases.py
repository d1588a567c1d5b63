"""Releases: a request is a file, and stays until it is carried out."""

from pathlib import Path

import msgspec
import pytest

from edge_agent.releases import FOLDER, ask_release, carry_out
from edge_agent.settings import BadSettings, Endpoint, Settings
from tests.edge_agent.receivers.place import Log
from tests.edge_agent.test_alarm import TEXT

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

    for _ in range(3):
        carry_out(settings.state_dir, release)

    assert done == [("pond", "spike"), ("pond", "spike")]
    assert list((settings.state_dir / FOLDER).iterdir()) == []


def test_a_plan_that_does_not_exist_is_told(settings: Settings) -> None:
    """With the nearest one; so is a folder where no agent works."""
    with pytest.raises(BadSettings, match="did you mean 'pond'"):
        ask_release(settings, "pnd", "", Log())
    with pytest.raises(BadSettings, match="no agent has worked here"):
        ask_release(msgspec.structs.replace(settings, state_dir=settings.state_dir / "none"), "pond", "spike", Log())
