"""Marks of numbers: which of comma and point is the decimal mark of a file, and which one parts thousands.

Decided once a file, by the numbers that leave no choice (0,15 or 1.234.567): 1,234 alone could be read in two ways. A
cell that a sheet holds as a number has a point whatever its texts have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from tailings.table_file import SheetNumber

POWER: Final = r"([eE][+-]?\d{1,2})?"
PLAIN: Final = re.compile(rf"[+-]?(\d+([.,]\d+)?|[.,]\d+|\d+[.,]){POWER}", re.ASCII)
GROUPED: Final = re.compile(
    r"[+-]?[1-9]\d{0,2}(?P<mark>[.,'’ \u00a0\u2009\u202f])\d{3}((?P=mark)\d{3})*((?!(?P=mark))[.,]\d+)?", re.ASCII
)
"""Thousands apart, by comma, point, apostrophe or a narrow space."""
EITHER: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
MOST_SHOWN: Final = 80
OR_MAP: Final = ", or state `decimal` in a map"
"""The other way out of mixed marks, for a file that may have a map."""
OTHER: Final = {".": ",", ",": "."}


class MixedMarks(ValueError):
    """A file with two decimal marks; `places` are those of the first number with each."""

    def __init__(self, places: tuple[int, int], message: str) -> None:
        super().__init__(message)
        self.places = places


class BadNumber(ValueError):
    """A text that is no number by the marks of its file; the sentence says what to write."""


class NumberMarks(Struct, frozen=True):
    """The decimal mark of a file; "": no number of it says, and 1,234 is refused, unless points are trusted 1.234."""

    decimal: str = ""
    trusts_point: bool = False

    def number(self, text: str) -> float:
        """Read a number; raises BadNumber."""
        decimal = "." if isinstance(text, SheetNumber) else self.decimal
        if EITHER.fullmatch(text) and not decimal and not (self.trusts_point and "." in text):
            plain, point = re.sub("[.,]", "", text), text.replace(",", ".")
            raise BadNumber(f"{text!r} may mean thousands or decimals; write {plain}, or {point}0 for decimals")
        said = decimal_of(text)
        if said is None:
            raise BadNumber(f"{text[:MOST_SHOWN]!r} is no number; write digits with one decimal mark")
        if said and decimal and said != decimal:
            raise BadNumber(f"{text!r} has not the decimal mark of the file, {decimal!r}")
        decimal = decimal or said or "."
        digits = "".join(one for one in text if one.isascii() and (one.isalnum() or one in "+-" or one == decimal))
        return float(digits.replace(decimal, "."))


ALONE: Final = NumberMarks(trusts_point=True)
"""Of a number that stands alone: a program wrote it with a point."""


def cell_text(cell: str) -> str:
    """A cell without blanks at its ends; what a sheet holds as a number stays one."""
    return cell if isinstance(cell, SheetNumber) else cell.strip()


def decimal_of(text: str) -> str | None:
    """The decimal mark that a number shows; "" where it shows none, None for what is no number."""
    grouped, used = GROUPED.fullmatch(text), {one for one in text if one in ".,"}
    if not grouped and not PLAIN.fullmatch(text):
        return None
    if EITHER.fullmatch(text) or not used:
        return ""
    if not grouped:
        return used.pop()
    rest = used - {grouped["mark"]}
    return rest.pop() if rest else OTHER[grouped["mark"]] if grouped["mark"] in OTHER else used.pop()


def decide(cells: Iterable[tuple[int, str]], stated: str = "") -> NumberMarks:
    """Give the marks of a file by its numbers, each with its row, or as they are stated; raises MixedMarks."""
    if stated:
        return NumberMarks(stated)
    first: dict[str, tuple[int, str]] = {}
    for place, text in cells:
        if not isinstance(text, SheetNumber) and (mark := decimal_of(text)):
            first.setdefault(mark, (place, text))
    if len(first) == 2:
        (row, one), (other_row, other) = sorted(first.values())
        raise MixedMarks(
            (row, other_row),
            f"{one!r} here and {other!r} in row {other_row} have different decimal marks; write one of them all "
            "through the file",
        )
    return NumberMarks(next(iter(first), ""))
