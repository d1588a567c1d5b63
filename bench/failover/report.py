"""The rounds of all runs as a file and a document in docs/bench."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench import kept
from bench.failover.rounds import Round
from tailings.tables import table

RESULTS, DOCUMENT = "failover.json", "failover.md"
HEAD: Final = ("what", "rounds", "lost", "twice", "stop, median [s]", "longest [s]")
INTRODUCTION: Final = """# A database on three machines, and faults under load

Generated from [failover.json](failover.json), which `make bench-failover` writes; do not edit.

Three machines with PostgreSQL, Patroni and etcd, as `tailwatch up --cluster` starts them, are network namespaces of one
machine with two cores. An ingest stores and acknowledges batches all the time. In each round one machine is killed with
all that runs on it, frozen, or cut off (its packets are dropped without a word) and comes back; most hit the primary.
In {led} of the rounds the store (etcd) of that machine was made to lead all stores before. Then the readings of
acknowledged batches are looked for: *lost* are those that are not there, *twice* those that are there more than once.
*Stop* is the longest time without an acknowledgement in the round: a primary that is gone is replaced after 20 s
without a word of it (Patroni's `ttl`), and the machine was busy with other work.

{rounds} rounds in {runs}, {readings} readings acknowledged: **{lost} lost, {twice} twice**; longest stop {stop} s.
"""


def read(folder: Path) -> list[list[Round]]:
    """The rounds of each run so far."""
    return kept.read(folder / RESULTS, list[Round])


def write(folder: Path, runs: Sequence[Sequence[Round]]) -> None:
    """Write the file and the document."""
    kept.write(folder / RESULTS, runs)
    (folder / DOCUMENT).write_text(text(runs))


def text(runs: Sequence[Sequence[Round]]) -> str:
    """Return the document."""
    found = [one for run in runs for one in run]
    head = INTRODUCTION.format(
        rounds=len(found),
        runs=kept.runs(len(runs)),
        readings=f"{sum(3 * (run[-1].acked + 1) for run in runs):,}",
        led=sum(one.leads for one in found),
        lost=sum(one.lost for one in found),
        twice=sum(one.twice for one in found),
        stop=max(one.stop_s for one in found),
    )
    rows = []
    for role in ("primary", "standby"):
        for fault in ("killed", "frozen", "cut off"):
            of = [one for one in found if (one.role, one.fault) == (role, fault)]
            if of:
                stops = sorted(one.stop_s for one in of)
                middle = stops[len(stops) // 2]
                counts = [sum(one.lost for one in of), sum(one.twice for one in of)]
                values = (f"{role} {fault}", len(of), *counts, middle, stops[-1])
                rows.append(tuple(map(str, values)))
    return f"{head}\n{table(HEAD, rows)}\n"
