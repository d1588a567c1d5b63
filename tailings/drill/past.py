"""What lies before a drill: calm readings as history, as far back as the plans of a scenario look.

A test of a rate compares with a value of hours or days ago, and a difference may be from an earlier value of another
datastream. A drill of minutes has no such past, so it is brought into its installation before it begins.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from tailings.assess import freshness
from tailings.drill.readings import MEASURED_S, CalmReadings, DrillReadings
from tailings.drill.scenario import BadScenario, DrillScenario
from tailings.facility.model import Facility
from tailings.facility.plans import Condition, Plan
from tailings.series import Values
from tailings.sight.shadow import chain_of

S_PER_H: Final = 3600.0
MARGIN_H: Final = 1.0
"""The past goes so much further back than its plans look: a drill begins some time after it was brought."""
MOST_ROWS: Final = 50_000
"""Instants of a past; more would take longer to bring than people wait."""


def looks_back_s(test: Condition) -> float:
    """How far back of a reading a test looks [s]."""
    return max(test.rate_over_s or 0.0, test.against.delay_s if test.against is not None else 0.0)


def past_h(plan: Plan) -> float:
    """How long a past a drill of a plan needs, in whole hours; 0: none, for nothing of it looks back."""
    back_s = max((looks_back_s(test) for level in plan.levels for test in level.when.leaves()), default=0.0)
    return math.ceil(back_s / S_PER_H) + MARGIN_H if back_s else 0.0


def instants(facility: Facility, scenario: DrillScenario, until_s: float = 0.0) -> Values:
    """The times of the past before `until_s` [s from the first second of the drill], float64[n]; raises BadScenario.

    As close together as the tests that look back expect readings: an earlier value that is staler says less.
    """
    if not scenario.past_h:
        return np.zeros(0)
    step_s = max(MEASURED_S, min(_steps_s(facility, scenario.plans()), default=S_PER_H))
    rows = scenario.past_h * S_PER_H / step_s
    if rows > MOST_ROWS:
        raise BadScenario(
            f"scenario: past_h: {scenario.past_h:g} h before the drill are {rows:.0f} readings at {step_s:g} s, and at "
            f"most {MOST_ROWS} can be brought; take a shorter past, or a plan whose rate_over_s or delay_s is shorter"
        )
    return np.arange(until_s - scenario.past_h * S_PER_H, until_s, step_s)


def readings(
    facility: Facility, calm: CalmReadings, scenario: DrillScenario, until_s: float = 0.0
) -> tuple[Values, Mapping[str, Values]]:
    """The instants of the past, and by raw datastream what it read at them, float64[n] each.

    Of all that the plans of the scenario look at, and that is derived from.
    """
    times_s = instants(facility, scenario, until_s)
    looked = [name for plan in scenario.plans() for name in facility.tarp[plan].datastreams()]
    before = DrillReadings(facility, calm, scenario).before(times_s.size)
    return times_s, {name: before[name] for name in chain_of(facility, looked) if name in before}


def _steps_s(facility: Facility, plans: Collection[str]) -> list[float]:
    """How far apart readings are expected of each test of these plans that looks back [s]."""
    return [
        freshness.stale_after_s(facility.datastreams[name].expected_interval_s, test.stale_after_s)
        / freshness.STALE_INTERVALS
        for plan in plans
        for level in facility.tarp[plan].levels
        for test in level.when.leaves()
        if looks_back_s(test)
        for name in test.names()
    ]
