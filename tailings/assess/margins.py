"""Margins: how far what the plans compare is from their trigger levels, by the last readings that they took in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from tailings import tarp
from tailings.assess.model import LevelMargin, Margin
from tailings.facility.model import Facility
from tailings.facility.plans import Condition, Plan
from tailings.levels import LEVELS, LevelWord
from tailings.tarp import Tested
from tailings.uncertainty import COVERAGE_FACTOR, NewestUncertainties

S_PER_H: Final = 3600.0

Compared = tuple[str, str, float | None, object, tuple[int, ...], bool]
"""Datastream, test, span of the rate, what it is held against, its months, and whether the test decides alone."""


def margins(
    standings: Iterable[tuple[Plan, tarp.PlanOutcome]],
    facility: Facility,
    month: int,
    known: NewestUncertainties | None = None,
) -> tuple[Margin, ...]:
    """The margins of all tests that hold in a month (1 to 12), each thing that is compared once.

    known: the uncertainties of the newest readings.
    """
    found: dict[Compared, list[tuple[str, Tested]]] = {}
    lost: set[str] = set()
    for plan, standing in standings:
        lost |= {one.datastream for one in standing.sight.lost if one.reason != "out-of-reach"}
        for one in standing.tested:
            if one.test.holds_in(month):
                found.setdefault(_compared(one), []).append((plan.id, one))
    return tuple(_margin(tests, facility, lost, known) for tests in found.values())


def within(tested: Sequence[Tested], known: NewestUncertainties | None, month: int) -> LevelWord:
    """The worst level that a value, alone enough for it, reaches within its expanded uncertainty; green: none."""
    reached: list[LevelWord] = ["green"]
    for one in tested:
        size = uncertainty_of(one.test, known) if one.is_alone and one.test.holds_in(month) else None
        if size is None or one.low is None or one.high is None:
            continue
        ends = (one.low - size, one.high + size)
        if any(tarp.is_past(one.test.test or "above", end, one.test.value or 0.0) for end in ends):
            reached.append(_word(one.level))
    return max(reached, key=LEVELS.index)


def uncertainty_of(test: Condition, known: NewestUncertainties | None) -> float | None:
    """Expanded uncertainty of what a test compares: a value, a rate per hour, or a difference; None: not known.

    A rate errs by what is new at each of its two readings alone; where their windows overlap, by less. Where nothing
    says how far that is, it is not known.
    """
    if known is None:
        return None
    found = known.of(test.datastream or "")
    if test.against is not None:
        found = found.minus(known.of(test.against.datastream), test.against.factor)
    if not found.is_known.size or not found.is_known[-1]:
        return None
    if test.rate_over_s:
        anew = float(found.anew[-1])
        return COVERAGE_FACTOR * 2.0**0.5 * anew / (test.rate_over_s / S_PER_H) if anew else None
    return float(found.expanded[-1])


def _compared(one: Tested) -> Compared:
    test = one.test
    return test.datastream or "", test.test or "above", test.rate_over_s, test.against, test.months, one.is_alone


def _margin(
    tests: Sequence[tuple[str, Tested]], facility: Facility, lost: set[str], known: NewestUncertainties | None
) -> Margin:
    newest = max((one for _, one in tests), key=lambda one: one.time_ms or 0)
    test = newest.test
    names = {test.datastream or "", *([test.against.datastream] if test.against else [])}
    levels = sorted((_level(plan, one, newest) for plan, one in tests), key=lambda one: LEVELS.index(one.level))
    past = [one.level for one in levels if newest.is_certainly_past(one.value)]
    return Margin(
        datastream=test.datastream or "",
        test=test.test or "above",
        unit=facility.datastreams[test.datastream or ""].unit,
        rate_over_s=test.rate_over_s,
        against=test.against.datastream if test.against else None,
        time=None if newest.time_ms is None else datetime.fromtimestamp(newest.time_ms / 1000, UTC),
        low=newest.low,
        high=newest.high,
        past=max(past, key=LEVELS.index, default="green"),
        is_alone=newest.is_alone,
        is_lost=bool(names & lost),
        levels=tuple(levels),
        uncertainty=uncertainty_of(test, known),
    )


def _level(plan: str, one: Tested, newest: Tested) -> LevelMargin:
    limit, test = one.test.value or 0.0, one.test.test or "above"
    nearer = newest.low if test == "below" else newest.high
    margin = None if nearer is None else nearer - limit if test == "below" else limit - nearer
    return LevelMargin(_word(one.level), limit, plan, margin)


def _word(level: str) -> LevelWord:
    return LEVELS[LEVELS.index(level)]
