"""Rounds of faults: each machine in turn is killed, frozen and cut off while agents send, and comes back."""

import itertools
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from bench.cluster.trial import BROKERS, Trial

HOLD_S: Final = 14.0
"""How long a fault lasts that does not end by itself: a silent broker counts as gone after 5/4 of TICK_S at most."""
MACHINE: Final = f"{os.cpu_count()} cores"
KINDS: Final = ("kill", "freeze", "cut", "freeze-cut", "worker", "machine")


class Round(msgspec.Struct, frozen=True):
    """One fault: what, whose, the longest time that an agent waited for an ack, and when all stood again."""

    kind: str
    machine: str
    stop_s: float
    whole_after_s: float


class Results(msgspec.Struct, frozen=True):
    """All rounds, and what became of what was sent."""

    rounds: tuple[Round, ...]
    agents: int
    workers: int
    sent: int
    lost: int
    twice: int
    has_newest: bool
    """Whether every agent ended with the newest configuration."""
    machine: str = MACHINE


def schedule(kinds: Sequence[str] = KINDS) -> Iterator[tuple[str, str]]:
    """Each kind with each machine in turn, without end."""
    for turn in itertools.count():
        for at, kind in enumerate(kinds):
            machine = (turn + at) % len(BROKERS)
            yield kind, str(machine % 2) if kind == "worker" else BROKERS[machine]


def run(
    cluster: Trial,
    rounds: int,
    tell: Callable[[Results], None] = lambda _: None,
    *,
    kinds: Sequence[str] = KINDS,
    within_s: float = math.inf,
) -> Results:
    """Do so many rounds, or as many as begin within the time; after each all arrives and is counted, and is told."""
    agents, workers, end_s = len(cluster.agents), cluster.file.ingest.workers, time.monotonic() + within_s
    found = Results((), agents, workers, sent=0, lost=0, twice=0, has_newest=False)
    for kind, machine in itertools.islice(schedule(kinds), rounds):
        if time.monotonic() > end_s:
            break
        newest = cluster.configure()
        done = _round(cluster, kind, machine, newest)
        found = _counted(cluster, (*found.rounds, done), newest)
        tell(found)
    return found


def control(cluster: Trial) -> tuple[int, int]:
    """Count what an ingest loses that acknowledges before it stores (`bench.cluster.hasty`), killed between the two.

    Returns how many readings were sent and how many were lost: none lost means that the count sees no loss.
    """
    cluster.run_ingest("bench.cluster.hasty")
    cluster.settle()
    cluster.until(lambda: cluster.count()[1] == 0, "all that was sent before is stored")
    before = [one.oldest_unacked for one in cluster.agents]
    with cluster.stores_nothing():
        cluster.resume()
        cluster.until(
            lambda: any(one.oldest_unacked > seq for one, seq in zip(cluster.agents, before, strict=True)),
            "an ack of what is not stored",
        )
        cluster.kill_workers()
    cluster.run_ingest("ingest")
    cluster.settle()
    sent, lost, _ = cluster.count()
    cluster.resume()
    return sent, lost


def _counted(cluster: Trial, done: tuple[Round, ...], newest: str) -> Results:
    """Let all arrive, and count."""
    cluster.settle()
    sent, lost, twice = cluster.count()
    has_newest = all(one.version_hash == newest for one in cluster.agents)
    cluster.resume()
    return Results(
        rounds=done,
        agents=len(cluster.agents),
        workers=cluster.file.ingest.workers,
        sent=sent,
        lost=lost,
        twice=twice,
        has_newest=has_newest,
    )


def _round(cluster: Trial, kind: str, machine: str, newest: str) -> Round:
    for one in cluster.agents:
        one.begin_anew()
    begin_s = time.monotonic()
    _inflict(cluster, kind, machine)
    cluster.until(
        lambda: all(one.version_hash == newest and one.unacked < 5 for one in cluster.agents),
        f"agents go on after {kind} of {machine}",
    )
    cluster.until(cluster.is_back, f"all brokers are back after {kind} of {machine}")
    stop_s = max(one.longest_stop_s for one in cluster.agents)
    return Round(kind, machine, round(stop_s, 1), round(time.monotonic() - begin_s, 1))


def _inflict(cluster: Trial, kind: str, machine: str) -> None:
    if kind == "kill":
        cluster.kill(machine)
    elif kind == "worker":
        cluster.kill_worker(int(machine))
    elif kind == "machine":
        cluster.switch_off(machine)
        cluster.switch_on(machine)
    elif kind == "freeze-cut":
        _inflict(cluster, "freeze", machine)
        _inflict(cluster, "cut", BROKERS[(BROKERS.index(machine) + 1) % len(BROKERS)])
    else:
        begin, end = (cluster.freeze, cluster.thaw) if kind == "freeze" else (cluster.network.cut, cluster.network.join)
        begin(machine)
        _wait(cluster, HOLD_S)
        end(machine)


def _wait(cluster: Trial, hold_s: float) -> None:
    until_s = time.monotonic() + hold_s
    cluster.until(lambda: time.monotonic() > until_s, "the fault is over")
