"""The record of a drill: what had to happen by when, what happened, and what came of it. No clock and no database here.

Four things are measured, each from what set it off: a plan reaching a level since its inject, somebody being told and
the acknowledgement since the alarm was raised, and each action of the plan since its level was reached. A limit is the
scenario's, the rota's or the plan's own; where there is none the time stands alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, Literal

from msgspec import Struct

from tailings.drill.scenario import DrillScenario, Expectation, Inject
from tailings.levels import LEVELS

FORMAT: Final = 1
Outcome = Literal["in-time", "late", "missing", "open", "no-limit"]
"""missing: not done when the limit passed. open: not done, and the limit had not passed when the drill ended."""
FALLS: Final = frozenset({"fell", "returned", "lowered", "closed"})
"""Kinds of lines by which the values are at the lower level of the line."""
Measured = Literal["level", "notified", "acknowledged", "action"]
RAISES: Final = frozenset({"raised", "escalated", "raised-again", "learned-late"})
"""Kinds of lines of an alarm's history by which its level is, or is again, what the line says."""


class LevelLine(Struct, frozen=True, omit_defaults=True):
    """A line of an alarm's history: what it did, the level then (0 to 3), and when it was noted.

    author: of an acknowledgement. escalates_at: of a call, when somebody further is called of it where nobody has
    acknowledged and nothing calls anew; None: nobody further.
    """

    kind: str
    level: int
    noted_at: dt.datetime
    author: str = ""
    escalates_at: dt.datetime | None = None


class DrillMessage(Struct, frozen=True):
    """A notification: to whom, its subject, when it was made, and when it was handed over (None: it was not)."""

    recipient: str
    subject: str
    made_at: dt.datetime
    notified_at: dt.datetime | None
    error: str = ""


class DrillAction(Struct, frozen=True):
    """What a plan asks of somebody at a level; due_at: None where it states no time. evidence: of who closed it."""

    level: int
    what: str
    who: str
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    closed_by: str | None
    evidence: str | None


class DrillAlarm(Struct, frozen=True):
    """An alarm of the dam that began in the drill. type: level, suspect or blind.

    escalates_at: when somebody further is called where nobody has acknowledged; None: nobody further. Of an alarm that
    called several times, these three are of the newest call.
    """

    id: int
    plan: str
    title: str
    type: str
    highest: int
    noted_at: dt.datetime
    acknowledged_at: dt.datetime | None
    acknowledged_by: str | None
    escalates_at: dt.datetime | None
    lines: list[LevelLine]
    messages: list[DrillMessage]
    actions: list[DrillAction]


class DrillFacts(Struct, frozen=True):
    """What the installation of a drill knows of it; until: the end, or now while it is held."""

    began_at: dt.datetime
    until: dt.datetime
    is_over: bool
    alarms: list[DrillAlarm]


class Reaction(Struct, frozen=True):
    """One thing that had to happen: since when, by when at the latest, when it was done; after_s: since `since`.

    alarm: its number, None where none was raised. who: a role, a recipient or an author. level: of the plan, 0 to 3.
    """

    measured: Measured
    plan: str
    level: int
    what: str
    who: str
    since: dt.datetime
    limit_at: dt.datetime | None
    done_at: dt.datetime | None
    after_s: float | None
    outcome: Outcome
    alarm: int | None = None


class PlayedInject(Struct, frozen=True):
    """An inject with the time at which it was played; None: the drill ended before."""

    what: str
    after_min: float
    played_at: dt.datetime | None


class DrillRecord(Struct, frozen=True, omit_defaults=True):
    """All that is kept of a drill. `unexpected` are alarms of plans that no inject names.

    past_h: so many hours of simulated readings were brought before it; left out where there were none, so that the
    hash of a record is the one that it had before there was a past.
    """

    format: int
    scenario: str
    title: str
    briefing: str
    began_at: dt.datetime
    ended_at: dt.datetime | None
    injects: list[PlayedInject]
    reactions: list[Reaction]
    unexpected: list[DrillAlarm]
    alarms: list[DrillAlarm]
    past_h: float | None = None

    def counts(self) -> dict[str, int]:
        """How many reactions have each outcome."""
        found: dict[str, int] = {}
        for one in self.reactions:
            found[one.outcome] = found.get(one.outcome, 0) + 1
        return found


def make(scenario: DrillScenario, facts: DrillFacts) -> DrillRecord:
    """Compare what happened with what had to happen, as known at `facts.until`."""
    played = [(one, _at(facts, one)) for one in scenario.injects]
    reached = [(one, at) for one, at in played if at <= facts.until]
    reactions = [_reached(facts, at, expected) for one, at in reached for expected in one.expect]
    answered = [one for alarm in facts.alarms for one in _answers(facts, alarm)]
    named = scenario.plans()
    return DrillRecord(
        FORMAT,
        scenario.id,
        scenario.title,
        scenario.briefing,
        began_at=facts.began_at,
        ended_at=facts.until if facts.is_over else None,
        injects=[PlayedInject(one.what, one.after_min, at if at <= facts.until else None) for one, at in played],
        reactions=[*reactions, *answered],
        unexpected=[one for one in facts.alarms if one.plan not in named],
        alarms=facts.alarms,
        past_h=scenario.past_h or None,
    )


def outcome_of(limit_at: dt.datetime | None, done_at: dt.datetime | None, until: dt.datetime, is_over: bool) -> Outcome:
    """What came of something that had to be done: the one answer for all that is measured. At the limit is in time."""
    if limit_at is None:
        return "no-limit" if done_at is not None else ("missing" if is_over else "open")
    if done_at is not None:
        return "in-time" if done_at <= limit_at else "late"
    return "missing" if until > limit_at else "open"


def _at(facts: DrillFacts, inject: Inject) -> dt.datetime:
    return facts.began_at + dt.timedelta(minutes=inject.after_min)


def _reached(facts: DrillFacts, since: dt.datetime, expected: Expectation) -> Reaction:
    """When a plan came to the level, or above it, at which it stood after its inject; what had fallen is not."""
    level = LEVELS.index(expected.level)
    stood = [
        (at, alarm)
        for alarm in facts.alarms
        if alarm.plan == expected.plan
        for at, left in _spells(alarm, level)
        if left is None or left > since
    ]
    at, alarm = min(stood, key=lambda one: one[0], default=(None, None))
    limit_at = since + dt.timedelta(minutes=expected.within_min)
    return _reaction(
        facts,
        "level",
        expected.plan,
        level,
        since=since,
        limit_at=limit_at,
        done_at=at,
        alarm=alarm.id if alarm else None,
    )


def _spells(alarm: DrillAlarm, level: int) -> Iterator[tuple[dt.datetime, dt.datetime | None]]:
    """From when to when its values stood at a level or above it; None: they still do."""
    began = None
    for one in alarm.lines if alarm.type == "level" else ():
        if began is None and one.kind in RAISES and one.level >= level:
            began = one.noted_at
        elif began is not None and one.kind in FALLS and one.level < level:
            yield began, one.noted_at
            began = None
    if began is not None:
        yield began, None


def _at_level(alarm: DrillAlarm, level: int) -> Iterator[dt.datetime]:
    if alarm.type == "level":
        yield from (one.noted_at for one in alarm.lines if one.kind in RAISES and one.level >= level)


def _answers(facts: DrillFacts, alarm: DrillAlarm) -> Iterator[Reaction]:
    """Who was told of an alarm, who acknowledged it, and what was done."""
    told = min((one.notified_at for one in alarm.messages if one.notified_at), default=None)
    first = [one.recipient for one in alarm.messages if one.notified_at is not None and one.notified_at == told]
    place = (alarm.plan, alarm.highest)
    yield _reaction(
        facts, "notified", *place, since=alarm.noted_at, done_at=told, who=", ".join(_once(first)), alarm=alarm.id
    )
    yield from (_acknowledged(facts, alarm, calls, answer) for calls, answer in answered(alarm.lines))
    for one in alarm.actions:
        yield _reaction(
            facts,
            "action",
            alarm.plan,
            one.level,
            since=min(_at_level(alarm, one.level), default=alarm.noted_at),
            limit_at=one.due_at,
            done_at=one.closed_at,
            who=one.who,
            what=one.what,
            alarm=alarm.id,
        )


def _acknowledged(
    facts: DrillFacts, alarm: DrillAlarm, calls: Sequence[LevelLine], answer: LevelLine | None
) -> Reaction:
    """How soon somebody acknowledged what called; a level that rises after it calls anew, and is another one."""
    limit_at = escalation(calls)
    if answer is None:
        limit_at = limit_at or alarm.escalates_at
    return _reaction(
        facts,
        "acknowledged",
        alarm.plan,
        max((one.level for one in calls), default=alarm.highest),
        since=calls[0].noted_at if calls else alarm.noted_at,
        limit_at=limit_at,
        done_at=answer.noted_at if answer else alarm.acknowledged_at,
        who=answer.author if answer else alarm.acknowledged_by or "",
        alarm=alarm.id,
    )


def answered(lines: Iterable[LevelLine]) -> list[tuple[list[LevelLine], LevelLine | None]]:
    """The calls of an alarm that wait for one acknowledgement each, with it; None: nobody has acknowledged them.

    A level that rises again to less than the one that stands asks for no new answer.
    """
    found: list[tuple[list[LevelLine], LevelLine | None]] = []
    waiting: list[LevelLine] = []
    stands = 0
    for one in lines:
        if one.kind == "lowered":
            stands = one.level
        elif one.kind in RAISES and (one.kind != "raised-again" or one.level >= stands):
            waiting.append(one)
            stands = one.level
        elif one.kind == "acknowledged" and waiting:
            found.append((waiting, one))
            waiting = []
    return [*found, (waiting, None)] if waiting or not found else found


def escalation(calls: Sequence[LevelLine]) -> dt.datetime | None:
    """When somebody further was first called of these, had nobody acknowledged; each call begins the wait anew."""
    ends = [one.noted_at for one in calls[1:]]
    waits = zip_longest((one.escalates_at for one in calls), ends)
    return next((at for at, ends_at in waits if at is not None and (ends_at is None or at <= ends_at)), None)


def _reaction(
    facts: DrillFacts,
    measured: Measured,
    plan: str,
    level: int,
    *,
    since: dt.datetime,
    limit_at: dt.datetime | None = None,
    done_at: dt.datetime | None,
    who: str = "",
    what: str = "",
    alarm: int | None,
) -> Reaction:
    done = done_at if done_at is not None and done_at <= facts.until else None
    after_s = None if done is None else (done - since).total_seconds()
    outcome = outcome_of(limit_at, done, facts.until, facts.is_over)
    return Reaction(
        measured,
        plan,
        level,
        what,
        who,
        since=since,
        limit_at=limit_at,
        done_at=done,
        after_s=after_s,
        outcome=outcome,
        alarm=alarm,
    )


def _once(names: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(names))
