"""The doctor finds each planted fault and names its fix; figures planted, not measured, except for the real machine."""

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from tailwatch import doctor
from tailwatch.__main__ import app
from tailwatch.doctor import Checkup
from tailwatch.pki import Authority
from tailwatch.secrets import write_private
from tailwatch.state import StateFolder


def verdicts(findings: list[Checkup]) -> list[str]:
    return [one.verdict for one in findings]


def test_this_machine_has_what_is_needed() -> None:
    """The real programs here have versions that fit."""
    assert verdicts(list(doctor.versions(doctor._version))) == ["good", "good"]


@pytest.mark.parametrize(
    ("found", "says"),
    [(None, "not installed"), ((2, 0, 11), "2.0.15 is needed"), ((1, 6), "2.0.15 is needed")],
)
def test_an_old_or_absent_broker_is_told(found: tuple[int, ...] | None, says: str) -> None:
    """With the command that brings it."""
    finding = next(iter(doctor.versions(lambda tool: found)))

    assert (finding.verdict, finding.fix, says in finding.says) == ("fault", "sudo apt install mosquitto", True)


def test_another_major_version_of_the_database_is_told() -> None:
    """15 and 18 are as wrong as none."""
    for major in (15, 18):
        assert list(doctor.versions(lambda tool, major=major: (major, 1)))[1].verdict == "fault"


@pytest.mark.parametrize(
    ("total_mb", "free_mb", "verdict"),
    [(100_000, 50_000, "good"), (100_000, 9_000, "warning"), (10_000, 1_900, "warning"), (10_000, 900, "fault")],
)
def test_a_full_disk_is_told(total_mb: int, free_mb: int, verdict: str) -> None:
    """Under a tenth, or under 2 GB, is a warning; under 1 GB a fault."""
    assert doctor.disk(total_mb * doctor.MB, free_mb * doctor.MB).verdict == verdict


def test_a_clock_that_nobody_keeps_and_few_files_are_told() -> None:
    """5 is TIME_ERROR of ntp_adjtime(3)."""
    assert doctor.clock(5).fix == "sudo timedatectl set-ntp true" and doctor.clock(0).verdict == "good"
    assert doctor.files(1024).verdict == "warning" and doctor.files(-1).verdict == "good"


def test_a_secret_that_others_read_is_told(tmp_path: Path) -> None:
    """The file and the chmod that closes it."""
    (tmp_path / "secrets").mkdir(mode=0o700)
    write_private(tmp_path / "secrets" / "closed", "x")
    assert verdicts(list(doctor.permissions(tmp_path))) == ["good"]
    (tmp_path / "secrets" / "open").write_text("x")
    os.chmod(tmp_path / "secrets" / "open", 0o644)

    (finding,) = doctor.permissions(tmp_path)
    assert finding.fix == f"chmod 600 {tmp_path / 'secrets' / 'open'}"


def test_a_folder_that_others_enter_or_own_is_told(tmp_path: Path) -> None:
    """A copied state folder: world-writable, its secrets open, a buffer for everybody; each with the command."""
    (tmp_path / "agents").mkdir(mode=0o755)
    tmp_path.chmod(0o777)
    me = os.geteuid()

    assert [one.fix for one in doctor.permissions(tmp_path)] == [f"chmod 700 {tmp_path / 'agents'}"]
    assert [one.fix for one in doctor.owner(tmp_path, me)] == [f"chmod go-w {tmp_path}"]
    tmp_path.chmod(0o711)
    assert verdicts(list(doctor.owner(tmp_path, me))) == ["good"]


def test_a_state_folder_as_it_is_made_is_good(tmp_path: Path) -> None:
    """Secrets, settings and the folders of agents, under the usual umask."""
    with StateFolder(tmp_path / "state") as state:
        state.secret_file("mqtt/vale/n07")
        state.write("api.toml", "port = 1")
        state.subfolder("agents/vale-gw1")
    Authority(tmp_path / "state" / "pki").make("test", datetime.now(UTC))

    found = [*doctor.owner(state.folder, os.geteuid()), *doctor.permissions(state.folder)]
    assert verdicts(found) == ["good", "good"]


def test_a_password_beside_the_settings_of_a_unit_is_told(tmp_path: Path) -> None:
    """Copied from a stick with the rights of the stick."""
    (tmp_path / "agents" / "gw1").mkdir(parents=True)
    assert list(doctor.settings(tmp_path)) == []
    write_private(tmp_path / "ingest.conninfo", "x")
    assert verdicts(list(doctor.settings(tmp_path))) == ["good"]
    copied = tmp_path / "agents" / "gw1" / "password"
    copied.write_text("x")
    copied.chmod(0o644)

    first = next(iter(doctor.settings(tmp_path)))
    assert first.fix.startswith(f"sudo chmod 600 {copied}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_somebody_else_is_told(tmp_path: Path) -> None:
    """After a restore as root of what a user ran: whose it is, and the chown."""
    (tmp_path / "secrets").mkdir(mode=0o700)
    write_private(tmp_path / "secrets" / "one", "x")
    os.chown(tmp_path / "secrets" / "one", 12345, 12345)
    (strange,) = doctor.permissions(tmp_path)
    os.chown(tmp_path, 12345, 12345)
    (other,) = doctor.owner(tmp_path, 1000)

    assert strange.fix == f"sudo chown 0 {tmp_path / 'secrets' / 'one'}"
    assert other.verdict == "fault" and other.fix.startswith(f"sudo chown -R 1000 {tmp_path}")


def test_a_port_that_another_program_took_is_told(tmp_path: Path) -> None:
    """Nothing of ours runs, and yet somebody answers."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (tmp_path / "ports.json").write_bytes(msgspec.json.encode({"api": port}))
        (finding,) = doctor.open_ports(tmp_path)

    assert finding.verdict == "warning" and f"sport = :{port}" in finding.fix
    assert verdicts(list(doctor.open_ports(tmp_path))) == ["good"]


def test_certificates_and_broker_are_looked_at(tmp_path: Path) -> None:
    """One that is over, one that ends soon; a queue of 1,000, a door for everybody."""
    authority, now = Authority(tmp_path / "pki"), datetime.now(UTC)
    authority.make("test", now)
    authority.issue("over", ("x",), now - timedelta(days=400))
    authority.issue("soon", ("x",), now - timedelta(days=380))
    (tmp_path / "broker").mkdir()
    conf = tmp_path / "broker" / "mosquitto.conf"
    found = []
    for text in ("persistence true\n", "max_queued_messages 1000\n", "max_queued_messages 0\nallow_anonymous true\n"):
        conf.write_text(text)
        found += verdicts(list(doctor.broker_limits(tmp_path)))

    assert verdicts(list(doctor.certificates(tmp_path, now))) == ["good", "fault", "warning"]
    assert found == ["fault", "fault", "fault"]


def test_the_command_ends_with_1_when_something_is_broken(tmp_path: Path) -> None:
    """And names the server that does not answer."""
    Authority(tmp_path / "pki").make("test", datetime.now(UTC))
    told = CliRunner().invoke(app, ["doctor", "--state", str(tmp_path), "--server", "127.0.0.1:9"])

    assert told.exit_code == 1
    assert "ok   mosquitto: version" in told.output and "nothing listens on 127.0.0.1:9" in told.output


def of_broker(folder: Path, text: str) -> list[tuple[str, str]]:
    """Verdicts and fixes of a Mosquitto of Debian's with this file beside its own."""
    (folder / "conf.d").mkdir(exist_ok=True)
    (folder / "mosquitto.conf").write_text("include_dir /etc/mosquitto/conf.d\n")
    (folder / "conf.d" / "tailwatch.conf").write_text(text)
    return [(one.verdict, one.fix) for one in doctor.network_broker(folder)]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("listener 1883\npassword_file p\n", "certfile"),
        ("listener 1883 10.0.0.5\n", "certfile"),
        ("listener 8883\ncertfile a.crt\nlistener 1883 0.0.0.0\n", "certfile"),
        ("listener 1883 127.0.0.1\nallow_anonymous true\n", "allow_anonymous false"),
    ],
)
def test_a_broker_that_is_open_is_told(tmp_path: Path, text: str, fix: str) -> None:
    """A listener on the network without TLS, and one that asks for no password."""
    (found,) = of_broker(tmp_path, text)

    assert found[0] == "fault" and fix in found[1]


def test_a_broker_on_loopback_or_with_tls_is_good(tmp_path: Path) -> None:
    """Both together; and where there is no broker of Debian's there is no word of it."""
    text = "listener 1883 127.0.0.1\nlistener 8883\ncertfile a.crt\nkeyfile a.key\nallow_anonymous false\n"

    assert of_broker(tmp_path, text) == [("good", "")]
    assert list(doctor.network_broker(tmp_path / "nowhere")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_programs_that_share_a_user_are_told(tmp_path: Path) -> None:
    """The password of ingest belongs to the user of the api: whoever takes one over has both."""
    (tmp_path / "agents" / "gw1").mkdir(parents=True)
    owners = {"ingest.conninfo": 64001, "api.conninfo": 64001, "agents/gw1/password": 64002}
    for name, owner in owners.items():
        write_private(tmp_path / name, "secret")
        os.chown(tmp_path / name, owner, owner)
    shared = list(doctor.settings(tmp_path))
    os.chown(tmp_path / "api.conninfo", 64003, 64003)

    assert [(one.verdict, "api and ingest" in one.says) for one in shared] == [("fault", True)]
    assert verdicts(list(doctor.settings(tmp_path))) == ["good"]
