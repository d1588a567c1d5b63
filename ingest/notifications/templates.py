"""A notification for somebody who is woken by it: what, where, how bad, since when, what to do, who is next.

The sentences stand in the catalogue (`texts/<language>/notifications.toml`); which of them are said is decided here.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ingest.notifications.facts import Facts
from ingest.notifications.phrases import Reader, value
from tailings.digits import plain
from tailings.facility.plans import LEVELS
from texts import Texts, record, say, sentence, writing
from wire import quality as flag


class Late(msgspec.Struct, frozen=True):
    """From when to when values stood at a level that became known late (to None: they still do), and how many rises."""

    start: datetime = msgspec.field(name="from")
    to: datetime | None = None
    rises: int = 1


class Occurrence(msgspec.Struct, frozen=True):
    """Something to tell of an alarm: `kind` is that of the line in its history, or unacknowledged.

    title and detail: what it is about, as the record keeps it.
    """

    kind: str
    key: str
    level: int
    event: int
    facility: str
    family: str
    type: str
    title: str
    detail: dict[str, Any]
    began_at: datetime
    place: str
    zone: str
    late: Late | None = None

    @property
    def is_over(self) -> bool:
        """Whether it was over when it became known."""
        return self.late is not None and self.late.to is not None


class DigestEntry(msgspec.Struct, frozen=True):
    """An alarm of a digest; title and detail as the record keeps them. hold, held_until: of one that is held."""

    event: int
    title: str
    detail: dict[str, Any]
    facts: Facts
    hold: str | None = None
    held_until: datetime | None = None


def subject(said: Occurrence, facts: Facts, reader: Reader) -> str:
    """Level, place and failure mode, and the reading that is past its limit; of equipment what is wrong, and where."""
    values = {"place": said.place, "title": _title(said, reader), "stand": _stand(said.type, said.level, reader)}
    if said.kind == "returned":
        return reader.say("subject", _back(said), **values)
    if said.family == "maintenance":
        return reader.say("subject", "equipment", **values)
    if said.late is not None and said.late.to is not None:
        start, stop = reader.clock(said.late.start), reader.clock(said.late.to)
        values["stand"] = reader.level(LEVELS[said.level])
        return reader.say("subject", "over", start=start, stop=stop, **values)
    key = "blind" if said.type == "blind" else "level"
    if said.kind == "raised-again":
        key += "_again"
    elif said.late is not None and said.type != "blind":
        key += "_late"
    line = reader.say("subject", key, worst=_worst(said, facts, reader), **values)
    return reader.say("subject", "unacknowledged", subject=line) if said.kind == "unacknowledged" else line


def body(
    said: Occurrence, facts: Facts, next_told: Iterable[tuple[str, datetime]], pages_url: str, reader: Reader
) -> str:
    """Give the whole letter; next_told: who is told at what time unless somebody acknowledges."""
    parts = [_what(said, facts, reader), _do(said, facts, reader), _who(said, facts, next_told, reader)]
    words = reader.words["notifications"]
    link = say(words["link"], link=_link(pages_url, f"/alarms/{said.event}", words))
    return "\n\n".join(["\n".join(lines) for lines in map(list, parts) if lines] + [link])


def with_link(body: str, link: str, reader: Reader) -> str:
    """Add the link with which its recipient acknowledges without a login; '': there is none."""
    return f"{body}\n{say(reader.words['notifications']['have_it'], link=link)}" if link else body


def digest(
    place: str, stands: Sequence[DigestEntry], counts: tuple[int, int], pages_url: str, reader: Reader
) -> tuple[str, str]:
    """Give subject and body of what stands; counts: how many are open and not acknowledged, those not listed too."""
    open_, waiting = counts
    key = "subject_waiting" if waiting else "subject"
    lines = [line for one in stands for line in _stands(one, reader)] or [reader.say("digest", "nothing")]
    words = reader.words["notifications"]
    return reader.say("digest", key, place=place, n=open_, waiting=waiting), "\n".join(
        [*lines, "", say(words["all_alarms"], link=_link(pages_url, "/alarms", words))]
    )


def test(name: str, place: str, words: Texts) -> tuple[str, str]:
    """Give subject and body of a test."""
    said = words["notifications"]["test"]
    return say(said["subject"], place=place), say(said["body"], name=name, place=place)


def of_test_alarm(
    name: str, place: str, level: int, ahead: Iterable[tuple[str, datetime]], link: str, *, reader: Reader
) -> tuple[str, str]:
    """Give subject and body of a test alarm: its first word says that it is one."""
    stand = reader.level(LEVELS[level])
    lines = [reader.say("test_alarm", "body", name=name, place=place, stand=stand)]
    lines += [reader.say("test_alarm", "next", name=who, time=reader.clock(at)) for who, at in ahead]
    lines += [reader.say("test_alarm", "confirm", link=link)] if link else [reader.say("test_alarm", "page")]
    return reader.say("test_alarm", "subject", place=place, stand=stand), "\n".join(lines)


def _title(said: Occurrence | DigestEntry, reader: Reader) -> str:
    return record.title(said.title, said.detail, reader.words, reader.instant)


def _link(pages_url: str, path: str, words: Texts) -> str:
    return f"{pages_url}{path}" if pages_url else say(words["no_address"], path=path)


def _what(said: Occurrence, facts: Facts, reader: Reader) -> Iterator[str]:
    if said.family == "maintenance":
        if said.kind == "returned":
            yield from _stands_how(said, facts, reader)
        else:
            since = _since(said.began_at, reader)
            yield reader.say("what", "equipment", title=_title(said, reader), since=since)
        yield reader.say("what", "of_equipment", place=said.place)
        return
    yield from _stands_how(said, facts, reader)
    if facts.approval_ended_on is not None:
        yield reader.say("what", "approval_ended", day=reader.day(facts.approval_ended_on))
    if facts.corrected is not None:
        line = record.line(facts.corrected.note, facts.corrected.detail, reader.words, reader.instant)
        yield reader.say("what", "corrected", line=line)
    yield from (reader.reading(one) for one in facts.readings)
    if facts.rain is not None:
        name, sum_mm = facts.rain
        yield reader.say("what", "rain", sum_mm=writing.number(plain(sum_mm, "rain")), name=name.partition(":")[2])


def _since(at: datetime, reader: Reader) -> str:
    return reader.say("what", "since", time=reader.clock(at), age=reader.age(at))


def _stands_how(said: Occurrence, facts: Facts, reader: Reader) -> Iterator[str]:
    """Say how it stands: when it began, and how long ago."""
    title, since = _title(said, reader), _since(said.began_at, reader)
    began = reader.say("what", "began", time=reader.clock(said.began_at), age=reader.age(said.began_at))
    values = {"title": sentence(title), "place": said.place, "stand": _stand(said.type, said.level, reader)}
    if said.kind == "returned":
        at = reader.clock(facts.returned_at or reader.now)
        yield reader.say("what", _back(said), at=at, since=began, **values)
        return
    if said.late is not None:
        yield _stood(said.late, values, reader)
        yield reader.say("what", "learned_late")
        return
    if said.type == "blind":
        yield reader.say("what", "blind", title=title, place=said.place, since=since)
        yield from (reader.say("lost", one.code, name=one.datastream) for one in facts.lost)
    elif said.kind == "escalated":
        yield reader.say("what", "escalated", since=began, **values)
    elif said.kind == "raised-again":
        yield reader.say("what", "raised_again", since=began, **values)
    else:
        yield reader.say("what", "stands", since=since, **values)
    if said.type == "suspect":
        yield reader.say("what", "suspect")
    if said.kind in reader.words["notifications"]["since_now"]:
        yield reader.say("since_now", said.kind)
    if said.kind == "unacknowledged":
        yield reader.say("what", "values_are_back" if facts.signal == 0 else "unacknowledged")


def _stood(late: Late, values: dict[str, str], reader: Reader) -> str:
    """Say from when to when values stood at a level that became known late."""
    rises = reader.say("what", "rises", n=late.rises) if late.rises > 1 else ""
    start = reader.clock(late.start)
    if late.to is None:
        return reader.say("what", "stands_late", start=start, rises=rises, **values)
    return reader.say("what", "was", start=start, stop=reader.clock(late.to), rises=rises, **values)


def _back(said: Occurrence) -> str:
    return "back_equipment" if said.family == "maintenance" else f"back_{said.type}"


def _do(said: Occurrence, facts: Facts, reader: Reader) -> Iterator[str]:
    if said.family == "maintenance":
        if said.kind == "returned":
            return
        steps = reader.words["notifications"]["first"]
        yield reader.say("do", "first", what=steps.get(facts.rule, steps["other"]))
        return
    if said.type != "level":
        if said.kind != "returned":
            yield reader.say("do", said.type, level=reader.level(LEVELS[said.level]))
        return
    first = "still" if said.kind == "returned" else "first"
    for number, one in enumerate(facts.actions):
        yield reader.say("do", "then" if number else first, what=reader.action(one))
    if said.is_over:
        yield reader.say("do", "over")
    elif not facts.actions and said.kind != "returned":
        yield reader.say("do", "no_action")


def _who(said: Occurrence, facts: Facts, next_told: Iterable[tuple[str, datetime]], reader: Reader) -> Iterator[str]:
    if said.family == "maintenance":
        return
    if called := list(dict.fromkeys(one.who for one in facts.actions)):
        yield reader.say("who", "call", who=", ".join(called))
    if facts.lowered_by and facts.level:
        yield reader.say("who", "lowered", level=reader.level(LEVELS[facts.level]), role=facts.lowered_by)
    if facts.acknowledged_at is None and not said.is_over:
        if said.kind == "returned":
            yield reader.say("who", "nobody_yet")
        for name, at in next_told:
            yield reader.say("who", "next", name=name, time=reader.clock(at))


def _stands(one: DigestEntry, reader: Reader) -> Iterator[str]:
    facts = one.facts
    is_dam = facts.family == "dam"
    is_back = facts.signal == 0 and is_dam
    key = one.hold or ("seen" if facts.acknowledged_at else "waiting") + ("_back" if is_back else "")
    yield reader.say(
        "digest",
        key,
        stand=_stand(facts.type, facts.level, reader) if is_dam else reader.say("stand", "equipment"),
        title=_title(one, reader),
        time=reader.clock(facts.began_at),
        age=reader.age(facts.began_at),
        until=reader.clock(one.held_until) if one.held_until else "",
    )
    if is_dam:
        yield from (f"  {reader.reading(newest)}" for newest in facts.readings[:1])
        yield from (reader.say("digest", "next", action=reader.action(due)) for due in facts.actions[:1])


def _stand(type: str, level: int, reader: Reader) -> str:
    """How high it stands, or which other type of alarm it is."""
    return reader.say("stand", type, level=reader.level(LEVELS[level]))


def _worst(said: Occurrence, facts: Facts, reader: Reader) -> str:
    """The reading that is furthest past a limit; of a suspect alarm one that is doubted, of another one that is not."""
    past = [one for one in facts.readings if one.passed]
    alike = [one for one in past if (one.quality == flag.SUSPECT) == (said.type == "suspect")]
    if not alike and said.type != "suspect":  # a doubted one raises a level where it is past by more than it may err
        alike = past
    if not alike:
        return ""
    worst = alike[0]
    return reader.say("subject", "worst", quantity=reader.quantity(worst), value=value(worst, worst.value))
