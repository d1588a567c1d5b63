"""Of the state folder: each right that is too wide is found and told with the command that narrows it."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tailwatch import system_users
from tailwatch.doctor import state_folder
from tailwatch.pki import Authority
from tailwatch.secrets import write_private
from tailwatch.state import StateFolder
from tailwatch.system_users import API, EDGE, INGEST
from tests.tailwatch.doctor.findings import told, verdicts

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
STRANGER = 12345


def made(folder: Path) -> Path:
    """A state folder as `tailwatch up` makes it: secrets, settings, the folder of an agent, authority, log."""
    users = system_users.of_programs()
    with StateFolder(folder / "state") as state:
        state.secret_file("mqtt/vale/n07")
        state.secret_file("mqtt/vale/_edge/gw1", users.edge)
        state.write("api.toml", "port = 1", users.api)
        state.write("tailwatch_ingest.conninfo", "host=x", users.ingest)
        state.write("tailwatch_owner.conninfo", "host=x")
        state.working_folder("agents/vale-gw1", users.edge)
    Authority(state.folder / "pki").make("test", datetime.now(UTC))
    (state.folder / "tailwatch.log").touch(0o640)
    return state.folder


def found(state: Path) -> list[tuple[str, str]]:
    """All that is not good of a state folder, for who owns it."""
    looks = (state_folder.modes, state_folder.owners, state_folder.logs)
    return told([*state_folder.owner(state, os.geteuid()), *(one for look in looks for one in look(state))])


def test_a_state_folder_as_it_is_made_is_good(tmp_path: Path) -> None:
    """Under the usual umask, and where programs pass through it to their own files."""
    assert found(made(tmp_path)) == []


@pytest.mark.parametrize("place", ["secrets/mqtt/vale/n07", "settings/tailwatch_owner.conninfo", "pki/ca.key"])
def test_a_secret_that_others_read_is_told(tmp_path: Path, place: str) -> None:
    """The file and the chmod that closes it."""
    state = made(tmp_path)
    (state / place).chmod(0o644)

    assert found(state) == [("secret-modes", f"chmod 600 {state / place}")]


@pytest.mark.parametrize("place", ["agents", "secrets", "settings"])
def test_a_folder_that_others_list_is_told(tmp_path: Path, place: str) -> None:
    """A copied state folder: names of what is private for everybody."""
    state = made(tmp_path)
    (state / place).chmod(0o755)

    ((code, fix),) = found(state)
    assert code == "folder-modes" and fix in (f"chmod 711 {state / place}", f"chmod 700 {state / place}")


def test_a_state_folder_that_others_write_is_told(tmp_path: Path) -> None:
    """World-writable: anybody could put settings in the place of ours."""
    state = made(tmp_path)
    state.chmod(0o777)

    assert found(state) == [("state-owner", f"chmod go-w {state}")]


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_a_log_that_others_read_or_write_is_told(tmp_path: Path, mode: int) -> None:
    """It has addresses of people; also the older ones that were set aside."""
    state = made(tmp_path)
    (state / "tailwatch.log.1").touch()
    (state / "tailwatch.log.1").chmod(mode)

    assert found(state) == [("log-modes", f"chmod 640 {state / 'tailwatch.log.1'}")]


@ROOT_ONLY
@pytest.mark.parametrize(
    ("place", "given", "wanted"),
    [
        ("settings/tailwatch_ingest.conninfo", API, INGEST),
        ("settings/tailwatch_owner.conninfo", INGEST, "root"),
        ("secrets/mqtt/vale/_edge/gw1", INGEST, EDGE),
        ("secrets/mqtt/vale/n07", EDGE, "root"),
        ("pki/ca.key", API, "root"),
    ],
)
def test_a_secret_of_another_program_is_told(tmp_path: Path, place: str, given: str, wanted: str) -> None:
    """Whose it is, and the chown to the one program that needs it."""
    state = made(tmp_path)
    shutil.chown(state / place, given)

    assert found(state) == [("secret-owners", f"sudo chown {wanted} {state / place}")]


@ROOT_ONLY
def test_what_belongs_to_somebody_else_is_told(tmp_path: Path) -> None:
    """After a restore as root of what a user ran: whose it is, and the chown."""
    state = made(tmp_path)
    os.chown(state, STRANGER, STRANGER)

    (other,) = state_folder.owner(state, 1000)
    assert other.verdict == "fault" and other.fix.startswith(f"sudo chown -R 1000 {state}")


def test_certificates_that_end_are_told(tmp_path: Path) -> None:
    """One that is over, one that ends soon, and the authority, which is good."""
    authority, now = Authority(tmp_path / "pki"), datetime.now(UTC)
    authority.make("test", now)
    authority.issue("over", ("x",), now - timedelta(days=400))
    authority.issue("soon", ("x",), now - timedelta(days=380))

    looked = list(state_folder.certificates(tmp_path, now))
    assert verdicts(looked) == ["good", "fault", "warning"]
    assert told(looked) == [("certificates", "tailwatch pki renew")] * 2


@pytest.mark.parametrize("name", ["password", "password-site", "password-history"])
def test_a_password_beside_the_settings_of_a_unit_is_told(tmp_path: Path, name: str) -> None:
    """Copied from a stick with the rights of the stick; a gateway has one for each connection."""
    (tmp_path / "agents" / "gw1").mkdir(parents=True)
    assert list(state_folder.settings(tmp_path)) == []
    write_private(tmp_path / "ingest.conninfo", "x")
    assert verdicts(state_folder.settings(tmp_path)) == ["good"]
    copied = tmp_path / "agents" / "gw1" / name
    copied.write_text("x")
    copied.chmod(0o644)

    first = next(iter(state_folder.settings(tmp_path)))
    assert (first.code, first.verdict) == ("unit-secrets", "fault")
    assert first.fix.startswith(f"sudo chmod 600 {copied}")


@ROOT_ONLY
def test_programs_that_share_a_user_are_told(tmp_path: Path) -> None:
    """The password of ingest belongs to the user of the api: whoever takes one over has both."""
    (tmp_path / "agents" / "gw1").mkdir(parents=True)
    owners = {"ingest.conninfo": 64001, "api.conninfo": 64001, "agents/gw1/password": 64002}
    for name, owner in owners.items():
        write_private(tmp_path / name, "secret")
        os.chown(tmp_path / name, owner, owner)
    shared = list(state_folder.settings(tmp_path))
    os.chown(tmp_path / "api.conninfo", 64003, 64003)

    assert [(one.verdict, "api and ingest" in one.says) for one in shared] == [("fault", True)]
    assert verdicts(state_folder.settings(tmp_path)) == ["good"]
