"""Limits of a site's permit as a facility file states them: each for a point and a substance, with source and dates."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

Statistic = Literal["annual-mean", "maximum", "range"]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
MAX_A_YEAR = 366


class PermitLimit(Struct, frozen=True, forbid_unknown_fields=True):
    """One limit of a permit, in the unit that the permit writes it in.

    point, medium, substance, fraction: as in the laboratory's table; pH, EC and Eh have no fraction. least: of a range.
    samples_a_year: how many the permit asks for; a mean needs it. valid_to: its last day.
    """

    point: str
    medium: str
    substance: str
    statistic: Statistic
    most: Annotated[float, Meta(ge=0, le=1e9)]
    unit: str
    source: Text
    valid_from: dt.date
    fraction: str = ""
    least: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    samples_a_year: Annotated[int, Meta(ge=1, le=MAX_A_YEAR)] | None = None
    valid_to: dt.date | None = None
