"""The whole assessment of a facility, from what is stored of its plans, alarms, nodes and datastreams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from tailings import tarp
from tailings.assess import diagnosis
from tailings.assess.diagnosis import NodeSigns
from tailings.assess.margins import margins, within
from tailings.assess.model import (
    Assessment,
    DatastreamCounts,
    DueAction,
    FailureMode,
    LostTest,
    ModeState,
    SilentNode,
    WaterCompliance,
)
from tailings.assess.verdict import judge
from tailings.facility.limits import is_limit_unwatched
from tailings.facility.model import Facility
from tailings.facility.plans import Plan
from tailings.levels import LEVELS, LevelWord
from tailings.tarp import PlanOutcome
from tailings.uncertainty import NewestUncertainties

VALID_FOR: Final = timedelta(minutes=3)
"""Assessments are made each minute and after each commit: one that is older has nobody who makes the next."""


class AlarmRecord(Struct, frozen=True):
    """The alarm of record of a plan: its level, since when, and what persons did. level 0: none is open."""

    level: int = 0
    since: datetime | None = None
    alarm: int | None = None
    is_acknowledged: bool = False
    held_until: datetime | None = None


class PlanInput(Struct, frozen=True):
    """A plan with its state of approval, where it stands by the values, and its alarm of record.

    is_limit: it is not a plan of the file, but a limit of the facility.
    """

    plan: Plan
    state: ModeState
    standing: PlanOutcome
    record: AlarmRecord = AlarmRecord()
    is_limit: bool = False


class AssessmentInputs(Struct, frozen=True):
    """What an assessment is made from.

    known: the uncertainties of the newest values, where they were worked out. water: what its limits of water say.
    """

    facility: Facility
    plans: tuple[PlanInput, ...]
    nodes: tuple[NodeSigns, ...] = ()
    due_actions: tuple[DueAction, ...] = ()
    datastreams: DatastreamCounts = DatastreamCounts()
    known: NewestUncertainties | None = None
    water: WaterCompliance | None = None


def assess(inputs: AssessmentInputs, now: datetime) -> Assessment:
    """Judge a facility at `now` (aware)."""
    facility = inputs.facility
    month = tarp.month_of(facility, now)
    modes = tuple(_mode(one, within(one.standing.tested, inputs.known, month)) for one in inputs.plans)
    judged = judge(modes, is_limit_unwatched=is_limit_unwatched(facility))
    counting = [(one.plan, one.standing) for one, mode in zip(inputs.plans, modes, strict=True) if mode.counts]
    return Assessment(
        facility=facility.id,
        made_at=now,
        valid_until=now + VALID_FOR,
        verdict=judged.verdict,
        level=judged.level,
        sight=judged.sight,
        reasons=judged.reasons,
        failure_modes=modes,
        margins=margins(counting, facility, month, inputs.known),
        due_actions=tuple(sorted(inputs.due_actions, key=_urgency)),
        silent_nodes=tuple(_silent(inputs.nodes, now)),
        datastreams=inputs.datastreams,
        water=inputs.water,
    )


def _mode(one: PlanInput, reached: LevelWord) -> FailureMode:
    standing, record = one.standing, one.record
    level = max(record.level, standing.level)
    return FailureMode(
        plan=one.plan.id,
        title=one.plan.failure_mode,
        kind="limit" if one.is_limit else "plan",
        state=one.state,
        level=_name(level),
        signal=_name(standing.level),
        believed=_name(max(standing.believed, level)),
        sight=standing.sight.state,
        lost=tuple(_lost(test) for test in standing.sight.lost),
        may_fail=standing.sight.may_fail,
        since=record.since,
        alarm=record.alarm,
        is_acknowledged=record.is_acknowledged,
        held_until=record.held_until,
        within=reached,
    )


def _lost(test: tarp.LostTest) -> LostTest:
    since = None if test.since_ms is None else datetime.fromtimestamp(test.since_ms / 1000, UTC)
    return LostTest(test.datastream, test.reason, test.levels, since)


def _name(rank: int) -> LevelWord:
    names: tuple[LevelWord, ...] = LEVELS
    return names[rank]


def _urgency(action: DueAction) -> tuple[bool, float]:
    return action.due is None, action.due.timestamp() if action.due else 0.0


def _silent(nodes: Sequence[NodeSigns], now: datetime) -> list[SilentNode]:
    return [
        SilentNode(
            one.node,
            diagnosis.cause(one, nodes),
            None if one.age_s is None else now - timedelta(seconds=one.age_s),
            one.agent,
        )
        for one in nodes
        if one.is_silent
    ]
