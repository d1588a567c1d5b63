"""`tailwatch doctor` at the command line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tailwatch.__main__ import app
from tailwatch.commands import doctor
from tailwatch.pki import Authority


def test_the_command_ends_with_1_when_something_is_broken(tmp_path: Path) -> None:
    """And names the server that does not answer; each line has its code, by which the guide explains it."""
    Authority(tmp_path / "pki").make("test", datetime.now(UTC))
    told = CliRunner().invoke(app, ["doctor", "--state", str(tmp_path), "--server", "127.0.0.1:9"])

    assert told.exit_code == 1
    assert "ok   mosquitto: version" in told.output and "nothing listens on 127.0.0.1:9" in told.output
    assert "[versions]" in told.output and "[tls-greeting]" in told.output


@pytest.mark.parametrize("server", ["centre.example", ":8883"])
def test_a_server_that_is_none_is_told(tmp_path: Path, server: str) -> None:
    """With one that is."""
    found = doctor._greeting(server, tmp_path / "ca.crt")

    assert (found.code, found.verdict, found.fix) == ("tls-greeting", "fault", "for example broker.example:8883")
