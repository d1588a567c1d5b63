"""What a person reads on a page, and which of its words no catalogue has said.

Excepted by rule: names and what people typed (whatever the database holds that is no code), codes (a word with a digit,
a point, a colon or a line in it), abbreviations in capitals, and symbols of units, which stand behind a number or in a
column of units and are the same in each language.
"""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any, Final

import psycopg

READ: Final = ("title", "aria-label", "placeholder", "alt", "data-th")
"""The attributes that a person reads or hears."""
SILENT: Final = ("script", "style", "kbd", "code")
UNITS: Final = ("unit", "u")
"""Classes of elements that hold a symbol of a unit."""
VOID: Final = ("meta", "link", "input", "br", "img", "hr", "path", "use", "rect", "line", "circle", "i")
TOO_LONG: Final = ("observation", "latest", "rollup_hour", "rollup_day", "commit_log", "sight_stretch")
CODE: Final = re.compile(r"\S*[\d:./_@#=~°µ³²]\S*")
WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])+")
UNIT: Final = re.compile(
    r"(?<=\d)[\s\u2009]?(?:min|mm|cm|km|kg|Mt|kt|mg|kPa|hPa|mV|kΩ|dBm|NTU|USD|EUR|BRL|AUD|CAD|CLP|MB|kB|GB)\b"
)
ENGLISH: Final = frozenset(
    ["the", "of", "and", "is", "are", "was", "were", "to", "in", "for", "with", "not", "at", "by", "from", "since", "which", "that", "this", "its", "it", "has", "have", "been", "no", "when", "where", "their", "they", "what", "who", "how", "an", "on", "or", "as", "be"]
)
SENTENCE: Final = 2
"""So many small words of English make a sentence."""


class Reader(HTMLParser):
    """Takes the words out of a page; what is marked as of another language than the page is not read."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language, self._open = language, []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        is_read = not any(silent for _, silent in self._open)
        classes = (known.get("class") or "").split()
        is_silent = (
            tag in SILENT or known.get("lang", self._language) != self._language or any(u in classes for u in UNITS)
        )
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
    reader = Reader(language)
    reader.feed(page)
    return reader.found


def names(conninfo: str) -> set[str]:
    """Give what a database holds that is no code: names, and what people typed."""
    found: set[str] = set()
    with psycopg.connect(conninfo) as owner:
        tables = owner.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
        for (table,) in tables:
            if table not in TOO_LONG:
                for (row,) in owner.execute(f'SELECT to_jsonb(t) FROM "{table}" t LIMIT 3000').fetchall():
                    found.update(_strings(row))
    return {one for one in found if len(one) > 1 and (one != one.lower() or " " in one or not one.isalpha())}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
        yield from value
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def bare(piece: str, known: Iterable[str]) -> str:
    """Give a piece of words without names, codes and symbols of units."""
    for name in known:
        piece = piece.replace(name, " ")
    return CODE.sub(" ", UNIT.sub(" ", piece))


def unsaid(page: str, language: str, known: set[str], mark: str) -> list[str]:
    """Give the words of a page that do not bear the mark of the catalogue."""
    pieces = read(page, language)
    here = sorted((name for name in known if name in page or name in "\n".join(pieces)), key=len, reverse=True)
    return [
        word
        for piece in pieces
        for word in WORD.findall(bare(piece, here))
        if mark not in word and not word.isupper() and word != "Tailwatch"
    ]


def english(page: str, language: str, known: set[str]) -> list[str]:
    """Give the pieces of a page that are sentences of English."""
    pieces = read(page, language)
    here = sorted((name for name in known if name in "\n".join(pieces)), key=len, reverse=True)
    return [piece for piece in pieces if sum(w.lower() in ENGLISH for w in WORD.findall(bare(piece, here))) >= SENTENCE]
