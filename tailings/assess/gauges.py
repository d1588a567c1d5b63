"""Of several gauges of one thing (a pond, the rain, the seepage) the one whose value is told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeVar

from tailings.assess.limits import LevelPlace
from tailings.levels import LEVELS

Gauge = TypeVar("Gauge")
NO_PLACE: Final = LevelPlace(None, None)
RAIN: Final = "rain"
MEASURE_RAIN: Final = frozenset({"rain_from_tips", "rain_from_total"})
"""The formulas whose rain is not that of another datastream. By name: to ask a formula itself loads numpy, and the
first page asks."""


class GaugeReading(NamedTuple):
    """What a gauge says: a value, None where its newest one is rejected or missing; whether that is not stale.

    place: where it stands among its trigger levels, where that decides before the value.
    """

    name: str
    value: float | None
    is_fresh: bool
    place: LevelPlace = NO_PLACE


def is_rain_gauge(quantity: str, formula: str | None) -> bool:
    """Whether a datastream says what fell: a sum of the rain of another one would count it again."""
    return quantity == RAIN and (formula is None or formula in MEASURE_RAIN)


def counts_as_gauge(quantity: str, formula: str | None, *, is_manual: bool) -> bool:
    """Whether an instrument tells of its quantity by a datastream: not a reading by hand, nor a sum of rain that others
    have told already."""
    return not is_manual and (quantity != RAIN or is_rain_gauge(quantity, formula))


def governing(gauges: Iterable[Gauge], reading: Callable[[Gauge], GaugeReading]) -> Gauge | None:
    """Return the gauge that is told of: past the worst level, of equals with the highest value.

    One that is stale gives way to one that is not, one without a value to one with a value: so what is told of a pond
    is never better than the worst gauge that can be used, and neither a name nor the order of a file decides.
    """

    def rank(gauge: Gauge) -> tuple[bool, bool, int, float, float, str]:
        name, value, is_fresh, (reached, share) = reading(gauge)
        return (
            value is None or not is_fresh,
            value is None,
            -LEVELS.index(reached or "green"),
            math.inf if share is None else -share,
            math.inf if value is None else -value,
            name,
        )

    return min(gauges, key=rank, default=None)
