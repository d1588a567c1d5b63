"""From pairs of values to a ratio: its median, a distribution-free interval of that, and what it shows."""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from bench.figures import is_less_better

CONFIDENCE: Final = 0.95
LEAST_S: Final = 0.2
"""A processor time is counted in steps of 10 ms."""
BETTER, WORSE, NO_DIFFERENCE, TOO_FEW = "better", "worse", "no difference shown", "too few pairs"


class Comparison(msgspec.Struct, frozen=True):
    """One line of the report; `old` and `new` are medians, and a ratio above 1 is better for the new side.

    `low` and `high` are the ends of the interval of the median; None with too few pairs.
    """

    name: str
    unit: str
    old: float
    new: float
    ratio: float
    low: float | None
    high: float | None
    shows: str
    ratios: tuple[float, ...]


def has_ratio(unit: str, values: Iterable[float]) -> bool:
    """Whether all of these are large enough to be compared."""
    return min(values) >= LEAST_S if unit == "s" else min(values) > 0


def compare_line(name: str, unit: str, old: Sequence[float], new: Sequence[float]) -> Comparison:
    """Compare the values of all pairs (positive, in the order of the pairs); raises ValueError for an unknown unit."""
    ratios = tuple(_ratio(*pair, unit) for pair in zip(old, new, strict=True))
    low, high = interval(ratios) or (None, None)
    return Comparison(
        name,
        unit,
        statistics.median(old),
        statistics.median(new),
        statistics.median(ratios),
        low=low,
        high=high,
        shows=_shown(low, high),
        ratios=ratios,
    )


def interval(ratios: Sequence[float]) -> tuple[float, float] | None:
    """An interval that holds the true median with CONFIDENCE or more, whatever the distribution; None: too few.

    Its ends are the k-th smallest and the k-th largest value: each value is below the median with a chance of 1/2,
    so both miss it on one side with the chance of fewer than k in n tosses of a coin.
    """
    place = _place(len(ratios))
    if place == 0:
        return None
    ordered = sorted(ratios)
    return ordered[place - 1], ordered[-place]


def coverage(pairs: int) -> float | None:
    """The chance that the interval of so many pairs holds the true median; None: too few."""
    place = _place(pairs)
    return 1 - 2 * _fewer(place, pairs) if place else None


def _place(count: int) -> int:
    """The largest k that keeps CONFIDENCE; 0 when there is none."""
    return max((k for k in range(1, count // 2 + 1) if 1 - 2 * _fewer(k, count) >= CONFIDENCE), default=0)


def _fewer(k: int, tosses: int) -> float:
    """The chance of fewer than k heads."""
    return sum(math.comb(tosses, heads) for heads in range(k)) / 2.0**tosses


def _ratio(old: float, new: float, unit: str) -> float:
    return old / new if is_less_better(unit) else new / old


def _shown(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return TOO_FEW
    if high < 1:
        return WORSE
    return BETTER if low > 1 else NO_DIFFERENCE
