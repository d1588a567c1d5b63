"""Ingest while sight is proved at the lowest priority, as `ingest.sight` does: how fast it still is.

After a round that program rests `LEAST_REST` times as long as it took, and so does the first figure. The second one is
of a load that never rests, which is the worst that any file could ask of it.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from bench.figures import Figure, WrongResult, figure
from bench.proof_load import READY
from bench.run import Run
from bench.sender import Sender
from bench.storage_ways import ACK_TOPIC, ThroughBroker
from ingest.sight.prover import LEAST_REST

NAME: Final = "ingest beside proofs of sight, packs of 50, CBOR"
WITHOUT_REST: Final = "ingest beside proofs of sight without rest, packs of 50, CBOR"
ALONE: Final = "ingest alone"
PROVING: Final = (sys.executable, "-m", "bench.proof_load")
ROOT: Final = Path(__file__).parents[2]


def run(run: Run) -> list[Figure]:
    """Rows/s with a program beside it that proves, against those without it, in turns."""
    with Sender(run.ground, [ACK_TOPIC]) as sender:
        rate = partial(ThroughBroker(run.ground, sender).rate, run.size.minutes, 1, is_cbor=True)
        ways = {ALONE: rate, "ours": partial(_beside, rate, LEAST_REST), "without rest": partial(_beside, rate, 0)}
        found = run.rounds(NAME, ways)
        rested = {name: rounds for name, rounds in found.items() if name != "without rest"}
        restless = {ALONE: found[ALONE], "ours": found["without rest"]}
        return [
            figure(NAME, "rows/s", rested, limit=ALONE, goal=">= 0.95"),
            figure(WITHOUT_REST, "rows/s", restless, limit=ALONE),
        ]


def _beside(rate: Callable[[], float], rest: float) -> float:
    with _proving(rest):
        return rate()


@contextmanager
def _proving(rest: float) -> Iterator[None]:
    with subprocess.Popen(
        [*PROVING, str(rest)], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as program:
        try:
            if program.stdout is None or program.stdout.readline().strip() != READY:
                raise WrongResult("the program that proves did not begin")
            yield
        finally:
            program.kill()
