"""One cell of a register as a value of its column: numbers with their units, days, years, words of a list."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from tailings.csv_text import BEGINS
from tailings.mapped_tables.header import same
from tailings.mapped_tables.number_marks import BadNumber, NumberMarks
from tailings.register import countries
from tailings.register.columns import MAX_ID, MAX_TEXT, UNITS, RegisterColumn
from tailings.register.values import Value
from tailings.table_file import SheetNumber
from toml_file.nearest import choices

YES: Final = ("yes", "y", "true", "1", "sí", "si", "sim", "ja", "oui", "kyllä", "tak", "áno", "da", "ναι")
NO: Final = ("no", "n", "false", "0", "não", "nao", "nej", "nein", "non", "ei", "nie", "ne", "όχι")
WITH_UNIT: Final = re.compile(r"(?P<number>.*\d[.,]?)\s*(?P<unit>[A-Za-z][A-Za-z]{0,3}[23]?)", re.ASCII)
QUANTITY_OF: Final = dict(UNITS.values())
DAY_NUMBERS: Final = (10_000.0, 80_000.0)
"""Between 1927 and 2119 a sheet counts so many days from its beginning."""
YEAR: Final = re.compile(r"(\d{4})(\.0)?", re.ASCII)
PERIOD: Final = re.compile(r"(\d{4})(?:\s*[-–—]\s*(\d{4}|\d{2}))?", re.ASCII)
BETWEEN_PERIODS: Final = re.compile(r"\s*[,;./&]\s*")
MONTHS: Final = 12
WHOLE: Final = re.compile(r"(?<=\d)\.0\Z", re.ASCII)
MOST_SHOWN: Final = 60
DIGITS: Final = 12
"""More than any register has, so that 2062.8 kt are 2062800 t."""


class BadCell(ValueError):
    """A cell that is no value of its column; the sentence says what to write."""


def number_of(text: str, column: str) -> tuple[str, float | None]:
    """The number of a cell without the unit behind it, and that unit's factor, where it is one of the column."""
    found = WITH_UNIT.fullmatch(text)
    units = QUANTITY_OF.get(column, {})
    if found is None or isinstance(text, SheetNumber) or found["unit"] not in units:
        return text, None
    return found["number"].strip(), units[found["unit"]]


def shown(text: str) -> str:
    """A cell as its sheet shows it: 782 for the number 782.0."""
    return WHOLE.sub("", text) if isinstance(text, SheetNumber) else text


def read(text: str, column: RegisterColumn, decided: NumberMarks, *, factor: float, words: Mapping[str, str]) -> Value:
    """The value of a cell that is not empty; raises BadCell. words: the file's own, by their folded form."""
    if column.kind == "number":
        return _number(text, column, decided, factor)
    if column.kind == "year":
        return _year(text, column)
    if column.kind == "day":
        return _day(text)
    if column.kind == "country":
        return _country(text)
    if column.kind == "yes_no":
        return _yes_no(text, words)
    if column.kind == "word":
        return _word(text, column, words)
    return _text(text, column)


def _number(text: str, column: RegisterColumn, decided: NumberMarks, factor: float) -> float:
    digits, own = number_of(text, column.name)
    try:
        value = float(f"{decided.number(digits) * (factor if own is None else own):.{DIGITS}g}")
    except BadNumber as error:
        raise BadCell(str(error)) from error
    if not column.low <= value <= column.high:
        raise BadCell(f"{value:.6g} is not within {column.low:g} and {column.high:g}; check unit and decimal mark")
    return value


def _year(text: str, column: RegisterColumn) -> int:
    found = YEAR.fullmatch(text)
    year = int(found[1]) if found else _year_of_periods(text, is_last=column.name == "year_closed")
    if not column.low <= year <= column.high:
        raise BadCell(f"{year} is no year between {column.low:g} and {column.high:g}")
    return year


def _year_of_periods(text: str, *, is_last: bool) -> int:
    """The first year of a cell such as 1884-88, 1926, 1951-1952, or its last one."""
    periods = [PERIOD.fullmatch(one) for one in BETWEEN_PERIODS.split(text.strip())]
    if None in periods:
        told = "write four digits, or name it under missing in the map"
        raise BadCell(f"{text[:MOST_SHOWN]!r} is no year and no period of years; {told}")
    years = [(int(one[1]), one[2] or one[1]) for one in periods if one]
    if not is_last:
        return min(start for start, _ in years)
    return max(_end(start, end) for start, end in years)


def _end(start: int, end: str) -> int:
    """The year in which a period ends; of two digits one of the same century, unless it may be a month."""
    if len(end) == 2 and (int(end) <= MONTHS or int(end) <= start % 100):
        raise BadCell(f"{start}-{end} may be a month, or of another century; write four digits")
    year = int(end) if len(end) == 4 else start // 100 * 100 + int(end)
    if year < start:
        raise BadCell(f"{start}-{end} ends before it begins")
    return year


def _day(text: str) -> str:
    if isinstance(text, SheetNumber) and DAY_NUMBERS[0] <= float(text) <= DAY_NUMBERS[1]:
        raise BadCell(f"{text} is how a sheet counts days; give its column the form of a date")
    try:
        return dt.datetime.fromisoformat(text).date().isoformat()  # a sheet holds a day as its midnight
    except ValueError:
        raise BadCell(f"{text[:MOST_SHOWN]!r} is no day; write 2026-05-31, or state date_format in the map") from None


def _country(text: str) -> str:
    if not (found := countries.code(text)):
        raise BadCell(f"{text[:MOST_SHOWN]!r} is no country; write its ISO 3166 code, such as PT")
    return found


def _yes_no(text: str, words: Mapping[str, str]) -> str:
    folded = same(words.get(same(text), text))
    folded = {"1.0": "1", "0.0": "0"}.get(folded, folded)
    if folded in YES or folded in NO:
        return "yes" if folded in YES else "no"
    raise BadCell(f"{text[:MOST_SHOWN]!r} is neither yes nor no")


def _word(text: str, column: RegisterColumn, words: Mapping[str, str]) -> str:
    folded = same(text)
    if folded in words:
        return words[folded]
    for pattern, word in words.items():
        if fnmatchcase(folded, pattern):
            return word
    for word in column.words:
        if folded.replace("-", " ").replace("_", " ") == word.replace("-", " "):
            return word
    told = f"{text[:MOST_SHOWN]!r} is no {column.name}{choices(text, column.words)}"
    raise BadCell(f"{told}; or say which it is under [words.{column.name}] of the map")


def _text(text: str, column: RegisterColumn) -> str:
    found = " ".join(shown(text).split())
    if found.startswith("'") and found[1:].startswith(BEGINS):
        found = found[1:]  # so a text that begins a formula is written in CSV
    most = MAX_ID if column.name == "id" else MAX_TEXT
    if len(found) > most:
        raise BadCell(f"has {len(found)} characters; {most} are the most")
    if not found.isprintable():
        raise BadCell("holds a character that cannot be printed; take it out")
    return found
