"""A rehearsal: the scenario carried through the real chain to the plans, without a clock, before anybody is called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np

from tailings import chain, tarp
from tailings.drill import past
from tailings.drill.readings import MEASURED_S, CalmReadings, DrillReadings
from tailings.drill.scenario import MINUTE_S, BadScenario, DrillScenario
from tailings.facility.model import Facility
from tailings.levels import LEVELS
from tailings.series import Series
from tailings.sight.shadow import chain_of, followed_by, part_of

BEFORE_S: Final = 300.0
"""So long everything is calm before the first second."""


class RehearsedPlan(NamedTuple):
    """reached: by level (1 to 3) so many minutes after the first second; below 0: before it.

    is_doubted: on the way a reading past a level was suspect to a filter, which at the dam raises an alarm of its own.
    """

    reached: Mapping[int, float]
    is_doubted: bool


def rehearse(
    facility: Facility, calm: CalmReadings, scenario: DrillScenario, began: dt.datetime, plans: Collection[str]
) -> dict[str, RehearsedPlan]:
    """When each of these plans reaches each of its levels."""
    readings = DrillReadings(facility, calm, scenario)
    elapsed_s = np.arange(-BEFORE_S, scenario.lasts_min * MINUTE_S, MEASURED_S)
    rows = [readings.at(float(one)) for one in elapsed_s]
    begun_ms = round(began.timestamp() * 1000)
    time_ms = begun_ms + np.round(elapsed_s * 1000).astype(np.int64)
    past_s, before = past.readings(facility, calm, scenario, -BEFORE_S)
    past_ms = begun_ms + np.round(past_s * 1000).astype(np.int64)
    raw = {}
    for name in calm.raw:
        value = np.array([row.get(name, np.nan) for row in rows])
        is_read = np.isfinite(value)
        earlier = (past_ms, before[name]) if name in before else (past_ms[:0], value[:0])
        raw[name] = Series.of(
            *(np.append(*two) for two in zip(earlier, (time_ms[is_read], value[is_read]), strict=True))
        )
    looked = [name for plan in plans for name in facility.tarp[plan].datastreams()]
    part = part_of(facility, chain_of(facility, looked))
    with np.errstate(all="ignore"):
        results = chain.derive(part, {name: one for name, one in raw.items() if name in part.datastreams})
    found: dict[str, RehearsedPlan] = {}
    for plan in plans:
        line = tarp.timeline(facility.tarp[plan], followed_by(facility.tarp[plan], results, part), part)
        minutes = (line.time_ms - begun_ms) / 1000 / MINUTE_S
        highest = int(np.max(line.level, initial=0))
        reached = {rank: float(minutes[int(np.argmax(line.level >= rank))]) for rank in range(1, highest + 1)}
        found[plan] = RehearsedPlan(reached, bool((line.believed > line.level).any()))
    return found


def check(
    facility: Facility, calm: CalmReadings, scenario: DrillScenario, began: dt.datetime, plans: Collection[str]
) -> None:
    """Raise BadScenario where what the instruments would read does not bring a plan where it is expected in time."""
    problems = list(_problems(facility, scenario, rehearse(facility, calm, scenario, began, plans)))
    if problems:
        raise BadScenario("; ".join(f"scenario: {one}" for one in problems))


def _problems(facility: Facility, scenario: DrillScenario, found: Mapping[str, RehearsedPlan]) -> Iterator[str]:
    for plan, (levels, _) in found.items():
        if min(levels.values(), default=0.0) < 0:
            yield f"plan {plan} stands at {LEVELS[max(levels)]} before the first inject: nothing is calm for it"
    for number, inject in enumerate(scenario.injects):
        for one in inject.expect:
            at = found[one.plan].reached.get(LEVELS.index(one.level))
            latest = inject.after_min + one.within_min
            if at is None or at > latest:
                when = "never" if at is None else f"only {at - inject.after_min:.1f} min after it"
                needs_h = past.past_h(facility.tarp[one.plan])
                looks = f", past_h = {needs_h:g} because it looks back" if scenario.past_h < needs_h else ""
                yield (
                    f"injects[{number}].expect: by what the instruments would read plan {one.plan} reaches {one.level} "
                    f"{when}; set values further past its level, more slowly where a filter flags them, or a longer "
                    f"within_min{looks}"
                )
