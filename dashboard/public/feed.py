"""The feed of a public page (Atom, RFC 4287): changes of the public state, and published answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from api.disclosure.models import PublicFacility, VerdictChange
from dashboard import ages
from texts import Texts, languages, say

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
MAX_ENTRIES: Final = 50
NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, section 2.2, does not take."""

ElementTree.register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class FeedEntry:
    """One entry: what it is of (for its id), when, its title, its words, and where on the page it stands."""

    of: str
    at: datetime
    title: str
    words: str
    place: str


def feed(found: PublicFacility, page: str, own: str, texts: Texts) -> bytes:
    """Write the feed; page: the whole address of the public page, own: that of the feed."""
    words = texts["public"]["feed"]
    entries = sorted(_entries(found, texts), key=lambda one: one.at, reverse=True)[:MAX_ENTRIES]
    root = ElementTree.Element(f"{{{NAMESPACE}}}feed", {"xml:lang": languages.current().locale})
    _add(root, "id", _id(page, "feed"))
    _add(root, "title", say(words["title"], name=found.name))
    _add(root, "subtitle", words["about"])
    _add(root, "updated", ages.utc(max((one.at for one in entries), default=found.now)))
    _add(_add(root, "author"), "name", found.operator or found.name)
    _add(root, "link", rel="self", href=own, type="application/atom+xml")
    _add(root, "link", rel="alternate", href=page, type="text/html")
    for one in entries:
        entry = _add(root, "entry")
        _add(entry, "id", _id(page, one.of))
        _add(entry, "title", one.title)
        _add(entry, "updated", ages.utc(one.at))
        _add(entry, "link", rel="alternate", href=f"{page}#{one.place}", type="text/html")
        _add(entry, "content", one.words, type="text")
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _entries(found: PublicFacility, texts: Texts) -> Iterator[FeedEntry]:
    words = texts["public"]["feed"]
    for one in _changes(found):
        code = one.verdict
        title = say(words["state"], state=texts["public"]["state"][code])
        # An entry says what the state meant when it began; how it reads now stands on the page.
        yield FeedEntry(f"state {code} {ages.utc(one.at)}", one.at, title, texts["public"]["means"][code], "now")
    for asked in found.questions.published:
        if asked.decided_at is not None:
            number = asked.number
            title = say(words["answer"], number=number)
            text = f"{asked.words}\n\n{asked.answer}"
            yield FeedEntry(f"question {number}", asked.decided_at, title, text, f"question-{number}")


def _changes(found: PublicFacility) -> list[VerdictChange]:
    """Those that are stored, and that nobody assesses any more, which nobody stores while it lasts."""
    changes, state = list(found.changes or ()), found.state
    if state is not None and state.is_expired and (not changes or changes[0].verdict != "blind"):
        changes.insert(0, VerdictChange(id=0, at=state.valid_until, verdict="blind"))
    return changes


def _id(page: str, of: str) -> str:
    """The same for the same thing, whenever and in whatever language it is asked for."""
    return uuid5(NAMESPACE_URL, f"{page.partition('?')[0]}#{of}").urn


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    if text:
        made.text = NO_XML.sub("", text)
    return made
