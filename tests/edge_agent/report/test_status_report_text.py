"""The sheet as text: spans of time and columns."""

import msgspec
import pytest

from edge_agent.buffer.change import LatestRow
from edge_agent.buffer.refusal import Reason, Refusal
from edge_agent.clock.gateway_clock import ClockVerdict
from edge_agent.forward.held_batch import HeldBatch
from edge_agent.report.status import CentreSaid
from edge_agent.report.status_report import DatastreamReport, read_sheet
from edge_agent.report.status_report_text import age, columns, sheet_text, span
from runtime.link_state import LinkState
from tests.edge_agent.world import World


@pytest.mark.parametrize(
    ("ms", "words"), [(-5, "0 s"), (59_000, "59 s"), (180_000, "3 min"), (7_200_000, "2 h"), (200_000_000, "2 d")]
)
def test_a_span_is_in_its_largest_unit(ms: int, words: str) -> None:
    """Also for a clock that is behind."""
    assert span(ms) == words


def test_what_an_unset_clock_noted_has_no_age() -> None:
    """Minutes after the start of a clock in 1970 is not 20785 days ago; readings of fifty years ago are."""
    now_ms = 1_795_860_000_000  # 2026-11-28
    assert (age(now_ms, 0), age(now_ms, 600_000)) == ("an unknown time", "an unknown time")
    assert (age(now_ms, now_ms - 60_000), age(now_ms, 189_302_400_000)) == ("1 min", "18594 d")


def test_no_line_of_the_sheet_counts_from_1970(world: World) -> None:
    """Links, batches and a refusal from before the gateway was told the time: each is told, none as days since 1970."""
    with world.agent():
        pass
    sheet = read_sheet(world.settings, 1_795_860_000_000, world.log)
    said = msgspec.structs.replace(
        sheet.said,
        at_ms=1_795_859_999_000,
        links={"site": LinkState(True, 5_000), "centre": LinkState(False, 0)},
        takes_nothing=Refusal(
            "disk-fails", 9_000, bytes=0, limit_bytes=1, limit_days=30, oldest_ms=None, disk_free_bytes=0
        ),
    )
    backlog = msgspec.structs.replace(sheet.backlog, batches=3, oldest_ms=7_000)
    text = sheet_text(msgspec.structs.replace(sheet, said=said, backlog=backlog))

    assert "20785 d" not in text and text.count("an unknown time") == 4


@pytest.mark.parametrize(
    ("quantity", "unit", "value", "shown"),
    [
        ("seepage-flow", "L/s", 0.412, "0.412"),
        ("seepage-flow", "m3/s", 0.000412, "0.000412"),
        ("pore-pressure", "kPa", 53.42, "53.42"),
        ("pore-pressure", "MPa", 0.05342, "0.05342"),
        ("pore-pressure", "Pa", 53420.0, "53420.00"),
        ("temperature", "K", 285.15, "285.15"),
    ],
)
def test_a_value_has_the_figures_of_its_unit(world: World, quantity: str, unit: str, value: float, shown: str) -> None:
    """0.4 L/s over a weir are 0.000412 m3/s, and not 0.000."""
    with world.agent():
        pass
    sheet = read_sheet(world.settings, 1_795_860_000_000, world.log)
    stream = msgspec.structs.replace(sheet.rows[0].datastream, name="n01:x.y", quantity=quantity, unit=unit)
    row = DatastreamReport(stream, LatestRow("n01:x.y", 1_795_859_999_000, value, 1, None))

    assert sheet_text(msgspec.structs.replace(sheet, rows=(row,))).splitlines()[-1].split()[1] == shown


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


def test_a_batch_that_the_centre_holds_back_is_said_with_its_reason(world: World) -> None:
    """Why nothing is freed though the centre answers, since when, and who can do what."""
    with world.agent():
        pass
    sheet = read_sheet(world.settings, 1_764_079_200_000, world.log)
    centre = CentreSaid(holds=HeldBatch(17, 1_764_079_200_000 - 180_000))
    text = sheet_text(msgspec.structs.replace(sheet, said=msgspec.structs.replace(sheet.said, centre=centre)))

    assert "quarantine     FULL at the centre for 3 min: it does not take batch 17," in text
    assert "retry or settle at the centre what waits in quarantine, or raise its quarantine_bytes" in text
    assert "FULL" not in sheet_text(sheet)


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("disk-full", "the disk is full: 4096 bytes are free; "),
        ("buffer-full", "2000 of the 1000 bytes of max_buffer_mb are used; "),
        ("buffer-too-old", "a batch waits for longer than the 400 days of max_buffer_days; "),
    ],
)
def test_a_buffer_that_takes_nothing_says_why(world: World, reason: Reason, why: str) -> None:
    """Which bound, by how much, since when nothing was acknowledged, and what to do."""
    with world.agent():
        pass
    sheet = read_sheet(world.settings, 1_764_079_200_000, world.log)
    full = Refusal(
        reason,
        1_764_079_020_000,
        bytes=2000,
        limit_bytes=1000,
        limit_days=400,
        oldest_ms=1_764_000_000_000,
        disk_free_bytes=4096,
    )
    said = msgspec.structs.replace(sheet.said, takes_nothing=full, restored_ms=1_764_079_080_000)
    text = sheet_text(msgspec.structs.replace(sheet, said=said))

    since = "the centre has acknowledged nothing that was written since 2025-11-24T16:00:00Z"
    assert f"TAKES NOTHING IN for 3 min ({reason}): {why}{since}" in text
    assert "an older copy of it was put back; found out 2 min ago" in text
    assert "TAKES NOTHING" not in sheet_text(sheet)
