"""Ingest while sight is proved without a pause, at the lowest priority as `ingest.sight` runs: how fast it still is.

That is more than the program does: after a round it rests ten times as long (`ingest.sight.prover.LEAST_REST`), so that
what is lost here is lost in an eleventh of the time at most: 0.9 here is 0.99 there.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from bench.figures import Figure, WrongResult, figure
from bench.proof_load import READY
from bench.run import Run
from bench.sender import Sender
from bench.storage_ways import ACK_TOPIC, ThroughBroker

NAME: Final = "ingest beside proofs of sight, packs of 50, CBOR"
ALONE: Final = "ingest alone"
PROVING: Final = (sys.executable, "-m", "bench.proof_load")
ROOT: Final = Path(__file__).parents[2]


def run(run: Run) -> list[Figure]:
    """Rows/s with a program beside it that proves all the time, against those without it, in turns."""
    with Sender(run.ground, [ACK_TOPIC]) as sender:
        rate = partial(ThroughBroker(run.ground, sender).rate, run.size.minutes, 1, is_cbor=True)

        def beside() -> float:
            with _proving():
                return rate()

        found = run.rounds(NAME, {ALONE: rate, "ours": beside})
        return [figure(NAME, "rows/s", found, limit=ALONE, goal=">= 0.9")]


@contextmanager
def _proving() -> Iterator[None]:
    with subprocess.Popen(PROVING, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as program:
        try:
            if program.stdout is None or program.stdout.readline().strip() != READY:
                raise WrongResult("the program that proves did not begin")
            yield
        finally:
            program.kill()
