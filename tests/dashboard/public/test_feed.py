"""The feed of the public page, held against RFC 4287 by a reader of its own, and against what it may speak of."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.dashboard.public.site import DISCLOSURE, disclose
from tests.foreign import asked
from tests.servers import TestDatabase

FEED: Final = "/public/f/vale/feed.atom"
LIST: Final = "/public/region/feed.atom"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
NO_XML: Final = "a bell \x07 rings"
BLIND_AND_LEFT: Final = """
UPDATE assessment SET verdict = 'blind', valid_until = '2026-03-03 00:00+00', document = document ||
    '{"verdict": "blind", "sight": "blind", "valid_until": "2026-03-03T00:00:00Z"}' WHERE facility_id = 'vale';
DELETE FROM verdict_change;
INSERT INTO verdict_change (facility_id, at, verdict) VALUES ('vale', '2026-03-01 00:00+00', 'blind');
INSERT INTO verdict_change (facility_id, at, verdict)
    SELECT 'rosa', timestamptz '2026-03-04 00:00+00' + n * interval '1 h', 'green' FROM generate_series(1, 60) n;
"""
DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
"""RFC 4287, section 3.3: RFC 3339 with an upper-case T, and Z where there is no offset."""


@pytest.fixture(autouse=True)
def answered(disclosed: TestDatabase) -> None:
    """One published answer, one question that waits, and two changes of the verdict."""
    disclose(disclosed.conninfo(), **DISCLOSURE)
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute("TRUNCATE public_question, verdict_change")
        owner.execute(
            "INSERT INTO public_question (facility_id, kind, language, words, state, answer, decided_at, decided_by)"
            " VALUES ('vale', 'question', 'en', 'Is <the> river & the well clean?', 'published', %s, now(), 'user:1'),"
            " ('vale', 'question', 'en', 'It waits unread here.', 'waiting', '', NULL, NULL)",
            (NO_XML,),
        )
        owner.execute(
            "INSERT INTO verdict_change (facility_id, at, verdict) VALUES ('vale', now() - interval '2 d', 'green'),"
            " ('vale', now() - interval '1 d', 'yellow')"
        )


def faults(root: ElementTree.Element) -> list[str]:
    """What of a feed is against RFC 4287, sections 4.1.1 and 4.1.2."""
    found = []
    entries = root.findall(f"{ATOM}entry")
    for one in (root, *entries):
        for name in ("id", "title", "updated"):
            if len(one.findall(f"{ATOM}{name}")) != 1:
                found.append(f"{one.tag} has not one {name}")
        if not DATE.fullmatch(one.findtext(f"{ATOM}updated", "")):
            found.append("updated is no date")
        if not re.match(r"[a-z][a-z0-9+.-]*:", one.findtext(f"{ATOM}id", "")):
            found.append("id is no IRI")
    if not root.findall(f"{ATOM}author/{ATOM}name"):
        found.append("nobody is the author")
    if len({one.findtext(f"{ATOM}id") for one in entries}) != len(entries):
        found.append("two entries have one id")
    if len([one for one in root.findall(f"{ATOM}link") if one.get("rel") == "self"]) != 1:
        found.append("it does not say where it is")
    return found


def got(stranger: httpx.Client, **query: str) -> ElementTree.Element:
    """The feed as a reader gets it."""
    return ElementTree.fromstring(stranger.get(FEED, params=query).content)


def ids(root: ElementTree.Element) -> list[str | None]:
    """The ids of the feed and of its entries."""
    return [root.findtext(f"{ATOM}id"), *(one.findtext(f"{ATOM}id") for one in root.findall(f"{ATOM}entry"))]


def test_the_feed_is_an_atom_feed(stranger: httpx.Client) -> None:
    """Its media type, its elements and their form; the control finds a feed without an author and a date."""
    answer = stranger.get(FEED)
    root = ElementTree.fromstring(answer.content)
    broken = ElementTree.fromstring(answer.content)
    broken.remove(broken.find(f"{ATOM}author"))  # type: ignore[arg-type]
    broken.find(f"{ATOM}updated").text = "yesterday"  # type: ignore[union-attr]

    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert faults(root) == [] and faults(broken) == ["updated is no date", "nobody is the author"]


def test_changes_and_answers_stand_in_it_the_newest_first(stranger: httpx.Client) -> None:
    """Markup and signs that XML has not are words; what waits is not in it."""
    root = got(stranger)
    titles = [one.findtext(f"{ATOM}title") for one in root.findall(f"{ATOM}entry")]
    times = [datetime.fromisoformat(one.findtext(f"{ATOM}updated", "")) for one in root.findall(f"{ATOM}entry")]
    words = root.find(f"{ATOM}entry").findtext(f"{ATOM}content", "")  # type: ignore[union-attr]

    assert re.fullmatch(r"Answer to number \d+", titles[0] or "")
    assert titles[1:] == ["State: Yellow: the lowest of three warning levels", "State: No warning"]
    assert times == sorted(times, reverse=True) and "unread" not in stranger.get(FEED).text
    assert words == "Is <the> river & the well clean?\n\na bell  rings"


def test_the_language_is_that_of_the_address_and_the_entries_stay_the_same(stranger: httpx.Client) -> None:
    """Spanish words under the same ids; its own address has the language."""
    english, spanish = got(stranger), got(stranger, lang="es")
    own: Any = next(one for one in spanish.findall(f"{ATOM}link") if one.get("rel") == "self")

    assert spanish.find(f"{ATOM}entry[2]/{ATOM}title").text == "Estado: Amarillo: el más bajo de tres niveles de aviso"  # type: ignore[union-attr]
    assert ids(english) == ids(spanish) and own.get("href").endswith("?lang=es")


def test_a_state_that_is_not_opened_is_not_in_it(stranger: httpx.Client, disclosed: TestDatabase) -> None:
    """The answer alone."""
    disclose(disclosed.conninfo(), **DISCLOSURE | {"opens": ["water"]})

    assert len(got(stranger).findall(f"{ATOM}entry")) == 1


def test_a_region_has_a_feed_of_its_facilities(stranger: httpx.Client) -> None:
    """The changes of vale with its name, under the ids of its own feed, leading to its page; no answer is there."""
    answer = stranger.get(f"{LIST}?region=PTI14&lang=es")
    root = ElementTree.fromstring(answer.content)
    of_vale = [one for one in root.findall(f"{ATOM}entry") if "Vale" in one.findtext(f"{ATOM}title", "")]
    links = [one.find(f"{ATOM}link").get("href", "") for one in of_vale]  # type: ignore[union-attr]

    assert faults(root) == [] and "well clean" not in answer.text
    assert [one.findtext(f"{ATOM}id") for one in of_vale] == ids(got(stranger))[2:]
    assert all(link.endswith("/public/f/vale?lang=es#now") for link in links)


def test_a_region_without_a_page_and_a_state_that_is_not_opened_tell_nothing(
    stranger: httpx.Client, disclosed: TestDatabase
) -> None:
    """Another region's feed has no entry and another id; vale is named in none when it does not open its state."""
    elsewhere = ElementTree.fromstring(stranger.get(f"{LIST}?region=ES61").content)
    everywhere = ElementTree.fromstring(stranger.get(LIST).content)
    disclose(disclosed.conninfo(), **DISCLOSURE | {"opens": ["water"]})

    assert ids(elsewhere)[1:] == [] and faults(elsewhere) == [] and ids(elsewhere) != ids(everywhere)[:1]
    assert "Vale do Sino" in ElementTree.tostring(everywhere, encoding="unicode")
    assert "Vale do Sino" not in stranger.get(LIST).text


def test_a_state_that_was_blind_before_nobody_looked_began_then(
    stranger: httpx.Client, disclosed: TestDatabase
) -> None:
    """Blind since 1 March, not evaluated after 3 March, then 60 changes of another site: no feed has a second blind."""
    with psycopg.connect(disclosed.conninfo()) as owner:
        kept = owner.execute("SELECT document, verdict, valid_until FROM assessment WHERE facility_id = 'vale'")
        before = kept.fetchone()
        owner.execute(BLIND_AND_LEFT)
    try:
        own, everywhere = got(stranger), stranger.get(LIST).text
        state = stranger.get("/api/v1/public/facilities/vale").json()["state"]
    finally:
        with psycopg.connect(disclosed.conninfo()) as owner:
            restore = "UPDATE assessment SET document = %s, verdict = %s, valid_until = %s WHERE facility_id = 'vale'"
            owner.execute(restore, (Jsonb(before[0]), *before[1:]))  # type: ignore[index]

    told = [(one.findtext(f"{ATOM}title", ""), one.findtext(f"{ATOM}updated")) for one in own.findall(f"{ATOM}entry")]
    assert [at for title, at in told if "Not known" in title] == ["2026-03-01T00:00:00Z"]
    assert state["is_expired"] and state["since"] == "2026-03-01T00:00:00Z"
    assert everywhere.count("<entry>") == 50 and "Vale do Sino" not in everywhere


def test_what_is_of_a_drill_says_so_in_both_feeds(stranger: httpx.Client, disclosed: TestDatabase) -> None:
    """Title and words of each entry of vale, and of no other site; the ids stay the same."""
    note = "A drill on simulated readings: The pond rises."
    real = ids(got(stranger))
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute(
            "UPDATE facility SET document = document || %s WHERE id = 'vale'", (Jsonb({"sample_data": note}),)
        )
        owner.execute("INSERT INTO verdict_change (facility_id, at, verdict) VALUES ('rosa', now(), 'green')")
    own, everywhere = got(stranger), ElementTree.fromstring(stranger.get(LIST).content)
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute("UPDATE facility SET document = document - 'sample_data'")

    told = [
        (one.findtext(f"{ATOM}title", ""), one.findtext(f"{ATOM}content", "")) for one in own.findall(f"{ATOM}entry")
    ]
    assert len(told) == 3 and ids(own) == real
    assert all(
        title.startswith("Invented data: ") and words.startswith(f"Invented data, nothing has happened: {note}\n")
        for title, words in told
    )
    titles = [one.findtext(f"{ATOM}title", "") for one in everywhere.findall(f"{ATOM}entry")]
    assert [one.startswith("Invented data: ") for one in titles] == ["Vale" in one for one in titles]
    assert {"Rosa" in one for one in titles} == {True, False}


PARSED: Final = """
import json, sys, feedparser
found = feedparser.parse(open(sys.argv[1], 'rb').read(), response_headers={'content-type': 'application/atom+xml'})
print(json.dumps({
    'fault': str(found.get('bozo_exception', '')) if found.bozo else '', 'version': found.version,
    'language': found.feed.get('language'), 'title': found.feed.title, 'author': found.feed.author,
    'entries': [[one.id, one.title, one.link, one.updated_parsed is not None, one.content[0].value]
                for one in found.entries]}))
"""


@pytest.mark.foreign
def test_a_reader_of_others_takes_the_feed(stranger: httpx.Client, tmp_path: Path) -> None:
    """feedparser finds Atom 1.0 and no fault, each entry with its time, place and words; of a broken one the fault."""
    whole, broken = tmp_path / "feed.atom", tmp_path / "broken.atom"
    whole.write_bytes(stranger.get(FEED).content)
    broken.write_bytes(whole.read_bytes().replace(b"</feed>", b"</fed>"))
    found = asked(PARSED, whole)

    assert (found["fault"], found["version"], found["language"]) == ("", "atom10", "en")
    assert [entry[0] for entry in found["entries"]] == ids(got(stranger))[1:]
    assert all(entry[3] and "/public/f/vale#" in entry[2] for entry in found["entries"])
    assert (
        found["entries"][0][4] == "Is <the> river & the well clean?\n\na bell  rings" and asked(PARSED, broken)["fault"]
    )
