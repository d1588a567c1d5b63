"""The feeds of public pages (Atom, RFC 4287): changes of the public state, and published answers of one facility."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from api.disclosure.models import PublicFacility, PublicRegion, VerdictChange
from dashboard import ages
from dashboard.public import changes
from texts import Texts, languages, say

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
MAX_ENTRIES: Final = 50
NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, section 2.2, does not take."""

ElementTree.register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class FeedEntry:
    """One entry: the page that it is of, what it is (for its id), when, title, words, and its place on that page."""

    page: str
    of: str
    at: datetime
    title: str
    words: str
    place: str


def feed(found: PublicFacility, page: str, own: str, texts: Texts) -> bytes:
    """Write the feed of a facility; page: the whole address of its public page, own: that of the feed."""
    words = texts["public"]["feed"]
    head = FeedHead(
        _id(page, "feed"), say(words["title"], name=found.name), words["about"], found.operator or found.name
    )
    return _written(head, _entries(found, page, texts), found.now, page, own)


def of_region(found: PublicRegion, page: str, own: str, page_of: Callable[[str], str], texts: Texts) -> bytes:
    """Write the feed of the facilities of a region, or of all; an entry has the id that it has in the facility's own.

    page: the whole address of the list, own: that of the feed; page_of: that of the public page of a facility.
    """
    words = texts["public"]["feed"]
    region = found.region or ""
    title = say(words["region_title"], region=region) if region else words["list_title"]
    head = FeedHead(_id(page, f"feed {region}"), title, words["list_about"], texts["public"]["list"])
    return _written(head, _of_places(found, page_of, texts), found.now, page, own)


class FeedHead(NamedTuple):
    """What a feed says of itself."""

    id: str
    title: str
    about: str
    author: str


def _written(head: FeedHead, found: Iterable[FeedEntry], now: datetime, page: str, own: str) -> bytes:
    entries = sorted(found, key=lambda one: one.at, reverse=True)[:MAX_ENTRIES]
    root = ElementTree.Element(f"{{{NAMESPACE}}}feed", {"xml:lang": languages.current().locale})
    _add(root, "id", head.id)
    _add(root, "title", head.title)
    _add(root, "subtitle", head.about)
    _add(root, "updated", ages.utc(max((one.at for one in entries), default=now)))
    _add(_add(root, "author"), "name", head.author)
    _add(root, "link", rel="self", href=own, type="application/atom+xml")
    _add(root, "link", rel="alternate", href=page, type="text/html")
    for one in entries:
        entry = _add(root, "entry")
        _add(entry, "id", _id(one.page, one.of))
        _add(entry, "title", one.title)
        _add(entry, "updated", ages.utc(one.at))
        _add(entry, "link", rel="alternate", href=f"{one.page}#{one.place}", type="text/html")
        _add(entry, "content", one.words, type="text")
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _entries(found: PublicFacility, page: str, texts: Texts) -> Iterator[FeedEntry]:
    words = texts["public"]["feed"]
    for one in changes.told(found.changes or (), found.state):
        title = say(words["state"], state=texts["public"]["state"][one.verdict])
        yield _marked(_of_state(one, page, title, texts), found.sample_data, texts)
    for asked in found.questions.published:
        if asked.decided_at is not None:
            number = asked.number
            title = say(words["answer"], number=number)
            text = f"{asked.words}\n\n{asked.answer}"
            entry = FeedEntry(page, f"question {number}", asked.decided_at, title, text, place=f"question-{number}")
            yield _marked(entry, found.sample_data, texts)


def _of_places(found: PublicRegion, page_of: Callable[[str], str], texts: Texts) -> Iterator[FeedEntry]:
    for place in found.facilities:
        own = [one for one in found.changes if one.facility == place.facility]
        for one in changes.told(own, place.state):
            state = texts["public"]["state"][one.verdict]
            title = say(texts["public"]["feed"]["of"], name=place.name, state=state)
            yield _marked(_of_state(one, page_of(place.facility), title, texts), place.sample_data, texts)


def _marked(entry: FeedEntry, sample_data: str | None, texts: Texts) -> FeedEntry:
    """An entry of what is invented, a drill, says so in its title and before its words, as mails do."""
    if not sample_data:
        return entry
    said = texts["subscription"]["news"]
    title, note = say(said["sample_subject"], subject=entry.title), say(said["sample"], note=sample_data)
    return replace(entry, title=title, words=f"{note}\n\n{entry.words}")


def _of_state(one: VerdictChange, page: str, title: str, texts: Texts) -> FeedEntry:
    """An entry says what the state meant when it began; how it reads now stands on the page."""
    words = texts["public"]["means"][one.verdict]
    return FeedEntry(page, f"state {one.verdict} {ages.utc(one.at)}", one.at, title, words, place="now")


def _id(page: str, of: str) -> str:
    """The same for the same thing, whenever and in whatever language it is asked for."""
    return uuid5(NAMESPACE_URL, f"{page.partition('?')[0]}#{of}").urn


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    if text:
        made.text = NO_XML.sub("", text)
    return made
