"""Tests of the log lines."""

import re

import pytest

from ingest.log import tell


def test_an_event_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Time, level, room, event and fields stand on one line; a value with spaces is quoted, line ends are not kept."""
    tell("WARNING", "database-lost", error="server closed\nthe connection", tries=3)
    line = capsys.readouterr().err

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING ingest database-lost"
        r' error="server closed the connection" tries=3\n',
        line,
    )
