"""One cell of a laboratory's result column: a number, a limit that it is below or above, or no result at all."""

from __future__ import annotations

import math
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
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError("a result is finite")

    def estimate(self, share_below: float = 0.5) -> float | None:
        """Give the number to reckon with: a share of the limit when below it, the limit itself when above.

        share_below: 0 to 1; half the limit is the usual convention (secondary) and is named in the method statement.
        """
        if self.value is None or self.sign != "<":
            return self.value
        return self.value * share_below


def read_result(text: str, marks: NumberMarks = ALONE, *, may_be_negative: bool = False) -> Result:
    """Read a cell by the marks of its file; raises BadResult. A content is never negative, a potential may be.

    Alone, a comma is a decimal mark unless it could be one of thousands: 1,234 is refused, because 1234 and 1.234 are
    both meant by it somewhere.
    """
    word = cell_text(text)
    if len(word) > MAX_CHARACTERS:
        raise BadResult(f"has more than {MAX_CHARACTERS} characters; write one number")
    if word.casefold() in NO_RESULT:
        return Result(None)
    if word.replace(" ", "").casefold() in NOT_DETECTED:
        raise BadResult(f"{word!r} does not say below which limit; write < and the detection limit")
    sign, digits = signed(word)
    try:
        value = marks.number(digits)
    except BadNumber as error:
        raise BadResult(f"{error}; a limit is <0.5 or >100, no result n.s.") from error
    if value < 0 and not may_be_negative:
        raise BadResult(f"{word!r} is negative; where the laboratory means <{-value:g} by it, a map says so")
    return Result(value, sign)


def signed(word: str) -> tuple[Sign, str]:
    """Part the sign of a limit from its number."""
    sign: Sign = "<" if word[:1] in LESS else ">" if word[:1] in MORE else ""
    return (sign, type(word)(word[1:].strip())) if sign else ("", word)
