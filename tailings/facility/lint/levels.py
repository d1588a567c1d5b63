"""Levels that no reading can reach, or only just: each test of each plan against what its datastream can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from tailings.facility.lint.examination import Examination, LevelTest, passing_span, without_suspect
from tailings.facility.lint.ramp import S_PER_H
from tailings.facility.lint.reach import DOWN, UP, TestReach
from tailings.facility.lint.trial import FailedTest
from toml_file.problems import Path
from wire import quality as flag

Found = Iterator[tuple[Path, dict[str, Any]]]
FEWEST_READINGS: Final = 3
"""A rise within fewer readings than these is a jump."""


def out_of_reach(examination: Examination) -> Found:
    """A test that no value can meet which filters and formulas let pass."""
    for test in _of_values(examination):
        missed = [side for side in test.sides if not examination.reaches(test, side)]
        if len(missed) == len(test.sides):
            yield test.path, _missed(examination, test, missed[0])


def one_sided(examination: Examination) -> Found:
    """A test for both sides of which only one can be met."""
    for test in _of_values(examination):
        missed = [side for side in test.sides if not examination.reaches(test, side)]
        if 0 < len(missed) < len(test.sides):
            yield test.path, _missed(examination, test, missed[0])


def rate_out_of_reach(examination: Examination) -> Found:
    """A test of a rate that a steady change at this rate does not meet: it is flagged, or the datastream ends first."""
    for test in examination.tests:
        over_s = test.leaf.rate_over_s
        for side in test.sides if over_s is not None else ():
            rate = test.trigger(side)
            if over_s is None or side * rate <= 0:
                continue
            values = _values(examination, test, side) | {"over_s": over_s}
            ramp = examination.ramp(test.datastream)
            if not ramp.span > side * rate * over_s / S_PER_H:
                span = 0.0 if np.isnan(ramp.span) else ramp.span
                yield test.path, values | {"span": span, "needed": side * rate * over_s / S_PER_H}
            elif failed := ramp.failed_tests(rate):
                fastest = ramp.fastest(rate)
                yield test.path, values | {"fastest": fastest, "failed_tests": _told(examination, failed)}


def end_near_level(examination: Examination) -> Found:
    """A level that is reached, but values one hysteresis beyond it are flagged already."""
    for test in _of_values(examination):
        for side in test.sides:
            trigger, end = test.trigger(side), examination.end(test, side)
            if side * end.value > side * trigger and side * end.value < side * trigger + test.leaf.hysteresis:
                failed = examination.tests_beyond(test, side, end.value)
                told = {"end": end.value, "failed_tests": _told(examination, failed)}
                yield test.path, _values(examination, test, side) | told


def cannot_clear(examination: Examination) -> Found:
    """A level that, once raised, no value clears which filters and formulas let pass."""
    for test in _of_values(examination):
        trigger, back = test.leaf.value or 0.0, test.leaf.hysteresis
        low, high = (examination.end(test, side).value for side in (DOWN, UP))
        if test.leaf.test == "below":
            cleared, is_possible = trigger + back, high >= trigger + back
        elif test.leaf.test == "above":
            cleared, is_possible = trigger - back, low <= trigger - back
        else:
            cleared, is_possible = trigger - back, low <= trigger - back and high >= back - trigger
        if not is_possible and not np.isnan(low):
            yield test.path, _values(examination, test, UP) | {"cleared": cleared, "low": low, "high": high}


def worse_is_flagged(examination: Examination) -> Found:
    """A range that calls values suspect which are worse than the worst level: a leap past them is suspect only."""
    worst: dict[tuple[str, int], LevelTest] = {}
    for test in _of_values(examination):
        for side in test.sides:
            known = worst.get((test.datastream, side))
            if test.leaf.against is None and (known is None or side * test.trigger(side) > side * known.trigger(side)):
                worst[test.datastream, side] = test
    seen = set[Path]()
    for (_, side), test in worst.items():
        end = examination.end(test, side).value
        failed = examination.tests_beyond(test, side, end) if np.isfinite(end) else ()
        flagging = [one for one in failed if one.quality == flag.SUSPECT and "." not in one.test]
        path: Path = ("datastreams", flagging[0].datastream, "filters", flagging[0].test) if flagging else ()
        if path in seen or len(flagging) < max(len(failed), 1) or not examination.reaches(test, side):
            continue
        most = TestReach(without_suspect(examination.facility, flagging), test.datastream).end(side).value
        if side * most > side * end + 1e-6 * abs(end):
            seen.add(path)
            told = {"end": end, "most": most, "failed_tests": _told(examination, failed)}
            yield path, _values(examination, test, side) | told


def rise_flagged(examination: Examination) -> Found:
    """A rise from a plan's first level to its worst, within the readings that the worst asks for, is flagged."""
    first: dict[tuple[str, str, int], LevelTest] = {}
    for test in _of_values(examination):
        for side in test.sides:
            key = (test.plan.id, test.datastream, side)
            begun = first.setdefault(key, test)
            rows = max(test.leaf.for_n, FEWEST_READINGS)
            distance = test.trigger(side) - begun.trigger(side)
            is_worst = test.level is test.plan.levels[-1]
            if test.leaf.against is not None or not is_worst or side * distance <= 0:
                continue
            interval_s = examination.facility.datastreams[test.datastream].expected_interval_s
            rate = distance / rows / (interval_s / S_PER_H)
            failed = examination.ramp(test.datastream).failed_tests(rate, rows, begun.trigger(side))
            if examination.reaches(test, side) and failed:
                rise = {"begun": begun.level.level, "from": begun.trigger(side), "rows": rows, "rate_per_h": rate}
                told = rise | {"failed_tests": _told(examination, failed)}
                yield test.path, _values(examination, test, side) | told


def _of_values(examination: Examination) -> Iterator[LevelTest]:
    return (test for test in examination.tests if test.leaf.rate_over_s is None)


def _missed(examination: Examination, test: LevelTest, side: int) -> dict[str, Any]:
    trigger, end = test.trigger(side), examination.end(test, side)
    failed = examination.tests_beyond(test, side, trigger)
    values = _values(examination, test, side) | {"end": end.value, "most": None}
    if not failed:
        failed = examination.tests_beyond(test, side, end.value)
        if test.leaf.against is None:
            values["most"] = examination.reach(test.datastream).most(side)
    return values | {"failed_tests": _told(examination, failed)}


def _values(examination: Examination, test: LevelTest, side: int) -> dict[str, Any]:
    datastream = examination.facility.datastreams[test.datastream]
    against = test.leaf.against.datastream if test.leaf.against else None
    return {
        "plan": test.plan.id,
        "level": test.level.level,
        "datastream": test.datastream,
        "against": against,
        "side": "above" if side == UP else "below",
        "trigger": test.trigger(side),
        "hysteresis": test.leaf.hysteresis,
        "unit": datastream.unit,
    }


def _told(examination: Examination, failed: tuple[FailedTest, ...]) -> list[dict[str, Any]]:
    return [
        {
            "datastream": one.datastream,
            "test": one.test,
            "formula": examination.facility.datastreams[one.datastream].formula,
            "quality": one.quality,
            "unit": examination.facility.datastreams[one.datastream].unit,
            "span": passing_span(examination.facility, one),
        }
        for one in failed
    ]
