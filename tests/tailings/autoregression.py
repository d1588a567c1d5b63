"""SharedNoise that remembers: first-order autoregressions for the tests of trends and responses."""

import numpy as np


def noise(random: np.random.Generator, runs: int, length: int, r: float) -> np.ndarray:
    """AR(1) series (runs, length) of standard deviation 1 and autocorrelation r of neighbours (1: a random walk)."""
    shocks = random.normal(size=(runs, length))
    found = np.empty((runs, length))
    found[:, 0] = shocks[:, 0]
    kept = np.sqrt(1 - r * r) if r < 1 else 1.0
    for place in range(1, length):
        found[:, place] = r * found[:, place - 1] + kept * shocks[:, place]
    return found
