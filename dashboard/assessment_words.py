"""What an assessment says, in words: a title and a sentence for each reason, from codes and values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dashboard.view_models import FacilityRow
from tailings.assess.model import Assessment, FailureMode, LostTest, Reason
from tailings.levels import STILL_READ
from texts import Texts, say, sentence

from . import ages, states

MAX_LOST = 3
"""Lost tests that are named; the others are counted."""


def title(assessment: Assessment, zone: str, now: datetime, texts: Texts) -> str:
    """Say the verdict of a facility beside its shape."""
    words, modes = texts["assessment"]["title"], _by_plan(assessment)
    first = assessment.reasons[0] if assessment.reasons else Reason("no-plan")
    if first.code == "not-assessed":
        is_new = assessment.made_at == assessment.valid_until
        return str(words["never"]) if is_new else say(words["expired"], time=_clock(assessment.made_at, zone, now))
    if assessment.verdict == states.NOT_MONITORED:
        return str(words["not_monitored"])
    if assessment.verdict == states.BLIND:
        blind = [one for one in assessment.reasons if one.code == "blind"]
        return say(words["blind"], len(blind), mode=_title(modes, blind[0]))
    if assessment.verdict == states.GREEN:
        return str(words["reduced" if assessment.sight == "reduced" else "green"])
    if first.code == "suspect-past":
        return say(words["suspect"], level=_level(first, texts))
    if first.code == "within-uncertainty":
        return say(words["within"], level=_level(first, texts))
    return say(words["level"], state=texts["states"][assessment.verdict], mode=_title(modes, first))


def sentences(facility: FacilityRow, now: datetime, texts: Texts, told: frozenset[str] = frozenset()) -> list[str]:
    """Say each reason of a facility's verdict in a sentence, the worst first.

    told: plans whose level is said elsewhere.
    """
    reasons = [one for one in facility.assessment.reasons if one.code != "level" or one.plan not in told]
    reduced = [one for one in reasons if one.code == "reduced"]
    if len(reduced) > 1:
        reasons = [one for one in reasons if one.code != "reduced"]
    found = [sentence(" ".join(said)) for one in reasons if (said := list(_said(one, facility, now, texts)))]
    return found + ([_reduced(reduced, facility, texts)] if len(reduced) > 1 else [])


def _reduced(reasons: list[Reason], facility: FacilityRow, texts: Texts) -> str:
    """Say in one line which instruments several plans have lost, and how many of these plans the next loss blinds."""
    words, modes = texts["assessment"], _by_plan(facility.assessment)
    plans = [modes[one.plan] for one in reasons if one.plan in modes]
    lost = list(dict.fromkeys(facility.called(test.datastream) for one in plans for test in one.lost))
    named = ", ".join(lost[:MAX_LOST])
    if len(lost) > MAX_LOST:
        named = f"{named}, {say(words['more'], len(lost) - MAX_LOST)}"
    said = say(words["reduced_plans"], len(plans), lost=named)
    last = sum(not one.may_fail for one in plans)
    return f"{said} {say(words['next_blinds'], last)}" if last else said


def _said(reason: Reason, facility: FacilityRow, now: datetime, texts: Texts) -> Iterator[str]:
    words, mode = texts["assessment"], _by_plan(facility.assessment).get(reason.plan or "")
    if mode is None:
        if reason.code in words["facility"]:
            yield str(words["facility"][reason.code])
        return
    values = {
        "mode": mode.title,
        "level": _level(reason, texts),
        "lost": lost(mode, facility, now, texts),
        "worst": texts["states"][_worst(mode)].lower(),
        "until": _clock(mode.held_until, facility.timezone, now) if mode.held_until else "",
    }
    yield say(words["reasons"][reason.code], **values)
    if reason.code == "reduced":
        yield say(words["may_fail"], mode.may_fail) if mode.may_fail else str(words["may_not_fail"])


def lost(mode: FailureMode, facility: FacilityRow, now: datetime, texts: Texts) -> str:
    """List what a failure mode has lost: 'n03 vw1 water level has been silent since 24 Nov 08:10'."""
    words = texts["assessment"]
    named = [_lost(test, facility, now, texts) for test in mode.lost[:MAX_LOST]]
    if len(mode.lost) > MAX_LOST:
        named.append(say(words["more"], len(mode.lost) - MAX_LOST))
    return "; ".join(named)


def _lost(test: LostTest, facility: FacilityRow, now: datetime, texts: Texts) -> str:
    since = _clock(test.since, facility.timezone, now) if test.since else ""
    words = texts["assessment"]["lost"]
    said = say(words[test.reason], name=facility.words_of(test.datastream, texts))
    return say(words["since"], what=said, time=since) if since and test.reason not in STILL_READ else said


def _by_plan(assessment: Assessment) -> dict[str, FailureMode]:
    return {one.plan: one for one in assessment.failure_modes}


def _title(modes: dict[str, FailureMode], reason: Reason) -> str:
    mode = modes.get(reason.plan or "")
    return mode.title if mode else ""


def _level(reason: Reason, texts: Texts) -> str:
    return str(texts["states"][reason.level]).lower() if reason.level else ""


def _worst(mode: FailureMode) -> str:
    """The levels that a lost test is asked for by, the worst; a plan without a lost test is blind for its red."""
    levels = {level for test in mode.lost for level in test.levels}
    return min(levels, key=states.severity, default=states.RED)


def _clock(time: datetime, zone: str, now: datetime) -> str:
    return ages.short_clock(time, zone, now)
