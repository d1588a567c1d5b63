"""What a person reads on a page, and which of its words no catalogue has said.

Excepted by rule: names and what people typed (whatever the database holds that is no code), codes (a word with a digit,
a point, a colon or a line in it), abbreviations in capitals, and symbols of units, which stand behind a number or in a
column of units and are the same in each language.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import permutations
from typing import Any, Final

import psycopg

import texts
from texts.languages import Language

READ: Final = ("title", "aria-label", "placeholder", "alt", "data-th")
"""The attributes that a person reads or hears."""
SILENT: Final = ("script", "style", "kbd", "code")
UNITS: Final = ("unit", "u")
"""Classes of elements that hold a symbol of a unit."""
VOID: Final = ("meta", "link", "input", "br", "img", "hr", "path", "use", "rect", "line", "circle", "i")
ROLES: Final = ("who", "role", "lowered_by", "login")
"""Keys whose values are names of the facility's own, whatever they are."""
TOO_LONG: Final = ("observation", "latest", "rollup_hour", "rollup_day", "commit_log", "sight_stretch")
CODE: Final = re.compile(r"\S*[\d:./_@#=~°µ³²]\S*")
WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])+")
UNIT: Final = re.compile(
    r"(?<=\d)[\s\u2009]?(?:min|mm|cm|km|kg|Mt|kt|mg|kPa|hPa|mV|kΩ|dBm|NTU|USD|EUR|BRL|AUD|CAD|CLP|MB|kB|GB)\b"
)
SYMBOL: Final = re.compile(r"pH|(?!In|As|At|No|Be|He|Of|Is|To|By|On|Or|If|An|It|Up|So|Do|We)[A-Z][a-z]")
"""pH, and symbols of elements but for the words of English that look the same."""
ENGLISH: Final = frozenset(
    {
        "the",
        "of",
        "and",
        "is",
        "are",
        "was",
        "were",
        "to",
        "in",
        "for",
        "with",
        "not",
        "at",
        "by",
        "from",
        "since",
        "its",
    }
    | {
        "which",
        "that",
        "this",
        "it",
        "has",
        "have",
        "been",
        "when",
        "where",
        "their",
        "they",
        "what",
        "who",
        "how",
        "an",
    }
)
ODD: Final = re.compile(
    r"\d\.\d|(?<![\w.,-])\d{1,3}(?:,\d{3}){2,}|\d{4}-\d\d|(?<!\w)\d\d-\d\d(?!\w)"
    r"|\d (?:Jan|Apr|Aug|Dec|Nov|Oct|Sep|Jul|Jun|May|Mar|Feb)\b|(?<![\w.,\u2009-])[1-9]\d{4,}(?![\w.])"
    r"|\bmg/l\b|(?<![\w,.])-\d|[^\W\d]\.\.(?!\.)"
)
"""A decimal point, commas between thousands, a date of a file, a month of English, five digits in a row, mg/l, a
hyphen for a minus, two stops behind a month."""
CLOCK: Final = re.compile(
    r"\(?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)?|\d{4}-\d\d-\d\dT[\d:]+Z|\w+://\S+|Tailwatch \d+\.\d+\.\d+\S*"
)
"""The instant of a page in UTC, as titles have it, an instant as a field takes it, an address, and the release."""
SENTENCE: Final = 2
"""So many small words of English make a sentence."""
TABLES: Final = """
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"""
TOGETHER: Final = """
SELECT array_agg(id) FROM instrument GROUP BY facility_id, node_id"""
"""The instruments of each node, which the plan names together, in an order of its own."""
MOST_NAMED: Final = 5
INSTRUMENT: Final = re.compile(r"(?:\w+:)?\w+:\w+(?:\.\w+)?")
CODES: Final = frozenset(part for key, _ in texts.sentences(texts.load(texts.REFERENCE)) for part in key.split("."))
"""What is a key of a catalogue is a code, wherever it is stored."""


class Reader(HTMLParser):
    """Takes the words out of a page; what is marked as of another language, or as a code (`translate`), is not read."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language, self._open = language, []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        is_read = not any(silent for _, silent in self._open)
        classes = (known.get("class") or "").split()
        is_other = known.get("lang", self._language) != self._language or known.get("translate") == "no"
        is_silent = tag in SILENT or is_other or any(unit in classes for unit in UNITS)
        if is_read and not is_silent:
            self.found += [known[name] or "" for name in READ if known.get(name)]
        if tag not in VOID:
            self._open.append((tag, is_silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(silent for _, silent in self._open):
            self.found.append(" ".join(data.split()))


def read(page: str, language: str) -> list[str]:
    """Give each piece of words of a page."""
    reader = Reader(Language(language).locale)
    reader.feed(page)
    return reader.found


def links(page: str) -> list[str]:
    """Give the addresses that a page leads to: its links, and its forms that make an address."""
    return [unescape(one) for one in re.findall(r'<a [^>]*?href="([^"]*)"', page)]


def names(conninfo: str) -> set[str]:
    """Give what a database holds that is no code: names, what people typed, and instruments as pages say them."""
    found: set[str] = set()
    with psycopg.connect(conninfo) as owner:
        for (table,) in owner.execute(TABLES).fetchall():
            if table not in TOO_LONG:
                for (row,) in owner.execute(f'SELECT to_jsonb(t) FROM "{table}" t LIMIT 3000').fetchall():
                    found.update(strings(row))
        found.update(id for (id,) in owner.execute("SELECT id FROM facility"))
        for (ids,) in owner.execute(TOGETHER):
            found.update(", ".join(some) for some in permutations(ids[:MOST_NAMED]))
    found |= {one[:1].upper() + one[1:] for one in found}
    found |= {" ".join(one.split(".")[0].split(":")[-2:]) for one in found if INSTRUMENT.fullmatch(one)}
    return {one.strip() for one in found if len(one) > 1 and (one not in CODES or " " in one)}


def strings(value: Any) -> Iterator[str]:
    """Give the strings of a document: keys of facility files stand on pages too; what is a role is no code."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (f"{inner} " if key in ROLES else one for one in strings(inner))
        yield from value
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def bare(page: str, language: str, known: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Give each piece of words of a page, and its words that are neither names, codes nor symbols of units."""
    pieces = read(page, language)
    for piece, unnamed in zip(pieces, _unnamed(pieces, known), strict=True):
        yield piece, WORD.findall(CODE.sub(" ", UNIT.sub(" ", unnamed)))


def _unnamed(pieces: list[str], known: Iterable[str]) -> list[str]:
    """Take names out of pieces of words, the longest first."""
    whole = "\n".join(pieces)
    here = sorted((name for name in known if name in whole), key=len, reverse=True)
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, here))})(?!\w)") if here else re.compile("(?!)")
    return [named.sub(" ", piece) for piece in pieces]


def odd_numbers(page: str, language: str, known: Iterable[str]) -> list[str]:
    """Give the pieces of a page with a number or a date in another form than that of its language."""
    pieces = [CLOCK.sub(" ", piece) for piece in read(page, language)]
    return [piece for piece in _unnamed(pieces, known) if ODD.search(piece)]


def unsaid(page: str, language: str, known: Iterable[str], mark: str) -> list[tuple[str, str]]:
    """Give the words of a page that do not bear the mark of the catalogue, each with where it stands."""
    spoken = Language(language)
    said = {"Tailwatch", spoken.name, *spoken.months}
    return [
        (word, piece)
        for piece, words in bare(page, language, known)
        for word in words
        if mark not in word and not word.isupper() and word not in said and not SYMBOL.fullmatch(word)
    ]


def english(page: str, language: str, known: Iterable[str]) -> list[str]:
    """Give the pieces of a page that are sentences of English."""
    return [
        piece
        for piece, words in bare(page, language, known)
        if sum(word.lower() in ENGLISH for word in words) >= SENTENCE
    ]
