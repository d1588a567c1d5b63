"""The log: one line an event, which can be split again."""

import pytest

from edge_agent.log import log


def test_a_line_has_time_level_room_event_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """Values with spaces are quoted; a stranger's text cannot begin a new line."""
    log("WARNING", "node-fault", node="n07", text="no signal\nINFO forged")

    time, rest = capsys.readouterr().err.split(" ", 1)
    assert time.endswith("Z")
    assert rest == "WARNING edge_agent node-fault node=n07 text='no signal\\nINFO forged'\n"
