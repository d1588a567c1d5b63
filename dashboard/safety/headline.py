"""The verdict of the safety page and the actions that are due, as the assessment has them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from api.safety.models import PlanStanding, Safety
from dashboard import ages, assessment_words, numbers, states
from dashboard.verdict import VerdictBanner, names
from texts import Texts, say, sentence

from . import levels, sentences
from .margins import Gauge
from .watched import WatchedFacility


@dataclass(frozen=True)
class Due:
    """One open action of an alarm: what, who, how long it still has, and until when; action: its number of record."""

    what: str
    who: str
    left: str
    by: str
    action: int | None = None


@dataclass(frozen=True)
class OpenAction:
    """What somebody still has to do for a plan; due None: it has no term."""

    plan: str
    what: str
    who: str
    due: datetime | None
    action: int | None = None


def verdict(watched: WatchedFacility[Safety], rows: list[Gauge], texts: Texts) -> VerdictBanner:
    """Answer 'is it safe, could that be seen, what is due, how much margin?' as the assessment does.

    Title, first line and note are of one alarm; each further alarm has a line of its own.
    """
    assessment = watched.facility.assessment
    raised, words = raised_plans(watched), texts["safety"]["verdict"]
    alarms = [_alarm(one, watched, texts) for one in raised]
    told = frozenset(one.plan for one in raised)
    others = assessment_words.sentences(watched.facility, watched.now, texts, told)
    worst = next(iter(raised or watched.answer.plans), None)
    note = _note(worst, watched, texts) if worst else ""
    if raised and assessment.verdict == raised[0].level:
        return VerdictBanner(raised[0].level, _title(raised[0], watched, texts), "\n".join(alarms + others), note)
    title, says = assessment_words.title(assessment, watched.zone, watched.now, texts), [*others, *alarms]
    if assessment.verdict == states.GREEN:
        says = [words["below"], *says, *_least(rows, texts), *_silent(watched, texts)]
    return VerdictBanner(assessment.verdict, title, "\n".join(says), note)


def _least(rows: list[Gauge], texts: Texts) -> list[str]:
    words = texts["safety"]["verdict"]
    known = [row for row in rows if row.share is not None]
    if not known:
        return []
    level = texts["states"][known[0].levels[0].level].lower()
    return [say(words["least"], name=known[0].title, margin=known[0].margin, level=level)]


def _silent(watched: WatchedFacility[Safety], texts: Texts) -> list[str]:
    silent = [node.id for node in watched.facility.nodes if node.is_silent]
    return [say(texts["verdict"]["silent"], len(silent), names=names(silent))] if silent else []


def raised_plans(watched: WatchedFacility[Safety]) -> list[PlanStanding]:
    """Give the plans that stand at a level, the worst first, then the one whose next action is due first."""
    raised = [one for one in watched.answer.plans if one.level in states.RAISED]
    return sorted(raised, key=lambda one: (states.severity(one.level), _urgency(next_action(one, watched))))


def next_action(standing: PlanStanding, watched: WatchedFacility[Safety]) -> OpenAction | None:
    """Return the open action of a plan that is due first; None where none of them has a term."""
    timed = [one for one in open_actions(watched) if one.plan == standing.plan and one.due is not None]
    return min(timed, key=_urgency, default=None)


def open_actions(watched: WatchedFacility[Safety]) -> list[OpenAction]:
    """List what is still to be done, what is due first first: by the record, which knows what was closed.

    Of a level that the record does not have yet, all that the plan asks for.
    """
    assessment = watched.facility.assessment
    found = [OpenAction(one.plan, one.what, one.who, one.due, one.action) for one in assessment.due_actions]
    recorded = {one.plan for one in assessment.failure_modes if one.alarm is not None}
    found += [
        OpenAction(plan.plan, one.what, one.who, one.due)
        for plan in watched.answer.plans
        if plan.plan not in recorded
        for one in plan.actions
    ]
    return sorted(found, key=_urgency)


def _urgency(action: OpenAction | None) -> float:
    return math.inf if action is None or action.due is None else action.due.timestamp()


def _title(standing: PlanStanding, watched: WatchedFacility[Safety], texts: Texts) -> str:
    """Say the level, and until when the next action is due."""
    words, action = texts["safety"]["verdict"], next_action(standing, watched)
    state = texts["states"][standing.level]
    if action is None or action.due is None:
        return say(words["raised"], state=state, mode=standing.failure_mode)
    key = "overdue" if action.due < watched.now else "act"
    return say(words[key], state=state, time=ages.short_clock(action.due, watched.zone, watched.now))


def _alarm(standing: PlanStanding, watched: WatchedFacility[Safety], texts: Texts) -> str:
    """Say of one alarm its level, its start, the value that is furthest past a level of its own, and how that goes."""
    words, level = texts["safety"]["verdict"], texts["states"][standing.level].lower()
    since = say(words["since"], time=watched.clock(standing.since)) if standing.since else ""
    said = say(words["alarm"], mode=standing.failure_mode, level=" ".join(filter(None, [level, since])))
    return f"{sentence(said)} {_past(standing, watched, texts)}"


def _past(standing: PlanStanding, watched: WatchedFacility[Safety], texts: Texts) -> str:
    words, limit = texts["safety"]["verdict"], standing.past
    margin = levels.margin(watched.answer, standing.raised_by) if standing.raised_by else None
    if margin is None or margin.value is None or limit is None:
        return str(words["none_past"])
    row = watched.known(margin.datastream)
    said = say(
        words["above" if margin.test == "above" else "below_limit"],
        name=row.words(texts),
        value=numbers.with_unit(margin.value, row.quantity, row.unit),
        size=numbers.with_unit(abs(margin.value - limit.value), row.quantity, row.unit),
        level=texts["states"][limit.level].lower(),
        limit=numbers.limit(limit.value, row.quantity, row.unit),
    )
    following = (levels.limit(standing.next), standing.forecast) if standing.next and standing.forecast else None
    course = watched.course(row, following)
    return f"{said} {sentences.movement(course, now=watched.now, zone=watched.zone, texts=texts)}".strip()


def _note(standing: PlanStanding, watched: WatchedFacility[Safety], texts: Texts) -> str:
    words, alarm = texts["safety"]["verdict"], standing.alarm
    seen = ""
    if alarm is not None:
        at = alarm.acknowledged_at
        seen = say(words["acknowledged"], time=watched.clock(at)) if at else words["unacknowledged"]
    return f"{seen} {_approval(standing, watched, texts)}".strip()


def _approval(standing: PlanStanding, watched: WatchedFacility[Safety], texts: Texts) -> str:
    approved = standing.approved_on
    if approved is None:
        return ""
    day = ages.day_of(
        datetime(approved.year, approved.month, approved.day, 12, tzinfo=watched.now.tzinfo), watched.zone, watched.now
    )
    return say(texts["safety"]["verdict"]["approved"], by=standing.approved_by, day=day)


def due(watched: WatchedFacility[Safety], texts: Texts) -> list[Due]:
    """List what is still to be done for all raised plans, the most urgent first."""
    found = []
    for one in open_actions(watched):
        left, by = sentences.deadline(one.due, watched.now, watched.zone, texts) if one.due else ("", "")
        found.append(Due(one.what, one.who, left, by, one.action))
    return found
