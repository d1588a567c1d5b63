"""What the page of drills says: the record of one, each thing that had to happen as a bar over the drill's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.drills.models import Drill, DrillAlarm, DrillMessage, Drills, DrillSummary, Reaction
from dashboard import numbers, pages, verdict
from dashboard.full_times import full_time
from dashboard.reads import Shown
from dashboard.view_models import FacilityRow
from tailings.levels import LEVELS
from texts import Texts, say, sentence

MINUTE_S: Final = 60.0
WORST: Final = ("missing", "late", "open", "no-limit", "in-time")
LEAST: Final = 1.0
"""What took no time is seen too [% of the width]."""


@dataclass(frozen=True)
class ReactionRow:
    """One thing that had to happen; start, width and limit are in per cent of the drill's time."""

    what: str
    who: str
    outcome: str
    outcome_words: str
    took: str
    limit_words: str
    start: float
    width: float
    limit: float | None


def context(shown: Shown, found: Drills, chosen: Drill | None, texts: Texts) -> dict[str, Any]:
    """Make the page; chosen: the drill that is shown."""
    facility, words = shown.facilities[0], texts["drill"]
    return pages.shared(shown, texts, "facilities", facility.timezone, facility) | {
        "heading": say(words["heading"], facility=facility.name),
        "path": [(texts["pages"]["alarms"], "/alarms/recipients"), (words["from_data"], "")],
        "verdict": verdict.of_facility(facility, shown.now, texts),
        "facts": [],
        "one": None if chosen is None else _drill(chosen, facility, shown.now, texts),
        "drills": [_listed(one, facility.timezone, words) for one in found.drills],
    }


def _drill(one: Drill, facility: FacilityRow, now: datetime, texts: Texts) -> dict[str, Any]:
    words, record = texts["drill"], one.record
    ends = max([one.ended_at or now, *(played for inject in record.injects if (played := inject.played_at))])
    lasts_s = max((ends - record.began_at).total_seconds(), MINUTE_S)
    began = full_time(record.began_at, facility.timezone)
    return {
        "title": record.title,
        "briefing": record.briefing,
        "when": say(words[_standing(one, now)], at=began, minutes=_minutes(lasts_s)),
        "past": record.past_h and say(words["past"], hours=numbers.fixed(record.past_h, 0)),
        "summary": _summary(one, words),
        "hash": one.sha256,
        "minutes": _minutes(lasts_s),
        "rows": [
            _reaction(row, record.began_at, lasts_s, ends, texts, name=words_of(row, record.reactions))
            for row in record.reactions
        ],
        "injects": [
            (_minutes(inject.after_min * MINUTE_S), inject.what, inject.played_at is not None)
            for inject in record.injects
        ],
        "messages": [
            _message(message, record.began_at, words) for alarm in record.alarms for message in alarm.messages
        ],
        "unexpected": [_unexpected(alarm, record.began_at, texts) for alarm in record.unexpected],
    }


def _standing(one: Drill, now: datetime) -> str:
    if one.ended_at is not None:
        return "over"
    return "held" if now >= one.began_at else "ahead"


def words_of(one: Reaction, all_of_it: Sequence[Reaction]) -> str:
    """What is measured; of an alarm that was acknowledged at several levels, with the level."""
    alike = sum((other.measured, other.alarm) == (one.measured, one.alarm) for other in all_of_it)
    return "acknowledged_level" if one.measured == "acknowledged" and alike > 1 else one.measured


def _reaction(
    one: Reaction, began: datetime, lasts_s: float, ends: datetime, texts: Texts, *, name: str
) -> ReactionRow:
    words = texts["drill"]
    level = texts["states"][LEVELS[one.level]].lower()
    what = one.what or say(words["measured"][name], plan=one.plan, level=level)

    def share(at: datetime) -> float:
        return round(100 * min(max((at - began).total_seconds() / lasts_s, 0.0), 1.0), 1)

    start, stop = share(one.since), share(one.done_at or ends)
    limit_s = None if one.limit_at is None else (one.limit_at - one.since).total_seconds()
    return ReactionRow(
        sentence(what),
        one.who,
        outcome=one.outcome,
        outcome_words=words["outcomes"][one.outcome],
        took=words["not_done"] if one.after_s is None else say(words["after"], minutes=_minutes(one.after_s)),
        limit_words=words["no_limit"] if limit_s is None else say(words["within"], minutes=_minutes(limit_s)),
        start=min(start, stop, 100 - LEAST),
        width=max(stop - start, LEAST),
        limit=None if one.limit_at is None or one.limit_at > ends else share(one.limit_at),
    )


def _message(one: DrillMessage, began: datetime, words: Texts) -> tuple[str, str, str]:
    at = words["not_told"] if one.notified_at is None else _since(one.notified_at, began, words)
    return at, one.recipient, one.subject


def _unexpected(one: DrillAlarm, began: datetime, texts: Texts) -> str:
    level = texts["states"][LEVELS[one.highest]].lower()
    return say(texts["drill"]["rose"], title=one.title, level=level, at=_since(one.noted_at, began, texts["drill"]))


def _since(at: datetime, began: datetime, words: Texts) -> str:
    return say(words["at"], minutes=_minutes((at - began).total_seconds()))


def _listed(one: DrillSummary, zone: str, words: Texts) -> dict[str, Any]:
    return {"id": one.id, "title": one.title, "at": full_time(one.began_at, zone), "summary": _summary(one, words)}


def _summary(one: DrillSummary, words: Texts) -> str:
    """Say how many things have each outcome, the worst first; a drill without any says so."""
    said = [f"{numbers.count(one.counts[key])} {words['outcomes'][key].lower()}" for key in WORST if key in one.counts]
    return ", ".join(said) or words["nothing"]


def _minutes(seconds: float) -> str:
    return numbers.fixed(seconds / MINUTE_S, 1)
