"""One cell of a laboratory's result column: a number, a limit that it is below or above, or no result at all."""

from __future__ import annotations

import math
import re
from typing import Final, Literal

from msgspec import Struct

Sign = Literal["", "<", ">"]
NO_RESULT: Final = frozenset({"", "n.s.", "ns", "n.a.", "na", "n/a", "is", "i.s.", "lnr", "-", "nss"})
"""Not sampled, not analysed, insufficient sample, listed and not received: what laboratories write for no result."""
NOT_DETECTED: Final = frozenset({"nd", "n.d.", "bdl", "b.d.l.", "<dl", "<lod", "trace", "tr"})
NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d{1,2})?")
THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
MAX_CHARACTERS: Final = 40


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


def read_result(text: str) -> Result:
    """Read a cell; raises BadResult.

    A comma is a decimal mark unless it could be one of thousands: 1,234 is refused, because 1234 and 1.234 are both
    meant by it somewhere.
    """
    word = text.strip()
    if len(word) > MAX_CHARACTERS:
        raise BadResult(f"has more than {MAX_CHARACTERS} characters; write one number")
    if word.casefold() in NO_RESULT:
        return Result(None)
    if word.replace(" ", "").casefold() in NOT_DETECTED:
        raise BadResult(f"{word!r} does not say below which limit; write < and the detection limit")
    sign: Sign = "<" if word[0] in "<≤" else ">" if word[0] in ">≥" else ""
    return Result(_number(word[1:].strip() if sign else word, word), sign)


def _number(digits: str, word: str) -> float:
    if THOUSANDS.fullmatch(digits):
        raise BadResult(f"{word!r} may mean thousands or decimals; write {digits.replace(',', '')} or use a point")
    if not NUMBER.fullmatch(digits):
        raise BadResult(f"{word!r} is no number; write digits with one decimal mark, <limit, >limit or n.s.")
    value = float(digits.replace(",", "."))
    if value < 0:
        raise BadResult(f"{word!r} is negative; a laboratory that writes -0.5 for <0.5 must be told apart by hand")
    return value
