"""A top cut: results that a lognormal through the middle of the others would hardly give count as the highest it would.

The rule is one of this program, and is named in the method statement: median and quartiles of the logarithms give a
lognormal that no few results can pull; what the highest of as many draws exceeds once in a hundred sets is the cut.
More results above it than one in fifty are a population of their own, not outliers: they stay, and a person decides.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np

from tailings.series import Values

ONCE_IN: Final = 100
MOST_SHARE: Final = 0.02
LEAST_RESULTS: Final = 20
QUARTILES_APART: Final = 2 * NormalDist().inv_cdf(0.75)


def by_rule(values: Values) -> float | None:
    """Return the cut; None where nothing or too much lies above it, or there are fewer than LEAST_RESULTS results."""
    positive = values[values > 0]
    if len(positive) < LEAST_RESULTS:
        return None
    low, middle, high = np.quantile(np.log(positive), (0.25, 0.5, 0.75))
    highest = NormalDist().inv_cdf((1 - 1 / ONCE_IN) ** (1 / len(positive)))
    cut = float(np.exp(middle + highest * (high - low) / QUARTILES_APART))
    above = int((positive > cut).sum())
    return cut if 0 < above <= max(1, int(MOST_SHARE * len(positive))) else None
