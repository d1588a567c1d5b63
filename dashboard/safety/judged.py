"""The verdict of the safety page and the actions that are due, as the assessment has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard import assessment_words, numbers, rendering, states
from dashboard.rows import DatastreamRow
from dashboard.verdict import Verdict, names
from tailings.facility import Level, Plan
from texts import Texts, say

from . import sentences
from .limits import Limits
from .margins import Row
from .standing import Standing
from .watched import Watched


@dataclass(frozen=True)
class Due:
    """One action of the level that stands: what, who, how long it still has, and until when."""

    what: str
    who: str
    left: str
    by: str


def verdict(watched: Watched, rows: list[Row], texts: Texts) -> Verdict:
    """Answer 'is it safe, could that be seen, what is due, how much margin?' as the assessment does."""
    assessment = watched.facility.assessment
    words = texts["safety"]["verdict"]
    worst = watched.standings[0] if watched.standings else None
    if worst is not None and worst.is_raised and assessment.verdict == worst.level:
        return _raised(worst, watched, texts)
    title = assessment_words.title(assessment, watched.zone, watched.now, texts)
    says = assessment_words.sentences(watched.facility, watched.now, texts)
    if assessment.verdict == states.GREEN:
        says = [words["below"], *says, *_least(rows, texts), *_silent(watched, texts)]
    return Verdict(assessment.verdict, title, "\n".join(says), _note(worst, watched, texts) if worst else "")


def _least(rows: list[Row], texts: Texts) -> list[str]:
    words = texts["safety"]["verdict"]
    known = [row for row in rows if row.share is not None]
    if not known:
        return []
    level = texts["states"][known[0].limits[0].level].lower()
    return [say(words["least"], name=known[0].title, margin=known[0].margin, level=level)]


def _silent(watched: Watched, texts: Texts) -> list[str]:
    silent = [node.id for node in watched.facility.nodes if node.is_silent]
    return [say(texts["verdict"]["silent"], len(silent), names=names(silent))] if silent else []


def level_of(standing: Standing) -> Level:
    """Return the level at which a raised plan stands."""
    return next(level for level in standing.plan.levels if level.level == standing.level)


def _raised(standing: Standing, watched: Watched, texts: Texts) -> Verdict:
    words, level = texts["safety"]["verdict"], level_of(standing)
    hours = [action.within_h for action in level.actions if action.within_h]
    state = texts["states"][standing.level]
    title = (
        say(words["act"], state=state, hours=f"{min(hours):g}")
        if hours
        else say(words["raised"], state=state, mode=standing.plan.failure_mode)
    )
    mode = [] if raiser(standing, watched) else [say(words["mode"], mode=standing.plan.failure_mode)]
    found = first_raiser(watched)
    above = [_above(found[1], found[0], watched, texts)] if found else []
    others = assessment_words.sentences(watched.facility, watched.now, texts, skip="level")
    says = [" ".join((*mode, *above)), *others]
    return Verdict(standing.level, title, "\n".join(says), _note(standing, watched, texts))


def first_raiser(watched: Watched) -> tuple[Standing, tuple[DatastreamRow, Limits]] | None:
    """Return the worst raised plan with a datastream past a limit of its own, and that: some stand by several alone."""
    raised = [one for one in watched.standings if one.is_raised]
    return next(((one, cause) for one in raised if (cause := raiser(one, watched))), None)


def raiser(standing: Standing, watched: Watched) -> tuple[DatastreamRow, Limits] | None:
    """Return the datastream of a raised plan that is furthest past a limit; None when none is past one now."""
    found = []
    for name in standing.plan.datastreams():
        row, limits, value = watched.row(name), watched.limits_of(name), watched.usable(name)
        if row and limits and value is not None and limits.reached(value):
            found.append((limits.share(value), row, limits))
    return max(found, key=lambda one: one[0])[1:] if found else None


def _above(cause: tuple[DatastreamRow, Limits], standing: Standing, watched: Watched, texts: Texts) -> str:
    words, (row, limits) = texts["safety"]["verdict"], cause
    value = watched.usable(row.name) or 0.0
    limit = limits.reached(value) or limits.limits[0]
    said = say(
        words["above" if limits.is_above else "below_limit"],
        name=row.words(texts),
        level=texts["states"][limit.level].lower(),
        value=numbers.number(limit.value, row.quantity),
        unit=row.unit_words,
        since=_since(standing, watched, texts),
    )
    going = sentences.movement(
        watched.rate(row.name), limits, value, row.unit, row.quantity, now=watched.now, zone=watched.zone, texts=texts
    )
    return f"{said} {going}".strip()


def _since(standing: Standing, watched: Watched, texts: Texts) -> str:
    words = texts["safety"]["verdict"]
    if standing.since is None:
        return ""
    time = watched.clock(standing.since)
    return say(words["since"], time=time)


def _note(standing: Standing, watched: Watched, texts: Texts) -> str:
    words, alarm, plan = texts["safety"]["verdict"], standing.alarm, standing.plan
    seen = ""
    if alarm is not None:
        at = alarm.acknowledged_at
        seen = say(words["acknowledged"], time=watched.clock(at)) if at else words["unacknowledged"]
    return f"{seen} {_approval(plan, watched, texts)}".strip()


def _approval(plan: Plan, watched: Watched, texts: Texts) -> str:
    approved = plan.approved_on
    if approved is None:
        return ""
    day = rendering.day(
        datetime(approved.year, approved.month, approved.day, 12, tzinfo=watched.now.tzinfo), watched.zone, watched.now
    )
    return say(texts["safety"]["verdict"]["approved"], by=plan.approved_by, day=day)


def due(watched: Watched, texts: Texts) -> list[Due]:
    """List the actions of all raised plans at their levels, the most urgent first."""
    found: list[tuple[float, Due]] = []
    for standing in watched.standings:
        noted = standing.noted
        if not standing.is_raised or noted is None:
            continue
        for action in level_of(standing).actions:
            if action.within_h is None:
                found.append((float("inf"), Due(action.what, action.who, "", "")))
                continue
            left, by = sentences.deadline(noted, action.within_h, watched.now, watched.zone, texts)
            over_s = (watched.now - noted).total_seconds() - action.within_h * 3600
            found.append((-over_s, Due(action.what, action.who, left, by)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]
