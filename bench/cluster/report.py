"""The results of the rounds of faults as a file and a document."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

import msgspec

from bench.cluster.rounds import HOLD_S, KINDS, Results, Round
from tailings.tables import table

FOLDER: Final = Path(__file__).parents[2] / "docs" / "bench"
RESULTS: Final = "cluster.json"
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

{rounds} rounds, {sent} readings sent: **{lost} lost, {twice} stored twice, in quarantine or not sent**. Every agent
ended with the newest configuration: **{newest}**.

{table}
"""


def write(folder: Path, found: Results, machine: str) -> None:
    """Write the results with their document."""
    (folder / RESULTS).write_bytes(msgspec.json.encode(found) + b"\n")
    (folder / "cluster.md").write_text(text(found, machine))


def text(found: Results, machine: str) -> str:
    """The document of results."""
    rows = [_row(kind, [one for one in found.rounds if one.kind == kind]) for kind in KINDS]
    head = ("fault", "rounds", "longest time without an ack, s", "its median, s", "all listen again after, s (longest)")
    return TEXT.format(
        workers=found.workers,
        agents=found.agents,
        machine=machine,
        rounds=len(found.rounds),
        sent=found.sent,
        lost=found.lost,
        twice=found.twice,
        newest="yes" if found.has_newest else "no",
        table=table(head, [row for row in rows if row]),
    )


def _row(kind: str, rounds: Sequence[Round]) -> tuple[str, ...]:
    if not rounds:
        return ()
    stops = [one.stop_s for one in rounds]
    back = max(one.whole_after_s for one in rounds)
    return SAYS[kind], str(len(rounds)), f"{max(stops):.1f}", f"{median(stops):.1f}", f"{back:.1f}"
