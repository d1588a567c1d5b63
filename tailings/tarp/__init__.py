"""Trigger action response plans, evaluated: which level do these values mean?

Pure and deterministic: the answer depends on the values and their times, not on when or in which pieces they arrive.
A value that passed counts as it is; a suspect one by its interval (`tailings.series.Bounded`) in the direction of the
test, and by its value in the level that is only believed; a failed or missing one not at all. Silence, and values that
say nothing, cost sight and leave the level where it was. The same functions serve the alarm on the gateway, the events
of the centre and a back-test.

    timeline(plan, series, facility)       the level at each instant of a history
    resume(plan, memory, series, facility) the same, going on from where it was followed to
    advance(plan, memory, fresh, facility) the level now, fed in pieces; start with Memory()
    events(timeline)                       the changes of level
    together(timelines)                      the pieces of a history as one timeline
    back_test(timeline, marks_ms)            what it would have done over a history
    latched(timeline, releases_ms)         the level as it stands until a person lowers it
    standing(plan, memory, facility, now_ms)  the level and what is stale, with nothing new
    state_of(plan, day, given)             whether a plan calls people: simulated, in force, or its approval ended
    approved(plan, day, given)             the plan with what was approved and withdrawn beside its file
    with_approvals(facility, given, day)   the facility with that
    month_of(facility, now)                the month of an instant as tests state theirs
    smallest_cuts(condition, tests)        the smallest sets of instruments without which a level cannot be seen
    digest, to_plain, from_plain           a memory as JSON, and the mark of the conditions it belongs to
"""

from tailings.levels import is_past
from tailings.tarp._approval import (
    NOTHING,
    Approval,
    GivenApprovals,
    PlanState,
    Withdrawal,
    approved,
    calls,
    ended_on,
    is_withdrawn,
    lost_approval,
    state_of,
    with_approvals,
)
from tailings.tarp._backtest import BackTest, Marked, back_test
from tailings.tarp._condition import LeafMemory
from tailings.tarp._plan import (
    LevelChange,
    PlanMemory,
    PlanOutcome,
    Readings,
    Tested,
    Timeline,
    advance,
    events,
    latched,
    month_of,
    resume,
    standing,
    timeline,
    together,
)
from tailings.tarp._sight import LostTest, Sight, TestNeeds, minimal, smallest_cuts
from tailings.tarp._text import digest, from_plain, standing_from_plain, standing_to_plain, to_plain

__all__ = [
    "NOTHING",
    "Approval",
    "BackTest",
    "GivenApprovals",
    "LeafMemory",
    "LevelChange",
    "LostTest",
    "Marked",
    "PlanMemory",
    "PlanOutcome",
    "PlanState",
    "Readings",
    "Sight",
    "TestNeeds",
    "Tested",
    "Timeline",
    "Withdrawal",
    "advance",
    "approved",
    "back_test",
    "calls",
    "digest",
    "ended_on",
    "events",
    "from_plain",
    "is_past",
    "is_withdrawn",
    "latched",
    "lost_approval",
    "minimal",
    "month_of",
    "resume",
    "smallest_cuts",
    "standing",
    "standing_from_plain",
    "standing_to_plain",
    "state_of",
    "timeline",
    "to_plain",
    "together",
    "with_approvals",
]
