"""The mails to the public, in plain words: to confirm an address, and what is new; each with the way out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import texts
from ingest.notifications.phrases import Reader
from ingest.subscriptions.public_now import CLOSED, News, PublicNow
from texts import Texts, say

ROOMS: Final = ("public", "subscription")
"""Of the catalogue, what these mails need."""
ASKS_PEOPLE: Final = ("orange", "red")
"""States in which people downstream do what stands for an alarm."""
MAX_WORDS: Final = 600
"""So many signs of an answer stand in a mail; all of them on the page."""


def to_confirm(scope: str, link: str, leave: str) -> tuple[str, str]:
    """Give subject and body of the mail that asks whether the address is the reader's own."""
    words = _words()["subscription"]["confirm"]
    lines = [say(words["says"], scope=scope), say(words["link"], link=link), words["nothing"]]
    return say(words["subject"], scope=scope), _joined([*lines, say(words["leave"], link=leave)])


def known_already(scope: str, leave: str) -> tuple[str, str]:
    """Give subject and body for an address that is confirmed, and for which somebody asked again."""
    words = _words()["subscription"]["again"]
    return say(words["subject"], scope=scope), _joined([say(words["says"], scope=scope), _way_out(scope, leave)])


def news(found: Sequence[News], scope: str, pages_url: str, leave: str, *, now: datetime, tag: str) -> tuple[str, str]:
    """Give subject and body of what is new; found: of at least one facility. tag: of the language."""
    parts = [_joined(_of_facility(one, pages_url, tag, now)) for one in found]
    return _subject(found), "\n\n\n".join([*parts, f"--\n{_way_out(scope, leave)}"])


def scope_of(facility: PublicNow | None, region: str) -> str:
    """Say what a subscription is of: a facility, or the list of a region or of all."""
    words = _words()["subscription"]["scope"]
    if facility is not None:
        return facility.name
    return say(words["region"], region=region) if region else str(words["all"])


def _words() -> Texts:
    return texts.load(rooms=ROOMS)


def _subject(found: Sequence[News]) -> str:
    words = _words()
    said = words["subscription"]["news"]
    first = found[0]
    if len(found) > 1:
        line = say(said["sites"], len(found))
    elif first.changes:
        line = say(said["state"], name=first.now.name, state=words["public"]["state"][first.now.verdict])
    else:
        line = say(said["answer"], name=first.now.name, number=first.answers[-1].number)
    return say(said["sample_subject"], subject=line) if all(one.now.sample_data for one in found) else line


def _of_facility(one: News, pages_url: str, tag: str, now: datetime) -> Iterator[str]:
    words, place = _words(), one.now
    said, reader = words["subscription"]["news"], Reader(words, place.zone, now)
    head = [place.name]
    if place.sample_data:
        head.append(say(said["sample"], note=place.sample_data))
    yield "\n".join(head)
    yield "\n".join(_state(place, reader, words))
    if dated := [each for each in one.changes if each.at is not None]:
        yield "\n".join([said["changes"], *(_change(each, reader, words) for each in dated)])
    for answer in one.answers:
        title = say(said["answered"], number=answer.number, time=reader.instant(answer.at))
        yield f"{title}\n> {_short(answer.words)}\n{_short(answer.answer)}"
    if place.verdict in ASKS_PEOPLE:
        yield f"{words['public']['call']['alarm']}: {_instruction(place, tag, words)}"
    yield "\n".join(_further(place, pages_url, tag, words))


def _state(place: PublicNow, reader: Reader, words: Texts) -> Iterator[str]:
    said = words["subscription"]["news"]
    yield say(said["now"], time=reader.instant(reader.now), state=words["public"]["state"][place.verdict])
    if place.verdict == CLOSED:
        yield words["public"]["says"]["closed"] if place.has_page else said["no_page"]
        return
    if place.expired_at is not None:
        yield say(words["public"]["says"]["expired"], time=reader.instant(place.expired_at))
    yield said["green"] if place.verdict == "green" else words["public"]["means"][place.verdict]


def _change(one: Any, reader: Reader, words: Texts) -> str:
    return say(
        words["public"]["lately"]["change"], time=reader.instant(one.at), state=words["public"]["state"][one.verdict]
    )


def _instruction(place: PublicNow, tag: str, words: Texts) -> str:
    """What to do in an alarm, in the reader's language where the operator has stated it so."""
    stated = place.in_an_alarm
    found = stated.get(tag) or stated.get("en") or next(iter(stated.values()), "")
    return found or str(words["public"]["call"]["no_alarm"])


def _further(place: PublicNow, pages_url: str, tag: str, words: Texts) -> Iterator[str]:
    said = words["subscription"]["news"]
    if place.emergency is not None and place.emergency.telephone:
        yield say(said["danger"], name=place.emergency.name, telephone=place.emergency.telephone)
    else:
        yield words["public"]["call"]["no_emergency"]
    if place.has_page:
        yield say(said["page"], link=f"{pages_url}/public/f/{place.facility}?lang={tag}")


def _way_out(scope: str, leave: str) -> str:
    words = _words()["subscription"]["way_out"]
    return f"{say(words['why'], scope=scope)}\n{say(words['leave'], link=leave)}"


def _short(text: str) -> str:
    """Words of people in one paragraph, not longer than a mail bears."""
    plain = " ".join(text.split())
    return plain if len(plain) <= MAX_WORDS else f"{plain[:MAX_WORDS]}…"


def _joined(parts: Iterator[str] | Sequence[str]) -> str:
    return "\n\n".join(parts)
