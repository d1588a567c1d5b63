"""Metrics: the figures of the state document in Prometheus' text format."""

import re
from pathlib import Path

import msgspec

from edge_agent.alarm.memory import AlarmRow
from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.config.configuration import RefusedFile
from edge_agent.forward.budget import Spent
from edge_agent.report import metrics
from edge_agent.report.status import Now, document
from edge_agent.report.throughput import DeliveryTotals
from runtime.link_state import LinkState
from tests.edge_agent.world import facility

# prometheus.io, "Exposition formats": metric and label names, values as Go's ParseFloat reads them.
SAMPLE = re.compile(r'([a-z_]+)\{((?:[a-z_]+="[^"\\\n]*",?)+)\} (-?[0-9.]+(?:e[+-][0-9]+)?)')
NOW_MS = 1_764_079_200_000


def written(folder: Path, now: Now) -> str:
    buffer = Buffer(folder / "buffer.sqlite", 1_000_000)
    counts, alarms = {("n07", "no-time"): 2}, (AlarmRow("crest", 2, NOW_MS, "{}"),)
    buffer.commit(GroupCommit(batches=(b"12345",), at_ms=NOW_MS - 60_000, quarantined=counts, alarms=alarms))
    return metrics.text(msgspec.json.decode(document(facility(), buffer, NOW_MS, now)), "vale", "gw1")


def test_every_line_is_a_sample_with_help_and_type(tmp_path: Path) -> None:
    """No metric stands there without its meaning, and none twice."""
    links = {"site": LinkState(True, 0), "uplink": LinkState(False, 0, "gone")}
    now = Now(
        links, DeliveryTotals(NOW_MS - 5000, 7, 3, 11, 0.25), RefusedFile("ab", "no"), Spent(1000, 500, 700, True)
    )
    lines = written(tmp_path, now).splitlines()

    samples = [SAMPLE.fullmatch(line) for line in lines if not line.startswith("#")]
    found = {(one[1].removeprefix(metrics.PREFIX), one[2]): float(one[3]) for one in samples if one}
    told = [line.split()[2] for line in lines if line.startswith("# HELP")]

    assert all(samples)
    assert len(found) == len(samples)
    assert told == [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert set(told) == {metrics.PREFIX + name for name, _ in found}
    who = 'agent="gw1",facility="vale"'
    assert found["packs_total", who] == 7
    assert found["backlog_age_seconds", who] == 60
    assert found["link_up", who + ',link="uplink"'] == 0
    assert found["budget_sent_bytes", who] == 700
    assert found["configuration_refused", who] == 1
    assert found["quarantined_total", who + ',node="n07",reason="no-time"'] == 2
    assert 1e6 < found["memory_bytes", who] < 1e10


def test_what_there_is_not_is_left_out(tmp_path: Path) -> None:
    """Without a budget there is no figure of one, rather than a zero."""
    text = written(tmp_path, Now({}, DeliveryTotals(NOW_MS, 0, 0, 0, 0.0)))

    assert "budget" not in text
    assert "link_up" not in text
