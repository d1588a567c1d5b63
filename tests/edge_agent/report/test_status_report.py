"""The sheet: what a technician reads at the gateway, from a folder that an agent has left or still writes."""

from pathlib import Path

import msgspec
import pytest

from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.report.status_report import StatusReport, read_sheet
from edge_agent.report.status_report_text import sheet_text
from runtime.settings import BadSettings
from tests.edge_agent.world import T0_S, World, pack_bytes, wait_until
from wire import topics

OBS, ACK = topics.obs("vale", "n07"), topics.ack("vale", "n07")
NOW_MS = (T0_S + 300) * 1000


def measured(world: World, seq: int, readings: dict[str, float | str]) -> None:
    node = world.node()
    node.subscribe(ACK)
    node.publish(OBS, pack_bytes(seq, readings, time_s=T0_S + seq * 60))
    wait_until(lambda: any(f'"through":{seq}'.encode() in ack for ack in node.on(ACK)), "an ack")
    node.close()


def seen(world: World, now_ms: int = NOW_MS) -> StatusReport:
    return read_sheet(world.settings, now_ms, world.log)


def test_raw_and_derived_values_are_there_with_age_and_quality(world: World) -> None:
    """The newest of each; a missing one with its reason, and nothing in its place."""
    with world.agent():
        measured(world, 0, {"vw1.frequency": 2831.4, "vw1.thermistor": 4821.0, "vw1.snr": 23.1})
        measured(world, 1, {"vw1.frequency": "missing:timeout", "battery.voltage": 3.31})
        text = sheet_text(seen(world))

    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.startswith("n07:")}
    assert lines["n07:battery.voltage"][1:5] == ["V", "4", "min", "not"]
    assert lines["n07:vw1.frequency"] == ["-", "Hz", "4", "min", "missing", "(timeout)", "raw"]
    assert lines["n07:vw1.temperature"][1:4] == ["Cel", "5", "min"]


def test_silent_nodes_and_backlog_are_named(world: World) -> None:
    """n07 was heard 5 min ago at an interval of 60 s, n05 never; the batch waits for a centre that is not there."""
    with world.agent():
        measured(world, 0, {"battery.voltage": 3.31})
    sheet = seen(world)

    silent = {one.node: one.last_ms for one in sheet.silent}
    assert (silent["n07"], silent["n05"]) == (T0_S * 1000, None)
    assert (sheet.backlog.batches, sheet.is_from_centre) == (1, False)
    assert "n05     Toe, section B: never heard, expected every 1 min" in sheet_text(sheet)


def test_links_are_shown_while_the_agent_runs(world: World) -> None:
    """A sheet of a dead agent does not claim that its links are up."""
    with world.agent(max_uplink_mb_per_day=5.0):
        at_ms = GatewayClock().own_ms
        wait_until(lambda: seen(world).said.links, "a state document")
        running = seen(world, at_ms)
    ended_ms = GatewayClock().own_ms  # its last sign of life is not later
    dead = sheet_text(seen(world, ended_ms + 3_600_000))

    assert running.is_running
    assert "link uplink" in sheet_text(running)
    assert "taken in       0 packs, 0 readings, 0 rows of files in" in sheet_text(running)
    assert "data budget    0.0 of 5 MB sent today (UTC)" in sheet_text(running)
    assert ("NOT running (last sign of life 1 h ago)" in dead, "link" in dead) == (True, False)


def test_reading_does_not_disturb_the_agent(world: World) -> None:
    """Nothing in the folder is written by it, also when the agent is down."""
    with world.agent():
        measured(world, 0, {"battery.voltage": 3.31})
    before = {file: file.stat().st_mtime_ns for file in world.settings.state_dir.iterdir()}

    seen(world)

    assert {file: file.stat().st_mtime_ns for file in world.settings.state_dir.iterdir()} == before


def test_an_empty_folder_is_told(world: World, tmp_path: Path) -> None:
    """The usual mistake is the wrong folder."""
    settings = msgspec.structs.replace(world.settings, state_dir=tmp_path)

    with pytest.raises(BadSettings, match="no agent has worked here yet"):
        read_sheet(settings, NOW_MS, world.log)
