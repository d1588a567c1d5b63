"""The limits that the approved plans of a facility set on single datastreams, and where a value stands among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from tailings import tarp
from tailings.facility import Condition, Facility

GREEN_SHARE: Final = 58.0
SHARES: Final = {"yellow": 58.0, "orange": 74.0, "red": 90.0}
"""Where the levels begin on every gauge, in percent of its width: metres, L/s and mm/d compare at a glance."""
BANDS_BELOW: Final = GREEN_SHARE / (SHARES["orange"] - SHARES["yellow"])


@dataclass(frozen=True)
class Limit:
    """One level's limit on one datastream; `level` yellow, orange or red, and the plan that says so."""

    level: str
    value: float
    plan: str


@dataclass(frozen=True)
class Limits:
    """All limits of one datastream in one direction, the mildest first; with `rate_over_s` on its rate [/h]."""

    datastream: str
    is_above: bool
    limits: tuple[Limit, ...]
    rate_over_s: float | None = None

    def reached(self, value: float) -> Limit | None:
        """Return the worst limit that a value is past, None when it is past none."""
        past = [limit for limit in self.limits if self._over(value, limit) > 0]
        return past[-1] if past else None

    def next(self, value: float) -> Limit | None:
        """Return the first limit that a value is not past yet, None beyond the last."""
        return next((limit for limit in self.limits if self._over(value, limit) <= 0), None)

    def margin(self, value: float) -> float:
        """Return the room to the next limit; beyond the first one, how far past the worst reached, as a minus."""
        reached = self.reached(value)
        return -self._over(value, reached or self.limits[0])

    def share(self, value: float) -> float:
        """Return the place of a value on a gauge, 0 to 100 % of its width.

        Between two limits by a straight line. Below the first: by the step between the first two, or, where zero is
        natural (a flow, a rate), from zero. Beyond the last limit it fills the red part by that same step.
        """
        first = self.limits[0]
        step = self._step()
        over = self._over(value, first)
        if over <= 0:
            return max(0.0, SHARES[first.level] + 16 * over / step)
        for lower, upper in pairwise(self.limits):
            if self._over(value, upper) <= 0:
                part = self._over(value, lower) / abs(upper.value - lower.value)
                return SHARES[lower.level] + part * (SHARES[upper.level] - SHARES[lower.level])
        last = self.limits[-1]
        return min(100.0, SHARES[last.level] + 10 * self._over(value, last) / step)

    def _step(self) -> float:
        if self.rate_over_s is not None or len(self.limits) < 2:
            return abs(self.limits[0].value) / BANDS_BELOW or 1.0
        first, second = self.limits[:2]
        bands = (SHARES[second.level] - SHARES[first.level]) / 16
        return abs(second.value - first.value) / bands

    def _over(self, value: float, limit: Limit) -> float:
        return value - limit.value if self.is_above else limit.value - value


def of_facility(facility: Facility, today: date) -> list[Limits]:
    """Return the limits of all plans that call and that one datastream reaches alone, by datastream and direction.

    A test that stands under `all` with others, is against another datastream, or is out of season, sets no limit. Of
    two plans that set the same level the stricter one counts.
    """
    found: dict[tuple[str, bool, float | None], dict[str, Limit]] = {}
    for plan in facility.tarp.values():
        if not tarp.calls(plan, today):
            continue
        for level in plan.levels:
            for leaf in _alone(level.when, today):
                key = (leaf.datastream or "", leaf.test == "above", leaf.rate_over_s)
                told = found.setdefault(key, {})
                limit = Limit(level.level, leaf.value or 0.0, plan.id)
                if level.level not in told or _is_stricter(limit, told[level.level], key[1]):
                    told[level.level] = limit
    return [
        Limits(name, is_above, _in_order(told.values(), is_above), rate_over_s)
        for (name, is_above, rate_over_s), told in found.items()
    ]


def _alone(condition: Condition, today: date) -> Iterator[Condition]:
    is_plain = condition.datastream is not None and condition.against is None and condition.test != "away"
    if is_plain and (not condition.months or today.month in condition.months):
        yield condition
    for part in condition.any:
        yield from _alone(part, today)


def _is_stricter(limit: Limit, other: Limit, is_above: bool) -> bool:
    return limit.value < other.value if is_above else limit.value > other.value


def _in_order(limits: Iterable[Limit], is_above: bool) -> tuple[Limit, ...]:
    return tuple(sorted(limits, key=lambda limit: limit.value, reverse=not is_above))
