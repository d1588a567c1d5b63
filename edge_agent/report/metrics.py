"""Metrics of the agent as a Prometheus text file, for the textfile collector of node_exporter on the gateway.

A file and no address: a gateway then has one open port less, and the figures are there while the agent is down. They
are those of the state document, under names of their own.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from edge_agent.clock.gateway_clock import ClockVerdict
from runtime import metrics_text
from runtime.metrics import Metric, Sample

MS_PER_S: Final = 1000
GAUGE: Final = "gauge"
COUNTER: Final = "counter"
PREFIX: Final = "tailwatch_edge_"


def text(said: Mapping[str, Any], facility: str, agent: str) -> str:
    """The metrics that a state document (edge_agent.report.status) holds; `facility` and `agent` are labels of each."""
    own = {"facility": facility, "agent": agent}
    return metrics_text.written(
        (Metric(PREFIX + name, kind, meaning), [({**own, **labels}, value) for labels, value in samples])
        for name, kind, meaning, samples in _metrics(said)
        if samples
    )


def _metrics(said: Mapping[str, Any]) -> Iterator[tuple[str, Literal["gauge", "counter"], str, list[Sample]]]:
    backlog, flow, budget, configuration = (said[key] for key in ("backlog", "flow", "budget", "configuration"))
    own_ms, clock = said["at_ms"], msgspec.convert(said["clock"], ClockVerdict)
    at_ms = clock.true_ms(own_ms)
    yield "time_seconds", GAUGE, "Clock of the gateway when this was written", [({}, own_ms / MS_PER_S)]
    yield "clock_wrong", GAUGE, "1 while that clock is known to be wrong", [({}, clock.state == "wrong")]
    yield "centre_silent", GAUGE, "1 while the centre does not answer", [({}, said["centre"]["is_silent"])]
    is_held = said["centre"]["holds"] is not None
    yield "held_by_centre", GAUGE, "1 while its quarantine has no room for what it refuses", [({}, is_held)]
    yield "uptime_seconds", GAUGE, "Since the agent was started", [({}, (at_ms - flow["started_ms"]) / MS_PER_S)]
    yield "memory_bytes", GAUGE, "Peak of its resident memory", [({}, said["peak_memory_bytes"])]
    yield "packs_total", COUNTER, "Packs of nodes taken in, repeats too", [({}, flow["packs"])]
    yield "packs_per_second", GAUGE, "The same over the last window", [({}, flow["packs_per_s"])]
    yield "readings_total", COUNTER, "Readings of senders without packs taken in", [({}, flow["readings"])]
    yield "rows_total", COUNTER, "Rows of loggers' files taken in", [({}, flow["rows"])]
    yield "backlog_batches", GAUGE, "Batches that the centre has not acknowledged", [({}, backlog["batches"])]
    yield "backlog_bytes", GAUGE, "Bytes of them", [({}, backlog["bytes"])]
    yield "buffer_limit_bytes", GAUGE, "Bytes that the buffer may hold", [({}, backlog["limit"])]
    age_s = (at_ms - backlog["oldest_ms"]) / MS_PER_S if backlog["oldest_ms"] else 0.0
    yield "backlog_age_seconds", GAUGE, "Age of the oldest of them; 0: none", [({}, age_s)]
    yield "link_up", GAUGE, "1 while the connection is up", _links(said)
    if budget is not None:
        yield "budget_bytes", GAUGE, "Data budget of a day", [({}, budget["limit_bytes"])]
        yield "budget_sent_bytes", GAUGE, "Sent of it today (UTC)", [({}, budget["sent_bytes"])]
        yield "budget_waits", GAUGE, "1 while batches wait for it", [({}, budget["waits"])]
    yield "configuration_version", GAUGE, "Version of the facility file in force", [({}, configuration["version"])]
    is_refused = configuration["refused"] is not None
    yield "configuration_refused", GAUGE, "1 while a newer one is refused", [({}, is_refused)]
    yield "alarm_level", GAUGE, "Level of a plan, 0 green to 3 red", _alarms(said)
    yield "alarm_blind", GAUGE, "1 while nothing left could detect the worst level of a plan", _blind(said)
    yield "alarm_doubted", GAUGE, "1 while a reading that raised it is doubted", _doubts(said)
    forgotten = said["forgotten_files"]
    yield "files_forgotten_total", COUNTER, "Files forgotten before they were read to their end", [({}, forgotten)]
    yield "quarantined_total", COUNTER, "Items refused since this buffer was begun", _quarantined(said)


def _links(said: Mapping[str, Any]) -> list[Sample]:
    return [({"link": name}, one["is_up"]) for name, one in said["links"].items()]


def _blind(said: Mapping[str, Any]) -> list[Sample]:
    return [({"plan": plan}, one["sight"]["state"] == "blind") for plan, one in said["alarms"].items()]


def _alarms(said: Mapping[str, Any]) -> list[Sample]:
    return [({"plan": plan}, one["level"]) for plan, one in said["alarms"].items()]


def _doubts(said: Mapping[str, Any]) -> list[Sample]:
    return [({"plan": plan}, one["doubt"] is not None) for plan, one in said["alarms"].items()]


def _quarantined(said: Mapping[str, Any]) -> list[Sample]:
    return [
        ({"node": node, "reason": reason}, items)
        for node, reasons in said["quarantine"].items()
        for reason, items in reasons.items()
    ]
