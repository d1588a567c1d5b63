"""The words of a notice, for somebody who is woken by it: what, where, how bad, since when, what to do, who is next."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from ingest.notifications.facts import Facts
from ingest.notifications.phrases import action, capital, clock, day, local, quantity, reading, value
from tailings.facility.plans import LEVELS
from tailings.wording import span
from wire import quality as flag

FIRST: Final = {
    "silent-node": "Look at the page Nodes for what it waits for; take a charged battery and an antenna along.",
    "battery": "Change or charge the battery before the node falls silent.",
    "barometer": "Look at the barometer and its cable: pore pressures that need it are doubted meanwhile.",
    "clock": "Set the clock that is named; a node has its time from its gateway. What waits in quarantine is not lost.",
    "backlog": "Look at the gateway's way to the centre: nothing is lost, but the centre sees it late.",
    "filter-rate": "Look at the instrument and its cable; if they are well, a limit in the facility file is wrong.",
    "two-nodes": "Find the two nodes of one name and switch off the wrong one: their readings mix.",
    "approval": "Ask who answers for the plan to approve it as it stands, or to withdraw it.",
    "stale": "Look at the instrument and its cable: the node reports, and this gives nothing.",
    "never-read": "Look whether the instrument is connected, and whether its channel in the facility file is right.",
    "missing": "Look at the instrument and its cable: the node asks it in vain.",
    "rejected": "Look at the instrument; if it is well, a limit in the facility file is wrong.",
    "no-recipient": "Say on the page of the recipients who is told: until then nobody hears of this level.",
    "channel": "Look at the address and its service, and send a test from the page of the recipients; nothing is lost.",
    "heartbeat": "Look at the address outside and the way to it: if the centre died now, nobody would be called.",
    "disk": "Make room on the disk of the centre before it is full: then nothing more is stored.",
    "certificate": "Renew the certificate (tailwatch pki): when it ends, no gateway gets through.",
}
"""The first step for each rule of the equipment."""


SINCE_NOW: Final = {
    "unshelved": "It was shelved until now.",
    "in-service": "It was out of service until now.",
    "in-force": "Its plan is in force since now; before, it only simulated, and called nobody.",
}
"""Why somebody is called of an alarm that stood before."""
LOST: Final = {
    "never-read": "was never read",
    "silent": "is silent",
    "missing": "gives no reading",
    "rejected": "is rejected by its filter",
    "suspect": "is suspect, and its error is too large to decide",
    "rate-unknown": "has no known rate since an outage",
    "out-of-reach": "can never reach its level: a filter or a range of the facility file is in the way",
}
"""What became of a datastream that a blind plan misses, by code."""


class Late(msgspec.Struct, frozen=True):
    """From when to when values stood at a level that became known late (to None: they still do), and how many rises."""

    start: datetime = msgspec.field(name="from")
    to: datetime | None = None
    rises: int = 1


class Said(msgspec.Struct, frozen=True):
    """Something to tell of an alarm: `kind` is that of the line in its history, or unacknowledged."""

    kind: str
    key: str
    level: int
    event: int
    facility: str
    family: str
    type: str
    title: str
    began_at: datetime
    place: str
    zone: str
    late: Late | None = None

    @property
    def is_over(self) -> bool:
        """Whether it was over when it became known."""
        return self.late is not None and self.late.to is not None


class Standing(msgspec.Struct, frozen=True):
    """An alarm of a digest."""

    event: int
    title: str
    facts: Facts


def subject(said: Said, facts: Facts, now: datetime) -> str:
    """Level, place and failure mode, and the reading that is past its limit; of equipment what is wrong, and where."""
    if said.family == "maintenance":
        return f"Equipment, {said.place}: {local(said.title, said.zone)}"
    if said.kind == "returned":
        back = {"level": "", "suspect": ", no longer suspect", "blind": " can be detected again"}[said.type]
        return f"Back, {said.place}: {said.title}{back}"
    if said.late is not None and said.late.to is not None:
        level, (start, stop) = LEVELS[said.level].upper(), _late(said.late, said.zone, now)
        return f"Learned late, {said.place}: {said.title} was {level} from {start} to {stop}"
    word = "Not acknowledged: " if said.kind == "unacknowledged" else ""
    again = " again" if said.kind == "raised-again" else ""
    late = ", learned late" if said.late else ""
    if said.type == "blind":
        return f"{word}{_stand(said.type, said.level)}{again}, {said.place}: {said.title} cannot be detected"
    return f"{word}{_stand(said.type, said.level)}{again}, {said.place}: {said.title}{_worst(said, facts)}{late}"


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
    since = f"since {clock(said.began_at, said.zone, now)} ({span((now - said.began_at).total_seconds())})"
    if said.family == "maintenance":
        yield f"{local(said.title, said.zone)}, known {since}."
        yield f"At {said.place}. It says nothing of the dam itself."
        return
    yield from _stands_how(said, facts, since, now)
    if facts.approval_ended_on is not None:
        ended = day(facts.approval_ended_on)
        yield f"Approval ended {ended}: the plan goes on calling until somebody renews or withdraws it."
    if facts.corrected:
        yield f"Corrected: {facts.corrected}."
    yield from (reading(one, said.zone, now) for one in facts.readings)
    if facts.rain is not None:
        name, rain_mm = facts.rain
        yield f"Rain {rain_mm:.1f} mm in the 24 h before it began ({name.partition(':')[2]})"


def _stands_how(said: Said, facts: Facts, since: str, now: datetime) -> Iterator[str]:
    """Say how it stands; since: when it began, and how long ago."""
    what, stand = f"{capital(said.title)} at {said.place}", _stand(said.type, said.level)
    if said.kind == "returned":
        back = {
            "level": "the values are back",
            "suspect": "it is no longer suspect",
            "blind": "it can be detected again",
        }
        at = clock(facts.returned_at or now, said.zone, now)
        yield f"{what}: {back[said.type]} since {at}; it began {since[6:]}."
        return
    if said.late is not None:
        start, stop = _late(said.late, said.zone, now)
        over = f"was {stand} from {start} to {stop}" if said.is_over else f"is {stand} since {start}"
        rises = f", with {said.late.rises} rises in that time" if said.late.rises > 1 else ""
        yield f"{what} {over}{rises}."
        yield "It became known only now: the readings came more than a day late."
        return
    if said.type == "blind":
        yield f"BLIND: {said.title} cannot be detected at {said.place}, {since}. What is lost:"
        yield from (f"- {one.datastream} {LOST.get(one.code, one.code)}" for one in facts.lost)
    elif said.kind == "escalated":
        yield f"{what} has risen to {stand}; it began {since[6:]}."
    elif said.kind == "raised-again":
        yield f"{what} has risen to {stand} again; it began {since[6:]}, and nobody has lowered it."
    else:
        yield f"{what} is {stand} {since}."
    if said.type == "suspect":
        yield "A reading is past the limit, and a test doubts it: it may be wrong, and it may be true."
    if said.kind in SINCE_NOW:
        yield SINCE_NOW[said.kind]
    if said.kind == "unacknowledged":
        yield "Nobody has acknowledged it." + (" The values are back." if facts.signal == 0 else "")


def _do(said: Said, facts: Facts, now: datetime) -> Iterator[str]:
    if said.family == "maintenance":
        yield f"Do first: {FIRST.get(facts.rule, 'look at it on the page.')}"
        return
    if said.type != "level":
        if said.kind != "returned":
            yield _do_by_hand(said)
        return
    first = "Still to do" if said.kind == "returned" else "Do first"
    for number, one in enumerate(facts.actions):
        yield f"{'Then' if number else first}: {action(one, said.zone, now)}"
    if said.is_over:
        yield "Do first: look at the dam, and at what this time may have left behind."
    elif not facts.actions and said.kind != "returned":
        yield "The plan names no action: acknowledge it, and look."


def _do_by_hand(said: Said) -> str:
    if said.type == "blind":
        return "Do first: read by hand what is lost, and watch the dam in person until it can be detected again."
    return f"Do first: read it by hand, or go and look; if it is true, act as for {LEVELS[said.level].upper()}."


def _who(said: Said, facts: Facts, next_told: Iterable[tuple[str, datetime]], now: datetime) -> Iterator[str]:
    if said.family == "maintenance":
        return
    if called := list(dict.fromkeys(one.who for one in facts.actions)):
        yield f"Call: {', '.join(called)}."
    if facts.lowered_by and facts.level:
        yield f"The level stays at {LEVELS[facts.level].upper()} until {facts.lowered_by} lowers it."
    if facts.acknowledged_at is None and not said.is_over:
        if said.kind == "returned":
            yield "Nobody has acknowledged it yet."
        for name, at in next_told:
            yield f"Unless somebody acknowledges it, {name} is told at {clock(at, said.zone, now)}."


def _stands(one: Standing, zone: str, now: datetime) -> Iterator[str]:
    facts = one.facts
    level = _stand(facts.type, facts.level) if facts.family == "dam" else "Equipment"
    seen = "acknowledged" if facts.acknowledged_at else "NOT ACKNOWLEDGED"
    back = ", values are back" if facts.signal == 0 and facts.family == "dam" else ""
    since = f"{clock(facts.began_at, zone, now)} ({span((now - facts.began_at).total_seconds())})"
    yield f"- {level}: {one.title}, since {since}, {seen}{back}"
    if facts.family == "dam":
        yield from (f"  {reading(newest, zone, now)}" for newest in facts.readings[:1])
        yield from (f"  next: {action(due, zone, now)}" for due in facts.actions[:1])


def _stand(type: str, level: int) -> str:
    """How high it stands, or which other type of alarm it is."""
    word = LEVELS[level].upper()
    return {"level": word, "suspect": f"SUSPECT past {word}", "blind": "BLIND"}[type]


def _worst(said: Said, facts: Facts) -> str:
    """The reading that is furthest past a limit; of a suspect alarm one that is doubted."""
    past = (one for one in facts.readings if one.passed and (said.type != "suspect" or one.quality == flag.SUSPECT))
    worst = next(past, None)
    return f", {quantity(worst)} {value(worst, worst.value)}" if worst else ""


def _late(late: Late, zone: str, now: datetime) -> tuple[str, str]:
    return clock(late.start, zone, now), clock(late.to or now, zone, now)
