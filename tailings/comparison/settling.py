"""What would settle the order: how much of the uncertainty of a facility's rank would go if an indicator were known.

By the law of total variance the variance of a rank falls, on average, by the variance of its mean given the indicator.
That mean is taken in classes of the indicator's own draws, less what the scatter in the classes adds by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.comparison import sampling
from tailings.comparison.acceptability import Ranks
from tailings.comparison.candidates import Candidate
from tailings.comparison.indicators import Axis, of_axis
from tailings.series import Values

CLASSES: Final = 20


class Settling(Struct, frozen=True):
    """One uncertain indicator of a facility, by its place: standard deviation [ranks] now, and expected once known."""

    place: int
    indicator: str
    now: float
    known: float

    @property
    def removed(self) -> float:
        """The variance that goes [ranks squared]."""
        return self.now**2 - self.known**2


def settling(
    axis: Axis, candidates: Sequence[Candidate], places: Sequence[int], names: Sequence[str], *, of: Ranks, seed: int
) -> list[Settling]:
    """Return what of the facilities at some places would tell, what tells most first; of: ranks (n, draws)."""
    found, rows = [], [one.name for one in of_axis(axis)]
    for place in places:
        one, own = candidates[place], of[place]
        open_ = [name for name in names if not one.of(name).is_exact]
        uniform = sampling.deviates(axis, one.key, len(own), seed) if open_ else None
        for name in open_:
            assert uniform is not None  # something is open
            removed = explained(own, uniform[rows.index(name)])
            variance = float(own.var())
            found.append(Settling(place, name, math.sqrt(variance), math.sqrt(max(0.0, variance - removed))))
    return sorted(found, key=lambda one: -one.removed)


def explained(values: Ranks | Values, by: Values) -> float:
    """The variance of the mean of values given `by`, in classes of as many draws each, without their scatter."""
    ordered = values[np.argsort(by, kind="stable")]
    size = len(ordered) // CLASSES
    classes = ordered[: size * CLASSES].reshape(CLASSES, size)
    scatter = classes.var(axis=1, ddof=1).mean() / size
    return max(0.0, float(classes.mean(axis=1).var() - scatter * (CLASSES - 1) / CLASSES))
