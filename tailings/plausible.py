"""What the next reading is likely to be, by the filters of its datastream and by the readings before it.

It is said beside the field where a person enters a reading, and forbids nothing: a dam that moves leaves every range.
Source: our own rule; the filters are those of the facility file, and the history is a span as wide again on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from wire import clock, limits

if TYPE_CHECKING:
    from tailings.facility import Datastream

LEAST_READINGS: Final = 5
"""Fewer say nothing of how far the next one may be."""
STEPS: Final = 2.0
"""So many times the largest step between neighbours is a jump."""
Doubt = Literal["below", "above", "jump"]


class PlausibleRange(NamedTuple):
    """Lowest and highest likely value, and how far it may be from the one before; None: nothing is known of it."""

    lowest: float | None = None
    highest: float | None = None
    largest_change: float | None = None


def plausible_range(datastream: Datastream, recent: Sequence[float]) -> PlausibleRange:
    """The range of the next reading of a datastream, whose good readings before it were `recent`, the oldest first.

    Where history leaves the range of the filters, these alone count.
    """
    lowest, highest = _of_filters(datastream)
    spread = max(recent) - min(recent) if len(recent) >= LEAST_READINGS else 0.0
    if not spread:
        return PlausibleRange(_finite(lowest), _finite(highest))
    steps = [abs(after - before) for before, after in pairwise(recent)]
    low, high = max(lowest, min(recent) - spread), min(highest, max(recent) + spread)
    if low >= high:
        low, high = lowest, highest
    return PlausibleRange(_finite(low), _finite(high), STEPS * max(steps))


def middle_of_range(datastream: Datastream) -> float | None:
    """The middle of what its gross range expects; None: it states none."""
    span = datastream.filters.get("gross_range")
    if span is None:
        return None
    lowest, highest = span.suspect or span.fail
    return float(lowest + highest) / 2


def time_fault(at_ms: int, now_ms: int) -> str | None:
    """Why nothing can have been read at a time [Unix ms], as the end of a sentence about it; None: it can."""
    if at_ms > clock.latest_ms(now_ms):
        return "lies ahead: nothing can have been read then"
    return "is no time of a reading: look at its year" if at_ms < limits.MIN_ABSOLUTE_TIME_S * 1000 else None


def doubts(value: float, likely: PlausibleRange, last: float | None = None) -> list[Doubt]:
    """Say what is unlikely of a reading; last: the one before it, None where there is none to compare it with."""
    found: list[Doubt] = []
    if likely.lowest is not None and value < likely.lowest:
        found.append("below")
    if likely.highest is not None and value > likely.highest:
        found.append("above")
    if likely.largest_change is not None and last is not None and abs(value - last) > likely.largest_change:
        found.append("jump")
    return found


def _of_filters(datastream: Datastream) -> tuple[float, float]:
    """The narrowest range of its filters: what the site expects, what the instrument reads, what a sensor can give."""
    lowest, highest = -math.inf, math.inf
    if gross := datastream.filters.get("gross_range"):
        lowest, highest = gross.suspect or gross.fail
    if physical := datastream.filters.get("physical_range"):
        lowest, highest = max(lowest, physical.lowest), min(highest, physical.highest)
    return lowest, highest


def _finite(limit: float) -> float | None:
    return limit if math.isfinite(limit) else None
