"""Calm: a background from the facility file alone, before anything was ever read: each gauge a while before danger.

States of the readings are taken from the lint's search for what filters let pass. Where nothing limits a datastream,
nothing says what its instrument reads, and it stays unread.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from msgspec.structs import replace

from tailings import filters
from tailings.facility.lint.examination import Examination, LevelTest
from tailings.facility.lint.trial import ChainTrial
from tailings.facility.model import Datastream, Facility
from tailings.series import Series, is_sure
from tailings.sight.proving import background_s
from tailings.sight.scenario import natural_rate_per_h

BEFORE_H: Final = 2.0
"""A datastream begins so many hours of its failure before the trigger, or half way to the safest value."""
STEPS: Final = 2001
"""States between the safest and the worst one."""
BEYOND_TOLERANCE: Final = 2.0
"""Readings go up and down by so many tolerances of a filter of flat lines, so that they are none."""


class CalmFacility(NamedTuple):
    """A facility without filters that compare instruments, which need one that agrees, and calm readings of it."""

    facility: Facility
    raw: dict[str, Series]


def calm(facility: Facility, now_ms: int) -> CalmFacility:
    """Calm readings of what the plans rest on, until now."""
    alone = {name: replace(one, filters=filters.own_tests(one)) for name, one in facility.datastreams.items()}
    facility = replace(facility, datastreams=alone)
    examination = Examination(facility)
    found: dict[str, float] = {}
    for test in examination.tests:
        if test.level is test.plan.levels[-1]:
            found |= _readings(examination, test, found)
    past_s = background_s(facility)
    raw = {name: _steady(facility.datastreams[name], value, past_s, now_ms) for name, value in found.items()}
    return CalmFacility(facility, raw)


def _readings(examination: Examination, test: LevelTest, known: Mapping[str, float]) -> dict[str, float]:
    """Readings that put the datastream of a test a while before its trigger; none where the file does not say.

    known: readings that are settled, of which others hang on too.
    """
    name, side, facility = test.datastream, test.sides[0], examination.facility
    reach = examination.reach(name)
    safest, worst = reach.end(-side), reach.end(side)
    aim = _aim(examination, test, side * safest.value)
    if not np.isfinite(aim):
        return {}
    if not np.isfinite(safest.value + worst.value):
        return {name: side * aim} if facility.datastreams[name].is_raw else {}
    trial = ChainTrial(facility, [name])
    ends = np.array([[known.get(one, end.readings[one]) for one in trial.free] for end in (safest, worst)])
    states = ends[0] + np.linspace(0, 1, STEPS)[:, None] * (ends[1] - ends[0])
    series = trial.run(states)[name].series
    away = np.where(is_sure(series.quality), np.abs(side * series.value - aim), np.inf)
    row = int(np.argmin(away))
    return dict(zip(trial.free, states[row].tolist(), strict=True)) if np.isfinite(away[row]) else {}


def _aim(examination: Examination, test: LevelTest, safest: float) -> float:
    """Where a datastream begins, turned so that danger lies above."""
    datastream, side = examination.facility.datastreams[test.datastream], test.sides[0]
    if test.leaf.rate_over_s is not None or test.leaf.against is not None:  # the value itself means nothing
        worst = side * examination.reach(test.datastream).end(side).value
        return safest + (worst - safest) / 4 if np.isfinite(safest + worst) else 0.0
    trigger = side * test.trigger(side)
    room = trigger - safest if np.isfinite(safest) else np.inf
    return trigger - min(BEFORE_H * natural_rate_per_h(datastream, test.leaf.value or 0.0), room / 2)


def _steady(datastream: Datastream, value: float, past_s: float, now_ms: int) -> Series:
    interval_ms = round(datastream.expected_interval_s * 1000)
    rows = max(round(past_s * 1000 / interval_ms), 8)
    time_ms = now_ms - interval_ms * np.arange(rows - 1, -1, -1)
    flat = datastream.filters.get("flat_line")
    noise = BEYOND_TOLERANCE * flat.tolerance if flat is not None else 0.0
    return Series.of(time_ms, value + noise * (np.arange(rows) % 2))
