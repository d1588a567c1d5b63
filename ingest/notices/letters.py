"""The words of a notice, for somebody who is woken by it: what, where, how bad, since when, what to do, who is next."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from ingest.notices.facts import Action, Facts, Limit, Reading
from tailings import quantities
from tailings.facility.plans import LEVELS
from tailings.wording import local_times, span
from wire import quality as flag

OLD_S: Final = 3600
FIRST: Final = {
    "silent-node": "Look at the page Nodes for what it waits for; take a charged battery and an antenna along.",
    "battery": "Change or charge the battery before the node falls silent.",
    "barometer": "Look at the barometer and its cable: pore pressures that need it are doubted meanwhile.",
    "clock": "Set the clock that is named; a node has its time from its gateway. What waits in quarantine is not lost.",
    "backlog": "Look at the gateway's way to the centre: nothing is lost, but the centre sees it late.",
    "filter-rate": "Look at the instrument and its cable; if they are well, a limit in the facility file is wrong.",
    "two-nodes": "Find the two nodes of one name and switch off the wrong one: their readings mix.",
    "approval": "Ask who answers for the plan to approve it again: without approval it simulates, and calls nobody.",
    "channel": "Look at the address and its service, and send a test from the page of the recipients; nothing is lost.",
    "heartbeat": "Look at the address outside and the way to it: if the centre died now, nobody would be called.",
    "disk": "Make room on the disk of the centre before it is full: then nothing more is stored.",
    "certificate": "Renew the certificate (tailwatch pki): when it ends, no gateway gets through.",
}
"""The first step for each rule of the equipment."""


class Said(msgspec.Struct, frozen=True):
    """Something to tell of an alarm."""

    kind: str
    key: str
    level: int
    event: int
    facility: str
    family: str
    title: str
    began_at: datetime
    place: str
    zone: str


class Standing(msgspec.Struct, frozen=True):
    """An alarm of a digest."""

    event: int
    title: str
    facts: Facts


def subject(said: Said, facts: Facts) -> str:
    """Level, place and failure mode, and the reading that is past its limit; of equipment what is wrong, and where."""
    if said.family == "maintenance":
        return f"Equipment, {said.place}: {_local(said)}"
    if said.kind == "returned":
        return f"Back, {said.place}: {said.title}"
    word = "Not acknowledged: " if said.kind == "unacknowledged" else ""
    worst = facts.readings[0] if facts.readings and facts.readings[0].passed else None
    value = f", {_quantity(worst)} {_value(worst, worst.value)}" if worst else ""
    return f"{word}{LEVELS[said.level].upper()}, {said.place}: {said.title}{value}"


def body(said: Said, facts: Facts, next_told: Iterable[tuple[str, datetime]], pages_url: str, now: datetime) -> str:
    """Give the whole letter; next_told: who is told at what time unless somebody acknowledges."""
    parts = [_what(said, facts, now), _do(said, facts, now), _who(said, facts, next_told, now)]
    link = f"Open and acknowledge: {_link(pages_url, f'/alarms/{said.event}')}"
    return "\n\n".join(["\n".join(lines) for lines in map(list, parts) if lines] + [link])


def digest(place: str, zone: str, stands: Sequence[Standing], pages_url: str, now: datetime) -> tuple[str, str]:
    """Give subject and body of what stands."""
    waiting = sum(one.facts.acknowledged_at is None for one in stands)
    unseen = f", {waiting} not acknowledged" if waiting else ""
    lines = [line for one in stands for line in _stands(one, zone, now)] or ["Nothing stands."]
    return f"Daily, {place}: {len(stands)} open{unseen}", "\n".join(
        [*lines, "", f"All alarms: {_link(pages_url, '/alarms')}"]
    )


def test(name: str, place: str) -> tuple[str, str]:
    """Give subject and body of a test."""
    return (
        f"Test, {place}",
        f"A test of {name}: alarms of {place} come this way. Nothing has happened; nothing is to be done.",
    )


def _link(pages_url: str, path: str) -> str:
    return f"{pages_url}{path}" if pages_url else f"{path} on the pages of Tailwatch"


def _what(said: Said, facts: Facts, now: datetime) -> Iterator[str]:
    since = f"since {_clock(said.began_at, said.zone, now)} ({span((now - said.began_at).total_seconds())})"
    if said.family == "maintenance":
        yield f"{_local(said)}, known {since}."
        yield f"At {said.place}. It says nothing of the dam itself."
        return
    what = f"{_capital(said.title)} at {said.place}"
    if said.kind == "returned":
        back = facts.returned_at or now
        yield f"{what}: the values are back since {_clock(back, said.zone, now)}; it began {since[6:]}."
    elif said.kind == "escalated":
        yield f"{what} has risen to {LEVELS[said.level].upper()}; it began {since[6:]}."
    else:
        yield f"{what} is {LEVELS[said.level].upper()} {since}."
        if said.kind == "unacknowledged":
            yield "Nobody has acknowledged it." + (" The values are back." if facts.signal == 0 else "")
    if facts.corrected:
        yield f"Corrected: {facts.corrected}."
    yield from (_reading(one, said.zone, now) for one in facts.readings)
    if facts.rain is not None:
        name, rain_mm = facts.rain
        yield f"Rain {rain_mm:.1f} mm in the 24 h before it began ({_short(name)})"


def _do(said: Said, facts: Facts, now: datetime) -> Iterator[str]:
    if said.family == "maintenance":
        yield f"Do first: {FIRST.get(facts.rule, 'look at it on the page.')}"
        return
    first = "Still to do" if said.kind == "returned" else "Do first"
    for number, one in enumerate(facts.actions):
        yield f"{'Then' if number else first}: {_action(one, said.zone, now)}"
    if not facts.actions and said.kind != "returned":
        yield "The plan names no action: acknowledge it, and look."


def _who(said: Said, facts: Facts, next_told: Iterable[tuple[str, datetime]], now: datetime) -> Iterator[str]:
    if said.family == "maintenance":
        return
    if called := list(dict.fromkeys(one.who for one in facts.actions)):
        yield f"Call: {', '.join(called)}."
    if facts.lowered_by and facts.level:
        yield f"The level stays at {LEVELS[facts.level].upper()} until {facts.lowered_by} lowers it."
    if facts.acknowledged_at is None:
        if said.kind == "returned":
            yield "Nobody has acknowledged it yet."
        for name, at in next_told:
            yield f"Unless somebody acknowledges it, {name} is told at {_clock(at, said.zone, now)}."


def _stands(one: Standing, zone: str, now: datetime) -> Iterator[str]:
    facts = one.facts
    level = LEVELS[facts.level].upper() if facts.family == "dam" else "Equipment"
    seen = "acknowledged" if facts.acknowledged_at else "NOT ACKNOWLEDGED"
    back = ", values are back" if facts.signal == 0 and facts.family == "dam" else ""
    since = f"{_clock(facts.began_at, zone, now)} ({span((now - facts.began_at).total_seconds())})"
    yield f"- {level}: {one.title}, since {since}, {seen}{back}"
    if facts.family == "dam":
        yield from (f"  {_reading(reading, zone, now)}" for reading in facts.readings[:1])
        yield from (f"  next: {_action(action, zone, now)}" for action in facts.actions[:1])


def _reading(one: Reading, zone: str, now: datetime) -> str:
    limits = ", ".join(_limit(limit, one) for limit in one.limits)
    age_s = (now - one.time).total_seconds()
    at = _clock(one.time, zone, now) + (f", {span(age_s)} ago" if age_s > OLD_S else "")
    doubt = ", judged suspect" if one.quality in (flag.SUSPECT, flag.FAIL) else ""
    value = "no reading" if one.value is None else _value(one, one.value)
    return f"{_capital(_quantity(one))} {value} at {at}{doubt} ({_short(one.datastream)}{limits and ': '}{limits})"


def _limit(limit: Limit, one: Reading) -> str:
    value = _value(one, limit.value)
    if limit.rate_over_s:
        value += f"/h over {span(limit.rate_over_s)}"
    elif limit.against is None:
        value = value.removesuffix(f" {one.unit}")
    return f"{limit.level} {limit.test} {value}" + (f" over {limit.against}" if limit.against else "")


def _action(one: Action, zone: str, now: datetime) -> str:
    due = f", by {_clock(one.due_at, zone, now)}" if one.due_at else ""
    late = " (late)" if one.due_at and one.due_at < now else ""
    return f"{one.what} ({one.who}){due}{late}"


def _value(one: Reading, value: float | None) -> str:
    digits = min(quantities.get(one.quantity).digits, 2)
    return f"{value:.{digits}f} {one.unit}"


def _quantity(one: Reading) -> str:
    return one.quantity.replace("-", " ")


def _local(said: Said) -> str:
    """What is wrong with a piece of equipment; a time in it, which is kept in UTC, by the facility's clock."""

    def clock(at: datetime) -> str:
        local = at.astimezone(ZoneInfo(said.zone))
        return f"{local.day} {local:%b %H:%M %Z}"

    return local_times(said.title, clock)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _short(datastream: str) -> str:
    """The name without its facility, which the letter names anyway."""
    return datastream.partition(":")[2]


def _clock(at: datetime, zone: str, now: datetime) -> str:
    """Hour and minute of today, else with the day, in the facility's zone, which is named."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    return f"{local:%H:%M %Z}" if local.date() == today else f"{local.day} {local:%b %H:%M %Z}"
