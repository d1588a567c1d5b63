"""The verdict of the safety page and the actions that are due, as the assessment has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.safety.models import PlanStanding, Safety
from dashboard import assessment_words, numbers, rendering, states
from dashboard.verdict import VerdictBanner, names
from dashboard.view_models import DatastreamRow
from texts import Texts, say

from . import levels, sentences
from .margins import Gauge
from .watched import WatchedFacility


@dataclass(frozen=True)
class Due:
    """One action of the level that stands: what, who, how long it still has, and until when."""

    what: str
    who: str
    left: str
    by: str


def verdict(watched: WatchedFacility[Safety], rows: list[Gauge], texts: Texts) -> VerdictBanner:
    """Answer 'is it safe, could that be seen, what is due, how much margin?' as the assessment does."""
    assessment = watched.facility.assessment
    words = texts["safety"]["verdict"]
    worst = watched.answer.plans[0] if watched.answer.plans else None
    if worst is not None and is_raised(worst) and assessment.verdict == worst.level:
        return _raised(worst, watched, texts)
    title = assessment_words.title(assessment, watched.zone, watched.now, texts)
    says = assessment_words.sentences(watched.facility, watched.now, texts)
    if assessment.verdict == states.GREEN:
        says = [words["below"], *says, *_least(rows, texts), *_silent(watched, texts)]
    return VerdictBanner(assessment.verdict, title, "\n".join(says), _note(worst, watched, texts) if worst else "")


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


def is_raised(standing: PlanStanding) -> bool:
    """Tell whether a plan stands at a level."""
    return standing.level in states.RAISED


def _raised(standing: PlanStanding, watched: WatchedFacility[Safety], texts: Texts) -> VerdictBanner:
    words = texts["safety"]["verdict"]
    hours = [action.within_h for action in standing.actions if action.within_h]
    state = texts["states"][standing.level]
    title = (
        say(words["act"], state=state, hours=f"{min(hours):g}")
        if hours
        else say(words["raised"], state=state, mode=standing.failure_mode)
    )
    mode = [] if standing.raised_by else [say(words["mode"], mode=standing.failure_mode)]
    found = first_raiser(watched)
    above = [_above(*found, watched, texts)] if found else []
    others = assessment_words.sentences(watched.facility, watched.now, texts, skip="level")
    says = [" ".join((*mode, *above)), *others]
    return VerdictBanner(standing.level, title, "\n".join(says), _note(standing, watched, texts))


def first_raiser(watched: WatchedFacility[Safety]) -> tuple[PlanStanding, DatastreamRow] | None:
    """Return the worst raised plan with a datastream past a limit of its own, and that: some stand by several alone."""
    raised = [one for one in watched.answer.plans if is_raised(one)]
    return next(((one, watched.known(one.raised_by)) for one in raised if one.raised_by), None)


def _above(standing: PlanStanding, row: DatastreamRow, watched: WatchedFacility[Safety], texts: Texts) -> str:
    words, margin = texts["safety"]["verdict"], levels.margin(watched.answer, row.name)
    if margin is None:
        return ""
    limit = next(one for one in margin.levels if one.level == margin.reached)
    said = say(
        words["above" if margin.test == "above" else "below_limit"],
        name=row.words(texts),
        level=texts["states"][limit.level].lower(),
        value=numbers.number(limit.value, row.quantity),
        unit=row.unit_words,
        since=_since(standing, watched, texts),
    )
    going = sentences.movement(
        watched.rate(row.name),
        levels.following(margin),
        row.unit,
        row.quantity,
        now=watched.now,
        zone=watched.zone,
        texts=texts,
    )
    return f"{said} {going}".strip()


def _since(standing: PlanStanding, watched: WatchedFacility[Safety], texts: Texts) -> str:
    words = texts["safety"]["verdict"]
    if standing.since is None:
        return ""
    time = watched.clock(standing.since)
    return say(words["since"], time=time)


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
    day = rendering.day(
        datetime(approved.year, approved.month, approved.day, 12, tzinfo=watched.now.tzinfo), watched.zone, watched.now
    )
    return say(texts["safety"]["verdict"]["approved"], by=standing.approved_by, day=day)


def due(watched: WatchedFacility[Safety], texts: Texts) -> list[Due]:
    """List the actions of all raised plans at their levels, the most urgent first."""
    found: list[tuple[float, Due]] = []
    for standing in watched.answer.plans:
        noted = standing.noted_at
        if noted is None:
            continue
        for action in standing.actions:
            if action.within_h is None:
                found.append((float("inf"), Due(action.what, action.who, "", "")))
                continue
            left, by = sentences.deadline(noted, action.within_h, watched.now, watched.zone, texts)
            over_s = (watched.now - noted).total_seconds() - action.within_h * 3600
            found.append((-over_s, Due(action.what, action.who, left, by)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]
