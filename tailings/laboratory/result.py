"""One cell of a laboratory's result column: a number, a limit that it is below or above, or no result at all."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from tailings.mapped_tables.number_marks import ALONE, BadNumber, NumberMarks, cell_text

Sign = Literal["", "<", ">"]
NO_RESULT: Final = frozenset({"", "n.s.", "ns", "n.a.", "na", "n/a", "is", "i.s.", "lnr", "-", "nss"})
"""Not sampled, not analysed, insufficient sample, listed and not received: what laboratories write for no result."""
NOT_DETECTED: Final = frozenset({"nd", "n.d.", "bdl", "b.d.l.", "<dl", "<lod", "trace", "tr"})
MAX_CHARACTERS: Final = 40
LESS: Final = ("<", "≤")
MORE: Final = (">", "≥")


class BadResult(ValueError):
    """A cell that is no result; the sentence says what to write instead."""


class Result(Struct, frozen=True):
    """A result in the unit of its column; `value` is the limit when `sign` is "<" or ">", None when there is none."""

    value: float | None
    sign: Sign = ""

    def __post_init__(self) -> None:
        if self.value is None and self.sign:
            raise ValueError("a sign needs its limit")
        if self.value is not None and not (math.isfinite(self.value) and self.value >= 0):
            raise ValueError("a content is finite and not negative")

    def estimate(self, share_below: float = 0.5) -> float | None:
        """Give the number to reckon with: a share of the limit when below it, the limit itself when above.

        share_below: 0 to 1; half the limit is the usual convention (secondary) and is named in the method statement.
        """
        if self.value is None or self.sign != "<":
            return self.value
        return self.value * share_below


def read_result(text: str, marks: NumberMarks = ALONE) -> Result:
    """Read a cell by the marks of its file; raises BadResult.

    Alone, a comma is a decimal mark unless it could be one of thousands: 1,234 is refused, because 1234 and 1.234 are
    both meant by it somewhere.
    """
    word = _word(text)
    if word is None:
        return Result(None)
    if word.replace(" ", "").casefold() in NOT_DETECTED:
        raise BadResult(f"{word!r} does not say below which limit; write < and the detection limit")
    sign, digits = signed(word)
    value = _number(digits, marks, "a limit is <0.5 or >100, no result n.s.")
    if value < 0:
        meant = f"where the laboratory means <{-value:g} by it, write that, or say so in a map of assays"
        raise BadResult(f"{word!r} is negative; {meant}")
    return Result(value, sign)


def read_potential(text: str, marks: NumberMarks = ALONE) -> float | None:
    """Read a cell of what may be negative and has no limit of detection, None for no result; raises BadResult."""
    word = _word(text)
    return None if word is None else _number(word, marks, "no result is n.s.")


def numbers_of(rows: Iterable[tuple[int, Sequence[str]]], places: Collection[int]) -> Iterator[tuple[int, str]]:
    """The cells that hold numbers, at these places of numbered rows, without the signs of limits, each with its row."""
    for number, cells in rows:
        yield from ((number, signed(cell_text(cells[at]))[1]) for at in places if at < len(cells))


def _word(text: str) -> str | None:
    """A cell without blanks around it; None where there is no result."""
    word = cell_text(text)
    if len(word) > MAX_CHARACTERS:
        raise BadResult(f"has more than {MAX_CHARACTERS} characters; write one number")
    return None if word.casefold() in NO_RESULT else word


def _number(digits: str, marks: NumberMarks, else_write: str) -> float:
    try:
        return marks.number(digits)
    except BadNumber as error:
        raise BadResult(f"{error}; {else_write}") from error


def signed(word: str) -> tuple[Sign, str]:
    """Part the sign of a limit from its number."""
    sign: Sign = "<" if word[:1] in LESS else ">" if word[:1] in MORE else ""
    return (sign, type(word)(word[1:].strip())) if sign else ("", word)
