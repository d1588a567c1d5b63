"""Estimating blocks and drawing outcomes, against numpy solving the same kriging systems and nothing else."""

import time
import tracemalloc
from typing import Final

import numpy as np

from bench.figures import Figure, WrongResult, figure
from bench.run import Run
from tailings.estimate import kriging, outcomes
from tailings.estimate.outcomes import Case, Commodity, Spread
from tailings.estimate.variograms import Variogram
from tailings.series import Values

SAMPLES: Final = 500
NEAREST: Final = 16
DRAWS: Final = 10_000
GOAL: Final = "< 30,000"
MB: Final = 1e6
VARIOGRAM: Final = Variogram("spherical", 5_000.0, 60_000.0, 120.0, 6.0)
EXTENT_M: Final = (1_000.0, 800.0, 30.0)


def run(run: Run) -> list[Figure]:
    """Milliseconds for all blocks and draws, and the peak of what numpy held meanwhile."""
    random = np.random.default_rng(20_261_125)
    samples = random.uniform(0, 1, (SAMPLES, 3)) * EXTENT_M
    grade = 1_200 + 300 * np.sin(samples[:, 0] / 60) + random.normal(0, 90, SAMPLES)
    blocks = random.uniform(0, 1, (run.size.blocks, 3)) * EXTENT_M
    found = run.rounds(
        "estimate: blocks and draws",
        {"numpy's solver": lambda: _solver(len(blocks)), "ours": lambda: _ours(samples, grade, blocks)},
    )
    tracemalloc.start()
    _ours(samples, grade, blocks)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    name = f"{len(blocks):,} blocks kriged from {NEAREST} of {SAMPLES} samples, {DRAWS:,} draws"
    facts = {"blocks": float(len(blocks)), "draws": float(DRAWS)}
    return [figure(name, "ms", found, limit="numpy's solver", goal=GOAL, memory_mb=peak_bytes / MB, facts=facts)]


def _ours(samples: Values, grade: Values, blocks: Values) -> float:
    start_s = time.perf_counter()
    estimate = kriging.ordinary(samples, grade, blocks, VARIOGRAM, NEAREST)
    drawn = outcomes.run(_case(float(estimate.value.mean())), DRAWS)
    took_ms = 1000 * (time.perf_counter() - start_s)
    if not (np.isfinite(estimate.value).all() and np.isfinite(drawn.net).all()):
        raise WrongResult("an estimate or a net value is no number")
    return took_ms


def _solver(count: int) -> float:
    """The linear algebra alone: as many systems of NEAREST + 1 unknowns, in the same batches."""
    systems = np.random.default_rng(1).normal(0, 1, (kriging.BATCH, NEAREST + 1, NEAREST + 1))
    right = np.ones((kriging.BATCH, NEAREST + 1, 1))
    start_s = time.perf_counter()
    for start in range(0, count, kriging.BATCH):
        size = min(kriging.BATCH, count - start)
        np.linalg.solve(systems[:size], right[:size])
    return 1000 * (time.perf_counter() - start_s)


def _case(mean: float) -> Case:
    """A case of four commodities around a mean grade."""
    commodities = tuple(
        Commodity(element, Spread(0.9 * mean, mean, 1.1 * mean), Spread(0.4, 0.5, 0.6), Spread(8e3, 9e3, 11e3))
        for element in ("W", "Cu", "Sn", "Zn")
    )
    return Case(
        Spread(1.1e6, 1.2e6, 1.3e6), Spread(1.5, 1.6, 1.7), commodities, Spread(22, 26, 30), Spread(1e7, 1.4e7, 2e7)
    )
