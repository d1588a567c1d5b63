"""The competent person of a study: who states E and F of each commodity, and signs; without one it is a screening."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

from msgspec import Meta, Struct

from tailings.commodities.unfc import Axis, Criterion
from tailings.study.statements import Sentence, Word

SCREENING: Final = "screening, not an estimate"
Category = Annotated[str, Meta(pattern=r"^[EF][1-4](\.[1-3])?$")]


class StatedClass(Struct, frozen=True, forbid_unknown_fields=True):
    """E and F of a commodity as the person states them (E2, F2.1), and why."""

    element: Word
    e: Category
    f: Category
    reason: Sentence

    def __post_init__(self) -> None:
        if self.e[0] != "E" or self.f[0] != "F":
            raise ValueError("e: write E1, E2, E3 or E3.2; f: write F1 to F4 or F2.1")
        for axis, category in (("E", self.e), ("F", self.f)):
            self._criterion("E" if axis == "E" else "F", category, "person", dt.date.min)

    def criteria(self, name: str, dated: dt.date) -> tuple[Criterion, ...]:
        """What it allows, as criteria of the two axes."""
        return self._criterion("E", self.e, name, dated), self._criterion("F", self.f, name, dated)

    def _criterion(self, axis: Axis, category: str, name: str, dated: dt.date) -> Criterion:
        number, _, sub = category[1:].partition(".")
        return Criterion(axis, "Competent person", int(number), self.reason, name, scored=dated, sub=int(sub or 0))


class CompetentPerson(Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers for a study: name, organisation, day, and the statement that is the signature."""

    name: Word
    organisation: Word
    dated: dt.date
    statement: Sentence
    rating: Annotated[tuple[StatedClass, ...], Meta(min_length=1, max_length=20)]

    @property
    def words(self) -> str:
        """Who, of where, when."""
        return f"{self.name}, {self.organisation}, {self.dated}"


def standing(signed: CompetentPerson | None) -> str:
    """Say what a class stands on, in files."""
    return SCREENING if signed is None else f"stated and signed by {signed.words}"
