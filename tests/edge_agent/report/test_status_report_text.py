"""The sheet as text: spans of time and columns."""

import msgspec
import pytest

from edge_agent.clock.gateway_clock import ClockVerdict
from edge_agent.report.status import CentreSaid
from edge_agent.report.status_report import read_sheet
from edge_agent.report.status_report_text import columns, sheet_text, span
from tests.edge_agent.world import World


@pytest.mark.parametrize(
    ("ms", "words"), [(-5, "0 s"), (59_000, "59 s"), (180_000, "3 min"), (7_200_000, "2 h"), (200_000_000, "2 d")]
)
def test_a_span_is_in_its_largest_unit(ms: int, words: str) -> None:
    """Also for a clock that is behind."""
    assert span(ms) == words


def test_columns_begin_at_one_place() -> None:
    """As wide as their widest cell, two blanks between them, none at the end."""
    assert columns([("a", "bb", "c"), ("aaa", "b", "")]) == ["a    bb  c", "aaa  b"]


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (
            ClockVerdict("wrong", "centre", -259_200_000),
            "clock          WRONG, 3 d behind (says the centre); goes by the time that it was told",
        ),
        (
            ClockVerdict("wrong", "nodes", 7_200_000),
            "clock          WRONG, 2 h ahead (say senders with clocks of their own)",
        ),
        (ClockVerdict("wrong", "buffer"), "clock          WRONG (it is behind what is stored, or before the facility)"),
        (ClockVerdict("good", "centre", 12), ""),
    ],
)
def test_a_wrong_clock_stands_at_the_top(world: World, verdict: ClockVerdict, line: str) -> None:
    """By how much, who says so, and what the agent does about it."""
    with world.agent():
        pass
    sheet = read_sheet(world.settings, 1_764_079_200_000, world.log)
    said = msgspec.structs.replace(sheet.said, clock=verdict, centre=CentreSaid(True, 1_764_079_200_000 - 1_200_000))
    text = sheet_text(msgspec.structs.replace(sheet, said=said))

    assert line in text and ("WRONG" in text) is bool(line)
    assert "centre         SILENT for " in text
