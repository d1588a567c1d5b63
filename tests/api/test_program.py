"""The program: starts from one file, ends in order."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx

from tests.api.server import ApiServer
from tests.programs import ROOT


def test_sigterm_ends_it_in_time_with_live_clients_told(own_server: ApiServer) -> None:
    """With a live client connected SIGTERM ends the program with 0 within 5 s, and the client is told."""
    with socket.create_connection(("127.0.0.1", own_server.port), timeout=60) as line:
        line.sendall(b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        data = line.recv(4096)
        code = own_server.stop()
        while part := line.recv(4096):
            data += part

    assert code == 0
    assert b"event: dropped" in data


def test_it_listens_on_this_machine_only(own_server: ApiServer) -> None:
    """Without `host` in the settings the api is not reachable by another address of this machine."""
    with socket.socket() as line:
        line.settimeout(2)

        assert line.connect_ex(("127.0.0.2", own_server.port)) != 0
        assert httpx.get(f"{own_server.url}/healthz").json() == {"status": "ok"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tailwatch.api", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_wrong_settings_end_it_with_a_sentence(tmp_path: Path) -> None:
    """A settings file that cannot be used is told in one line, without a trace."""
    file = tmp_path / "api.toml"
    file.write_text('database_url_fil = "x"\n')
    done = run(str(file))

    assert done.returncode == 2
    assert "database_url_fil" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_settings_it_says_how_it_is_used() -> None:
    """No argument is answered by the usage."""
    assert "python -m tailwatch.api SETTINGS.toml" in run().stderr


def test_logs_are_lines_of_events_without_secrets(own_server: ApiServer) -> None:
    """The log has time, level, room and event, and never the password."""
    httpx.get(f"{own_server.url}/api/v1/facilities")
    own_server.stop()
    log = own_server.log_file.read_text()
    password = dict(
        word.split("=", 1) for word in (own_server.settings_file.parent / "database_url").read_text().split()
    )

    assert " INFO api started address=" in log
    assert password["password"] not in log
