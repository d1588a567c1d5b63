"""The trigger levels that the plans in force set on single datastreams, and where a value stands among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

from msgspec.structs import replace

from tailings.assess.model import Assessment, Margin
from tailings.assess.verdict import CALLING
from tailings.levels import LEVELS, LevelWord, is_past

GREEN_SHARE: Final = 58.0
SHARES: Final = {"yellow": 58.0, "orange": 74.0, "red": 90.0}
"""Where the levels begin on every gauge, in percent of its width: metres, L/s and mm/d compare at a glance."""
BANDS_BELOW: Final = GREEN_SHARE / (SHARES["orange"] - SHARES["yellow"])

Compared = TypeVar("Compared")


class LevelPlace(NamedTuple):
    """Where a value stands among levels: the worst that it is past (None: none), and its share of a gauge."""

    reached: LevelWord | None
    share: float | None


@dataclass(frozen=True)
class Limit:
    """One level's limit on one datastream; `level` yellow, orange or red, and the plan that says so."""

    level: LevelWord
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
        past = [limit for limit in self.limits if self._is_past(value, limit)]
        return past[-1] if past else None

    def next(self, value: float) -> Limit | None:
        """Return the first limit that a value is not past yet, None beyond the last."""
        return next((limit for limit in self.limits if not self._is_past(value, limit)), None)

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

    def _is_past(self, value: float, limit: Limit) -> bool:
        return is_past("above" if self.is_above else "below", value, limit.value)

    def _over(self, value: float, limit: Limit) -> float:
        return value - limit.value if self.is_above else limit.value - value


def of_assessment(assessment: Assessment) -> list[Limits]:
    """Return the levels of all plans that count which one datastream reaches alone, by datastream and direction.

    A test that stands under `all` with others, or is against another datastream, sets none.
    """
    return [of_margin(one) for one in assessment.margins if is_single(one)]


def is_single(margin: Margin) -> bool:
    """Whether a margin is of one datastream that reaches its levels alone."""
    return margin.is_alone and margin.against is None and margin.test != "away"


def of_datastream(assessment: Assessment, name: str) -> list[Margin]:
    """Return the margins of the value and of the rate of a datastream that reaches its trigger levels alone."""
    return [one for one in assessment.margins if one.datastream == name and is_single(one)]


def of_value(assessment: Assessment, name: str) -> list[Margin]:
    """Return those of its value.

    There are several where one plan sets its highest and another its lowest value, or a season has levels of its own.
    """
    return [one for one in of_datastream(assessment, name) if one.rate_over_s is None]


def margin_of(assessment: Assessment, name: str) -> Margin | None:
    """Return the one of these margins that tells most: in which the value is furthest."""
    return furthest(of_value(assessment, name), place_of)


def furthest(some: Iterable[Compared], place: Callable[[Compared], LevelPlace]) -> Compared | None:
    """Return that whose value is past the worst level, of equals nearest to the next; None of none."""

    def far(one: Compared) -> tuple[int, float]:
        reached, share = place(one)
        return LEVELS.index(reached or "green"), -1.0 if share is None else share

    return max(some, key=far, default=None)


def place_of(margin: Margin | None) -> LevelPlace:
    """Return where the value of a margin stands; nowhere when it decides nothing now."""
    value = None if margin is None or margin.is_lost else middle(margin)
    if margin is None or value is None:
        return LevelPlace(None, None)
    known = of_margin(margin)
    reached = known.reached(value)
    return LevelPlace(reached.level if reached else None, known.share(value))


def past(assessment: Assessment, name: str) -> LevelWord:
    """Return the worst level that a datastream is certainly past, by its value alone; green: none."""
    return _worst_past(of_value(assessment, name))


def reached(assessment: Assessment, name: str) -> LevelWord | None:
    """Return the worst level that a datastream is certainly past, by its value or its rate; None: it has no levels."""
    found = of_datastream(assessment, name)
    return _worst_past(found) if found else None


def _worst_past(some: Iterable[Margin]) -> LevelWord:
    return max((one.past for one in some if not one.is_lost), key=LEVELS.index, default="green")


def is_clear(assessment: Assessment, name: str) -> bool:
    """Whether value and rate of a datastream, which has levels, are certainly short of all of them now."""
    found = of_datastream(assessment, name)
    return bool(found) and not any(one.is_lost or is_open(one) or one.past != "green" for one in found)


def is_open(margin: Margin) -> bool:
    """Whether a value may be past a worse level than it certainly is: by its interval, or past one at which people act
    at once by its uncertainty."""
    worse = [one for one in margin.levels if LEVELS.index(one.level) > LEVELS.index(margin.past)]
    error = margin.uncertainty or 0.0
    return any(one.margin is None or one.margin < 0 or (one.level in CALLING and one.margin < error) for one in worse)


def middle(margin: Margin) -> float | None:
    """Return the middle of the interval of what is compared; None where it is endless, or nothing was read."""
    return None if margin.low is None or margin.high is None else (margin.low + margin.high) / 2


def of_plan(margin: Margin, plan: str) -> Limits | None:
    """Return the levels of a margin that one plan sets; None where it sets none."""
    own = tuple(one for one in margin.levels if one.plan == plan)
    return of_margin(replace(margin, levels=own)) if own else None


def of_margin(margin: Margin) -> Limits:
    """Return the levels of a margin in the order in which a value meets them, each worse than the one before.

    Of two plans that set the same level the stricter one counts. A level that is met with a worse one, or beyond it,
    says nothing more: orange of a plan below the minimum freeboard, which is red.
    """
    is_above = margin.test == "above"
    stated = sorted(margin.levels, key=lambda one: (one.value if is_above else -one.value, -LEVELS.index(one.level)))
    found: list[Limit] = []
    for one in stated:
        if not found or LEVELS.index(one.level) > LEVELS.index(found[-1].level):
            found.append(Limit(one.level, one.value, one.plan))
    return Limits(margin.datastream, is_above, tuple(found), margin.rate_over_s)
