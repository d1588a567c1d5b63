"""What is known of a facility before anybody estimates it: what its register says, and its own samples."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

MAX_OWN: Final = 8
"""Samples up to which a facility is screened; with more, a study is the place (our own rule)."""
AGES: Final = (1900, 1946, 1971, 1991, 2011)
"""First years of the classes of age: what a plant could recover has changed (our own classes)."""
Place = tuple[float, float]


class ElementSamples(Struct, frozen=True):
    """Results of an element in a facility: grades [mg/kg] of places, and how many of them are below their limit."""

    grades: tuple[float, ...]
    below: int = 0


class FacilityFacts(Struct, frozen=True):
    """A facility: main commodity and all that it is said to hold (symbols), type, year, place (longitude, latitude).

    mass_t: of the waste [t]; None where nobody says. mass_missing: a code. samples: rows of assays, of any element.
    """

    key: str
    commodities: tuple[str, ...] = ()
    type: str = ""
    year: int | None = None
    place: Place | None = None
    mass_t: float | None = None
    mass_missing: str = ""
    samples: int = 0
    assays: dict[str, ElementSamples] = {}

    @property
    def main(self) -> str:
        """The commodity that its register names first, "" where it names none."""
        return self.commodities[0] if self.commodities else ""

    @property
    def age(self) -> str:
        """The class of its age, "" where its year is unknown."""
        return "" if self.year is None else str(sum(self.year >= first for first in AGES))
