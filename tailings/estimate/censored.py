"""Statistics of results of which some are below a limit: Kaplan-Meier, and regression on order statistics (ROS).

Half the limit in place of such a result is arbitrary and biased (Helsel and Lee, NADA for R, useR 2008, read). The
mean by Kaplan-Meier needs no distribution; ROS fits a lognormal to the results above their limits at their plotting
positions and takes from it what lies below (Helsel and Cohn, Water Resources Research 24, 1988: secondary, by the
worked example of https://github.com/EDiLD/edild.github.com, Quantitative Ecotoxicology, page 35, read).
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.series import Mask, Values

SHARE_BELOW: Final = 0.5
"""Of its limit: what a result below it counts as where nothing better is known."""
LEAST_ABOVE: Final = 5
"""Results above their limits, below which nobody fits a distribution to them."""


class Steps(Struct, frozen=True):
    """The distribution by Kaplan-Meier: values that were measured, rising, and the probability of each."""

    value: tuple[float, ...]
    probability: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Of all results; what is below every measured one counts as the least limit or result."""
        return float(np.dot(self.value, self.probability))

    @property
    def median(self) -> float:
        """The least value that half of the results do not exceed."""
        reached = np.cumsum(self.probability) >= 0.5 - 1e-12
        return float(np.array(self.value)[reached][0])


def halved(values: Values, below: Mask) -> Values:
    """The results with SHARE_BELOW of the limit for each that is below it."""
    return np.where(below, SHARE_BELOW * values, values)


def kaplan_meier(values: Values, below: Mask) -> Steps:
    """Estimate the distribution of results; values: the limit where `below`.

    Left-censored data are the right-censored ones of survival in a mirror: of the results at or under a value, the
    share that is measured there is its step. The least of all stands as measured, so the mean is no lower than that.
    """
    chance, steps = 1.0, []
    for value in sorted(set(values[~below]), reverse=True):
        at_or_under = (values < value) | ((values == value) & ~below) | ((values <= value) & below)
        share = float(((values == value) & ~below).sum() / at_or_under.sum())
        steps.append((float(value), chance * share))
        chance *= 1 - share
    if chance > 1e-12:
        steps.append((float(np.min(values)), chance))
    steps.reverse()
    return Steps(tuple(value for value, _ in steps), tuple(probability for _, probability in steps))


def by_order_statistics(values: Values, below: Mask) -> Values:
    """Return the results with a number for each that is below its limit: what ROS gives those of its limit on average.

    values: above zero, the limit where `below`. Raises ValueError for fewer than LEAST_ABOVE that are above.
    """
    above = np.flatnonzero(~below)
    if len(above) < LEAST_ABOVE:
        raise ValueError(f"{len(above)} results are above their limits; {LEAST_ABOVE} are the least")
    exceedance = _exceedance(values, below)
    limits = sorted(exceedance)
    position = np.empty(len(values))
    for number, limit in enumerate(limits):
        upper = limits[number + 1] if number + 1 < len(limits) else np.inf
        inside = np.flatnonzero(~below & (values >= limit) & (values < upper))
        rank = np.empty(len(inside))
        rank[np.argsort(values[inside], kind="stable")] = np.arange(1, len(inside) + 1)
        span = exceedance[limit] - exceedance.get(upper, 0.0)
        position[inside] = (1 - exceedance[limit]) + rank / (len(inside) + 1) * span
        censored = np.flatnonzero(below & (values == limit))
        ranks = np.arange(1, len(censored) + 1)
        position[censored] = ranks / (len(censored) + 1) * (1 - exceedance[limit])
    deviate = np.array([NormalDist().inv_cdf(min(max(one, 1e-9), 1 - 1e-9)) for one in position])
    slope, intercept = np.polyfit(deviate[above], np.log(values[above]), 1)
    filled = np.where(below, np.exp(intercept + slope * deviate), values)
    for limit in set(values[below]):
        of_limit = below & (values == limit)
        filled[of_limit] = min(float(filled[of_limit].mean()), limit)
    return np.asarray(filled, dtype=np.float64)


def _exceedance(values: Values, below: Mask) -> dict[float, float]:
    """By limit, and at 0, the probability of a result that is not below it (by Helsel and Cohn)."""
    limits = [0.0, *sorted({float(one) for one in values[below]})]
    found = {np.inf: 0.0}
    for number in range(len(limits) - 1, -1, -1):
        limit = limits[number]
        upper = limits[number + 1] if number + 1 < len(limits) else np.inf
        here = int((~below & (values >= limit) & (values < upper)).sum())
        under = int(((values < limit) & ~below).sum() + (below & (values <= limit)).sum())
        after = found[upper]
        found[limit] = after if here + under == 0 else after + here / (here + under) * (1 - after)
    found[0.0] = 1.0
    del found[np.inf]
    return found
