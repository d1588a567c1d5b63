"""`tailwatch doctor` at the command line."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tailwatch.__main__ import app
from tailwatch.commands import doctor
from tailwatch.pki import Authority

ROOT = Path(__file__).parents[3]


def test_the_command_ends_with_1_when_something_is_broken(tmp_path: Path) -> None:
    """And names the server that does not answer; each line has its code, by which the guide explains it."""
    Authority(tmp_path / "pki").make("test", datetime.now(UTC))
    told = CliRunner().invoke(app, ["doctor", "--state", str(tmp_path), "--server", "127.0.0.1:9"])

    assert told.exit_code == 1
    assert "ok   mosquitto: version" in told.output and "nothing listens on 127.0.0.1:9" in told.output
    assert "[versions]" in told.output and "[tls-greeting]" in told.output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root asks as another user")
def test_who_may_not_look_into_the_state_folder_is_told(reachable_folder: Path) -> None:
    """That of `tailwatch up` as root is closed: nothing is called good that could not be seen."""
    state = reachable_folder / "state"
    state.mkdir(mode=0o711)
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
    words = [*nobody, sys.executable, "-m", "tailwatch", "doctor"]
    env = {**os.environ, "TAILWATCH_STATE": str(state)}
    told = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)

    assert told.returncode == 1
    assert f"BAD  state folder: {state} is closed to you [state-owner]\n       sudo tailwatch doctor" in told.stdout
    assert "[secret-modes]" not in told.stdout


@pytest.mark.parametrize("server", ["centre.example", ":8883"])
def test_a_server_that_is_none_is_told(tmp_path: Path, server: str) -> None:
    """With one that is."""
    found = doctor._greeting(server, tmp_path / "ca.crt")

    assert (found.code, found.verdict, found.fix) == ("tls-greeting", "fault", "for example broker.example:8883")
