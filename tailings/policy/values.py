"""What an indicator stands on, and what it says: rows of facilities, and a value between its bounds."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from msgspec import Struct

Value = str | int | float | bool | list[float]
Shown = Literal["share", "hours", "count", "people", "tonnes"]


class PolicyRow(Struct, frozen=True):
    """A facility as it stood at an instant.

    key: `facility:vale` or `register:pt:12`, the same for ever; version: of what its values were taken from
    (`file@3, pt:12@1`); values: those that the indicator asks for; a value that nobody states is not there.
    """

    key: str
    name: str
    version: str
    values: dict[str, Value] = {}

    def number(self, name: str) -> Fraction | None:
        """Return a value as an exact number; None where nobody states it."""
        found = self.values.get(name)
        return Fraction(found) if isinstance(found, int | float) else None

    def amount(self, name: str) -> Fraction:
        """Return a value as it is added up; nothing where nobody states it."""
        return self.number(name) or Fraction(0)


class Measured(Struct, frozen=True):
    """An indicator over some rows, exactly. None: it has no value there; high None: nothing bounds it from above.

    low and high bound what the value can be where something is not known; known of `of`: rows that say enough.
    """

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    known: int
    of: int
    independent: tuple[float, float, float] | None = None
    """P90, P50 and P10 where amounts of facilities tell nothing of one another; of sums of uncertain amounts."""


def share(part: int, of: int) -> Fraction | None:
    """Return a share; None: a share of nothing is none."""
    return Fraction(part, of) if of else None


def total(amounts: Iterable[Fraction]) -> Fraction:
    """Add exactly."""
    return sum(amounts, Fraction(0))
