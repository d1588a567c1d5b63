"""Replay: what is stored already comes again, from an agent that has lost its books, and changes nothing."""

from typing import Final

from bench.figures import Figure, WrongResult, figure
from bench.rounds import Measure
from bench.run import Run
from bench.sender import Sender
from bench.storage_ways import ACK_TOPIC, Limit, ThroughBroker
from bench.stretch import Stretch, messages
from bench.testbed import Connection

LIMIT: Final = "COPY"
FINGERPRINT: Final = """
SELECT count(*), sum(hashtextextended(o::text, 0))::text FROM observation o
WHERE phenomenon_time >= to_timestamp(%s) AND phenomenon_time < to_timestamp(%s)"""


def run(run: Run) -> list[Figure]:
    """Rows/s under a new epoch: no batch is recognised, every row is looked up."""
    ground, minutes = run.ground, run.size.minutes
    limit, connection = Limit(ground), ground.connect()
    with Sender(ground, [ACK_TOPIC]) as sender:
        ours = ThroughBroker(ground, sender)
        stretch = ground.stretch(minutes)
        ours.seconds(messages(stretch, ground.numbers))
        epochs = iter(f"{number:08x}" for number in range(1, 1000))

        def again() -> float:
            epoch = next(epochs)
            return stretch.rows / ours.seconds(messages(stretch, ground.numbers, epoch=epoch), epoch)

        before, told = _fingerprint(connection, stretch), ground.rows_told()
        ours.program.forget_peak()
        contenders: dict[str, Measure] = {LIMIT: lambda: limit.rate(minutes), "ours": again}
        found = run.rounds("ingest: replay", contenders)
        changed = ground.rows_told() - told
        if changed or _fingerprint(connection, stretch) != before:
            raise WrongResult(f"the replay has changed the table ({changed} rows)")
    return [
        figure(
            "ingest, replay of what is stored",
            "rows/s",
            found,
            limit=LIMIT,
            goal=">= 0.60, 0 rows changed",
            memory_mb=ours.program.peak_mb(),
            facts={"rows_changed": changed},
        )
    ]


def _fingerprint(connection: Connection, stretch: Stretch) -> tuple[object, ...] | None:
    """Count and sum of the hashes of all columns of all rows in the time of the stretch."""
    return connection.execute(FINGERPRINT, (stretch.start_s, stretch.end_s)).fetchone()
