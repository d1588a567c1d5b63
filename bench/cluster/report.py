"""The results of the rounds of faults as a file and a document: all runs whose results stand in the folder."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

from bench import kept
from bench.cluster.rounds import HOLD_S, KINDS, Results, Round
from tailings.tables import table

RESULTS, DOCUMENT = "cluster.json", "cluster.md"
SAYS: Final = {
    "kill": "kill -9 of a broker",
    "freeze": f"a broker stopped (SIGSTOP) for {HOLD_S:.0f} s",
    "cut": f"a broker's cable pulled for {HOLD_S:.0f} s (packets dropped, no reset)",
    "freeze-cut": f"a broker stopped for {HOLD_S:.0f} s, and as it goes on the next one's cable pulled for as long",
    "worker": "kill -9 of an ingest worker",
    "machine": "kill -9 of all that runs on a machine, which is switched on again",
}
TEXT: Final = """# Faults of a cluster

Generated from [cluster.json](cluster.json), which `make bench-cluster` writes; do not edit.

Three brokers (RabbitMQ of Debian 13) in network namespaces of one machine, {workers} ingest workers on one database,
{agents} agents with the product's store and uplink that take over ten readings four times a second each
(`bench/cluster`). Each fault hits each machine in turn; the next one comes when all brokers have joined and listen
again, and every agent has the configuration of the round and its acks. Counted after each: each reading
that an agent took over so far, against the rows of the database. Machine: {machine}, shared with other
work: times are those of a busy machine, counts are the result.

{rounds} rounds in {runs}, {sent} readings sent: **{lost} lost, {twice} stored twice, in quarantine or not sent**. Every
agent ended with the newest configuration: **{newest}**.

{table}
"""


def read(folder: Path) -> list[Results]:
    """The results of the runs so far."""
    return kept.read(folder / RESULTS, Results)


def write(folder: Path, runs: Sequence[Results]) -> None:
    """Write the results of all runs with their document."""
    kept.write(folder / RESULTS, runs)
    (folder / DOCUMENT).write_text(text(runs))


def text(runs: Sequence[Results]) -> str:
    """The document of results."""
    done = [one for run in runs for one in run.rounds]
    rows = [_row(kind, [one for one in done if one.kind == kind]) for kind in KINDS]
    head = ("fault", "rounds", "longest time without an ack, s", "its median, s", "all listen again after, s (longest)")
    return TEXT.format(
        workers=runs[-1].workers,
        agents=runs[-1].agents,
        machine=runs[-1].machine,
        rounds=len(done),
        runs=kept.runs(len(runs)),
        sent=f"{sum(run.sent for run in runs):,}",
        lost=sum(run.lost for run in runs),
        twice=sum(run.twice for run in runs),
        newest="yes" if all(run.has_newest for run in runs) else "no",
        table=table(head, [row for row in rows if row]),
    )


def _row(kind: str, rounds: Sequence[Round]) -> tuple[str, ...]:
    if not rounds:
        return ()
    stops = [one.stop_s for one in rounds]
    back = max(one.whole_after_s for one in rounds)
    return SAYS[kind], str(len(rounds)), f"{max(stops):.1f}", f"{median(stops):.1f}", f"{back:.1f}"
