"""Where a doubted alarm is told at the gateway: the state document, the metrics, and the sheet of a technician."""

from pathlib import Path

import msgspec
import pytest

from edge_agent.alarm.alarm import Alarm
from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.buffer.store import BUFFER_FILE
from edge_agent.config.settings import Settings
from edge_agent.report import metrics
from edge_agent.report.status import Now, document
from edge_agent.report.status_report import read_sheet
from edge_agent.report.status_report_text import sheet_text
from edge_agent.report.throughput import DeliveryTotals
from runtime.settings import Endpoint
from tests.edge_agent.alarm.test_alarm import NODES, NOW_MS, TEXT, VALE, pond
from tests.edge_agent.alarm.test_alarm_doubt import LEVEL, MINUTE_MS, Gateway
from tests.edge_agent.place import Log

END = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", Path("password"))


def test_a_doubted_alarm_says_so_everywhere(tmp_path: Path) -> None:
    """A spike raised yellow: what raised it, which test doubts it, what the readings say, how it is released."""
    (tmp_path / "vale.toml").write_text(TEXT)
    settings = Settings(tmp_path / "vale.toml", "gw1", tmp_path, END, END)
    gateway = Gateway()
    gateway.measure(336.5, 338.5, 336.5)
    buffer = Buffer(settings.state_dir / BUFFER_FILE, 1_000_000)
    buffer.commit(GroupCommit(alarms=gateway.rows, at_ms=gateway.now_ms))
    said = msgspec.json.decode(document(VALE, buffer, gateway.now_ms, Now({}, DeliveryTotals(NOW_MS, 0, 0, 0, 0.0))))
    buffer.close()
    lines = sheet_text(read_sheet(settings, gateway.now_ms, Log())).splitlines()

    alarm = said["alarms"]["pond"]
    assert (alarm["level"], alarm["signal"]) == (1, 0)
    assert alarm["doubt"] == {"datastream": LEVEL, "time_ms": NOW_MS + MINUTE_MS, "tests": "spike"}
    assert 'alarm_doubted{agent="gw1",facility="vale",plan="pond"} 1' in metrics.text(said, "vale", "gw1")
    at = lines.index("alarm pond: yellow for 2 min")
    assert lines[at + 1 : at + 3] == [
        "  raised by a reading that was later judged suspect: n01:pond.level of 2 min ago (spike)",
        "  the newest readings say green; release it: tailwatch gateway release pond",
    ]


@pytest.mark.case(
    "2", "A gateway's state, metrics and sheet say of each plan what it sees, and what suspect readings say"
)
def test_what_a_plan_sees_is_said_everywhere(tmp_path: Path) -> None:
    """The pond is green; then one suspect reading past red and nothing for an hour: blind, and red if it were right."""
    (tmp_path / "vale.toml").write_text(TEXT)
    settings = Settings(tmp_path / "vale.toml", "gw1", tmp_path, END, END)
    alarm = Alarm(VALE, NODES, [], Log())
    alarm.follow(pond(336.0, 336.0), [], NOW_MS)
    _, rows = alarm.follow(pond(340.0, 340.0, from_ms=NOW_MS + 120_000, quality=3), [], NOW_MS + 180_000)
    now_ms = NOW_MS + 3_600_000
    buffer = Buffer(settings.state_dir / BUFFER_FILE, 1_000_000)
    buffer.commit(GroupCommit(alarms=rows, at_ms=now_ms))
    said = msgspec.json.decode(document(VALE, buffer, now_ms, Now({}, DeliveryTotals(NOW_MS, 0, 0, 0, 0.0))))
    buffer.close()
    lines = sheet_text(read_sheet(settings, now_ms, Log())).splitlines()

    pond_said = said["alarms"]["pond"]
    assert (pond_said["level"], pond_said["believed"], pond_said["sight"]["state"]) == (0, 3, "blind")
    assert {one["datastream"] for one in pond_said["sight"]["lost"]} == {LEVEL}
    assert 'alarm_blind{agent="gw1",facility="vale",plan="pond"} 1' in metrics.text(said, "vale", "gw1")
    at = next(row for row, line in enumerate(lines) if line.startswith("alarm pond: green"))
    assert lines[at + 1].startswith(f"  BLIND: {LEVEL} ")
    assert lines[at + 2] == "  suspect readings say red: read the instrument by hand"
