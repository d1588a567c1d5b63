"""Ingest of batches with one pack of 50 readings each, and of full batches as they drain after an outage."""

import statistics
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from bench.figures import Figure, figure
from bench.peers import INSERT_EACH, PEERS, Usual
from bench.plant import PER_NODE
from bench.rounds import Measure
from bench.run import Run
from bench.sender import Sender
from bench.storage_ways import ACK_TOPIC, BrokerAlone, InProcess, Limit, ThroughBroker
from bench.stretch import Numbers, messages

LIMIT: Final = "COPY"
BROKER: Final = "broker alone"
IN_PROCESS: Final = "Tailwatch, no broker"
PACKS_A_FULL_BATCH: Final = 60
"""3,000 observations: what 256 kB hold."""


def run(run: Run) -> list[Figure]:
    """Rows/s of both in JSON and in CBOR, with the peers beside the first."""
    with Sender(run.ground, [ACK_TOPIC]) as sender:
        ours = ThroughBroker(run.ground, sender)
        full = "ingest, batches of 3,000 (a backlog drains)"
        return [
            _single_packs(run, ours),
            _beside_copy(run, ours, "ingest, packs of 50, CBOR", ">= 0.85", 1, is_cbor=True),
            _beside_copy(run, ours, full, ">= 0.75", PACKS_A_FULL_BATCH),
            _beside_copy(run, ours, f"{full}, CBOR", ">= 0.85", PACKS_A_FULL_BATCH, is_cbor=True),
        ]


def _single_packs(run: Run, ours: ThroughBroker) -> Figure:
    minutes, in_process = run.size.minutes, InProcess(run.ground)
    broker = BrokerAlone(run.ground, messages(run.ground.stretch(minutes), Numbers()))
    others: dict[str, Measure] = {
        IN_PROCESS: lambda: in_process.rate(run.ground.stretch(minutes)),
        BROKER: lambda: broker.rate() * PER_NODE,
        **_peers(run),
    }
    return _beside_copy(run, ours, "ingest, packs of 50, JSON", ">= 0.60 (0.75)", 1, others=others)


def _beside_copy(
    run: Run,
    ours: ThroughBroker,
    name: str,
    goal: str,
    packs_a_batch: int,
    is_cbor: bool = False,
    others: Mapping[str, Measure] | None = None,
) -> Figure:
    """Ingest and COPY of as many rows in turns, with the processor time that each of them takes."""
    minutes, limit = run.size.minutes, Limit(run.ground)
    spent: dict[str, list[float]] = {"copy": [], "ingest": []}
    rate = partial(ours.rate, minutes, packs_a_batch, is_cbor=is_cbor)
    contenders: dict[str, Measure] = {
        LIMIT: _counted(partial(limit.rate, minutes), limit.cpu_s, spent["copy"]),
        "ours": _counted(rate, ours.cpu_s, spent["ingest"]),
        **(others or {}),
    }
    ours.program.forget_peak()
    found = run.rounds(name, contenders)
    return figure(
        name,
        "rows/s",
        found,
        limit=LIMIT,
        goal=goal,
        memory_mb=ours.program.peak_mb(),
        facts={f"{contender}_cpu_us_a_row": _us_a_row(seconds, minutes) for contender, seconds in spent.items()},
    )


def _counted(measure: Measure, cpu_s: Callable[[], float], spent: list[float]) -> Measure:
    """The same measurement, with the processor time it cost kept in `spent` [s]."""

    def counted() -> float:
        before_s = cpu_s()
        reached = measure()
        spent.append(cpu_s() - before_s)
        return reached

    return counted


def _us_a_row(seconds: list[float], minutes: int) -> float:
    return round(statistics.median(seconds) / (minutes * 1000) * 1e6, 2)


def _peers(run: Run) -> dict[str, Measure]:
    usual, naive, many = Usual(run.ground), run.size.naive_rows, run.size.peer_rows
    return {name: partial(usual.rate, name, naive if name == INSERT_EACH else many) for name in PEERS}
