"""What a person answers for in a study: a spread, a number or a sentence, with author, day and ground."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

from tailings.estimate.discounting import CashFlows
from tailings.estimate.outcomes import Spread

Positive = Annotated[float, Meta(gt=0)]
Word = Annotated[str, Meta(min_length=1, max_length=200)]
Sentence = Annotated[str, Meta(min_length=3, max_length=2000)]


class Assumption(Struct, frozen=True, forbid_unknown_fields=True):
    """An uncertain input that a person answers for: P90, P50, P10, since when, on what ground."""

    p90: float
    p50: float
    p10: float
    author: Word
    dated: dt.date
    source: Word

    def __post_init__(self) -> None:
        if not self.p90 <= self.p50 <= self.p10:
            raise ValueError(
                f"p90 {self.p90:g}, p50 {self.p50:g} and p10 {self.p10:g} must rise: nine in ten exceed P90, the lowest"
            )
        self.spread()  # one that cannot be drawn is refused with the file

    def spread(self, most: float = 1e15) -> Spread:
        """The input as it is drawn."""
        return Spread(self.p90, self.p50, self.p10, 0.0, most)


class Statement(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence that a person answers for."""

    says: Sentence
    author: Word
    dated: dt.date
    source: Word


class Certified(Struct, frozen=True, forbid_unknown_fields=True):
    """The certified content [mg/kg] of an element in a standard material, and its standard deviation."""

    material: Word
    element: Word
    mg_per_kg: Positive
    sd_mg_per_kg: Positive
    author: Word
    dated: dt.date
    source: Word


def of_element(known: Iterable[Certified], element: str) -> dict[str, tuple[float, float]]:
    """Certified value and standard deviation [mg/kg] of an element by material."""
    return {one.material: (one.mg_per_kg, one.sd_mg_per_kg) for one in known if one.element == element}


class ExchangeRate(Struct, frozen=True, forbid_unknown_fields=True):
    """What one unit of the currency of a study costs [USD], by which printed prices are turned into it."""

    usd: Positive
    author: Word
    dated: dt.date
    source: Word


class DiscountRate(Struct, frozen=True, forbid_unknown_fields=True):
    """The discount rate [1/a], real: prices and costs are of one day."""

    per_year: Annotated[float, Meta(ge=0, le=1)]
    author: Word
    dated: dt.date
    source: Word


class YearlyThroughput(Struct, frozen=True, forbid_unknown_fields=True):
    """Dry tonnes that are worked off in a year, and whether a year's cash flow stands at its middle or its end."""

    tonnes_per_year: Positive
    cash_flows: CashFlows
    author: Word
    dated: dt.date
    source: Word
