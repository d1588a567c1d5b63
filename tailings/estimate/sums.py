"""Sums of uncertain amounts over facilities, by how they go together: nobody has measured that, so two cases are said.

    together       all are high, or low, at once: quantiles are added (the comonotonic sum)
    independent    none tells of another: one draw of each at random, DRAWS times (Monte Carlo)

Each amount is a profile: its quantiles at RANKS. Where facilities go together in part, the sum lies between the two;
where some are high because others are low (a price that both share cannot do that, a market that both fill can), it is
narrower than the independent one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tailings.estimate.outcomes import p90_p50_p10
from tailings.series import Values

STEPS: Final = 1_000
RANKS: Final = np.linspace(0.0, 1.0, STEPS + 1)
DRAWS: Final = 20_000
SEED: Final = 1


def profile(draws: Values) -> Values:
    """The quantiles of draws at RANKS, rising."""
    return np.quantile(draws, RANKS)


def together(profiles: Sequence[Values]) -> tuple[float, float, float]:
    """P90, P50 and P10 of the sum of amounts that are high at once."""
    return p90_p50_p10(np.sum(profiles, axis=0))


def independent(profiles: Sequence[Values], seed: int = SEED) -> tuple[float, float, float]:
    """P90, P50 and P10 of the sum of independent amounts; of one it is that one's own."""
    if len(profiles) == 1:
        return p90_p50_p10(profiles[0])
    random = np.random.default_rng(seed)
    total = np.zeros(DRAWS)
    for one in profiles:
        ranks = random.random(DRAWS) * STEPS
        below = ranks.astype(np.intp)
        total += one[below] + (ranks - below) * np.diff(one)[below]
    return p90_p50_p10(total)
