"""What a yearly recovery would be of the EU's consumption: only where somebody has entered that, with its source."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Final

from msgspec import Meta, Struct

DENOMINATOR_MISSING: Final = "denominator missing: enter the EU's yearly consumption with its source"
NUMERATOR_MISSING: Final = "yearly throughput missing: state it with its source"


class Consumption(Struct, frozen=True, forbid_unknown_fields=True):
    """The EU's yearly consumption of one element [t], as a person entered it."""

    element: str
    tonnes_per_year: Annotated[float, Meta(gt=0)]
    year: int
    source: Annotated[str, Meta(min_length=5)]
    author: Annotated[str, Meta(min_length=2)]
    entered: dt.date


def share(element: str, tonnes_per_year: float, known: tuple[Consumption, ...]) -> float | None:
    """Share of the EU's consumption, 0 to 1 and more; None when nobody has entered the consumption."""
    entered = [one for one in known if one.element == element]
    return tonnes_per_year / max(entered, key=lambda one: one.year).tonnes_per_year if entered else None


def words(element: str, tonnes_per_year: float | None, known: tuple[Consumption, ...]) -> str:
    """Say the share with its source, or what is missing for it; tonnes_per_year None: nobody has stated it."""
    found = share(element, tonnes_per_year or 0.0, known)
    if found is None:
        return DENOMINATOR_MISSING
    if tonnes_per_year is None:
        return NUMERATOR_MISSING
    newest = max((one for one in known if one.element == element), key=lambda one: one.year)
    return f"{Decimal(f'{100 * found:.2g}'):f} % of the EU's consumption of {newest.year} ({newest.source})"
