"""What the public page says: five questions of a neighbour, each answered from one answer of the api.

What is not seen is said before what is; green is said only of a facility that is not blind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from api.disclosure.models import (
    InstrumentCount,
    PublicAlarm,
    PublicContact,
    PublicFacility,
    PublicQuestion,
    PublicReading,
    PublicState,
)
from dashboard import ages, numbers, states
from dashboard.full_times import full_day, full_time
from dashboard.public import changes, near, unknown, water
from dashboard.view_models import quantity_words
from tailings.levels import LEVELS
from texts import Texts, called, languages, say, writing

CLOSED: Final = "closed"
MAX_CHANGES: Final = 10


@dataclass(frozen=True)
class StateWords:
    """The state in words; missing stands before says, state is the shape."""

    state: str
    title: str
    missing: tuple[str, ...]
    says: str
    means: str
    since: str
    evaluated: str


@dataclass(frozen=True)
class Office:
    """Somebody to call; is_urgent: shown first and large."""

    title: str
    contact: PublicContact | None
    none: str
    is_urgent: bool = False


@dataclass(frozen=True)
class Instruction:
    """What to do in an alarm, and the language that it is in; note: that the page's own language has none."""

    words: str
    language: str
    note: str


def facility(found: PublicFacility, texts: Texts, outcome: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Make the page; outcome: what became of a question that was sent, and the words of one that was not taken."""
    words, zone = texts["public"], found.timezone
    made = now(found.state, zone, texts)
    water_state, water_says = water.verdict(found.water, texts)
    late = say(words["delay"], hours=numbers.short(found.delay_h)) if found.delay_h else ""
    return {
        "heading": say(words["title"], name=found.name),
        "found": found,
        "verdict": made,
        "link": f"/public/f/{found.facility}",
        "made": say(words["made"], time=full_time(found.now, zone), zone=zone),
        "old": say(words["old"], time=full_time(found.now, zone)),
        "late": late,
        "offices": offices(found, texts),
        "operator": _operator(found, texts),
        "instruction": instruction(found, texts),
        "instruments": [_instruments(one, found, texts) for one in found.instruments or ()],
        "plans": say(words["know"]["plans"], found.state.plans) if found.state and found.state.plans else "",
        "water_state": water_state,
        "water_says": water_says,
        "water_basis": water.basis(found, texts),
        "quantification": water.quantification(found.water, texts),
        "limits": water.lines(found.water.limits, texts, found.timezone) if found.water else [],
        "unknown": unknown.lines(found, texts),
        "near": near.section(found, texts),
        "alarms": [_alarm(one, zone, texts) for one in found.alarms or ()],
        "changes": _changes(found, texts),
        "known_until": say(words["lately"]["until"], time=full_time(known_until(found), zone)),
        "readings": [_reading(one, zone, texts) for one in found.readings or ()],
        "documents": [(one, writing.day(one.day)) for one in found.documents],
        "questions": [_question(one, zone, texts) for one in found.questions.published],
        "declined": [
            say(words["questions"]["declined_one"], number=one.number, reason=one.answer)
            for one in found.questions.declined
        ],
        "outcome": outcome,
    }


def now(state: PublicState | None, zone: str, texts: Texts) -> StateWords:
    """Say the state: what is missing first, then what is seen, then what it means for a person."""
    words = texts["public"]
    code = CLOSED if state is None else state.verdict
    is_sure = state is None or state.verdict != states.YELLOW or state.level != "green"
    says = words["says"][code if is_sure else "unsure"]
    return StateWords(
        state=states.UNKNOWN if state is None else state.verdict,
        title=words["state"][code],
        missing=tuple(_missing(state, zone, texts)),
        says=say(says, state.ways if state else 0),
        means=words["means"][code],
        since=_since(state, zone, texts),
        evaluated=_evaluated(state, zone, texts),
    )


def _missing(state: PublicState | None, zone: str, texts: Texts) -> list[str]:
    words = texts["public"]["says"]
    if state is None:
        return []
    found = []
    if state.is_expired:
        found.append(say(words["expired"], time=full_time(state.valid_until, zone)))
    elif state.blind:
        found.append(say(words["lost"], titles=", ".join(state.blind)))
    if state.reduced and not state.is_expired:
        found.append(say(words["reduced"], titles=", ".join(state.reduced)))
    if state.doubted is not None:
        found.append(say(words["doubted"], level=texts["public"]["levels"][state.doubted]))
    if state.verdict == states.BLIND and state.level != "green":
        found.append(say(words["level"], level=texts["public"]["levels"][state.level]))
    return found


def _since(state: PublicState | None, zone: str, texts: Texts) -> str:
    words = texts["public"]["since"]
    if state is None:
        return ""
    return words["unknown"] if state.since is None else say(words["known"], time=full_time(state.since, zone))


def _evaluated(state: PublicState | None, zone: str, texts: Texts) -> str:
    if state is None or state.is_expired:
        return ""
    times = {"time": full_time(state.made_at, zone), "until": full_time(state.valid_until, zone)}
    return say(texts["public"]["since"]["evaluated"], None, **times)


def offices(found: PublicFacility, texts: Texts) -> list[Office]:
    """Whom to call: in danger, the operator, the authority; one that is not stated is said to be so."""
    words = texts["public"]["call"]
    return [
        Office(words["emergency"], found.emergency, words["no_emergency"], is_urgent=True),
        Office(words["contact"], found.contact, words["no_contact"]),
        Office(words["authority"], found.authority, words["no_authority"]),
    ]


def instruction(found: PublicFacility, texts: Texts) -> Instruction | None:
    """What to do in an alarm, in the reader's language where the operator has stated it so; None: nowhere."""
    spoken, stated = languages.current().tag, found.in_an_alarm
    if spoken in stated:
        return Instruction(stated[spoken], spoken, "")
    if not stated:
        return None
    other = "en" if "en" in stated else sorted(stated)[0]
    return Instruction(stated[other], other, texts["public"]["call"]["other_language"])


def known_until(found: PublicFacility) -> datetime:
    """The instant up to which alarms stand on the page."""
    return found.now - timedelta(hours=found.delay_h)


def _operator(found: PublicFacility, texts: Texts) -> str:
    words = texts["public"]["call"]
    return say(words["operator"], name=found.operator) if found.operator else words["no_operator"]


def _instruments(one: InstrumentCount, found: PublicFacility, texts: Texts) -> dict[str, str]:
    words, zone = texts["public"]["know"], found.timezone
    newest = words["never"]
    if one.newest is not None:
        age = ages.age_words(ages.age_s(one.newest, found.now))
        newest = say(words["newest"], time=full_time(one.newest, zone), age=age)
    return {
        "kind": texts["public"]["kinds"][one.kind],
        "reporting": say(words["reporting"], reporting=one.reporting, total=one.total),
        "newest": newest,
    }


def _alarm(one: PublicAlarm, zone: str, texts: Texts) -> dict[str, str]:
    words = texts["public"]["lately"]
    begun = full_time(one.began_at, zone)
    span = {"from": begun, "to": full_time(one.ended_at, zone) if one.ended_at else ""}
    return {
        "span": say(words["ended" if one.ended_at else "open"], None, **span),
        "says": say(words[one.type], level=texts["public"]["levels"][LEVELS[one.highest]], title=one.title),
        "note": words["taken_back"] if one.is_taken_back else "",
    }


def _changes(found: PublicFacility, texts: Texts) -> list[str]:
    words = texts["public"]
    return [
        say(
            words["lately"]["change"],
            time=full_time(one.at, found.timezone),
            state=words["state"][one.verdict],
        )
        for one in changes.told(found.changes or (), found.state)[:MAX_CHANGES]
    ]


def _reading(one: PublicReading, zone: str, texts: Texts) -> dict[str, str]:
    error = (
        "" if one.uncertainty is None else f"± {numbers.uncertainty(one.uncertainty)} {numbers.unit_words(one.unit)}"
    )
    return {
        "name": quantity_words(one.quantity, texts),
        "place": called(one.title, one.place) if one.title else one.datastream,
        "value": numbers.with_unit(one.value, one.quantity, one.unit),
        "error": error or texts["public"]["readings"]["unstated"],
        "time": full_time(one.time, zone),
    }


def _question(one: PublicQuestion, zone: str, texts: Texts) -> dict[str, Any]:
    words = texts["public"]["questions"]
    day = full_day(one.decided_at, zone) if one.decided_at else ""
    return {
        "number": one.number,
        "title": say(words[one.kind], number=one.number),
        "sent": say(words["sent"], day=writing.day(one.sent_on)),
        "language": one.language,
        "words": one.words,
        "note": words["shortened"] if one.is_shortened else "",
        "answered": say(words["answer"], day=day),
        "answer": one.answer,
    }
