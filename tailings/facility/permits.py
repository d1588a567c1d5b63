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
    """The sampling point, as in the laboratory's table."""
    medium: str
    """The kind of water, as in the laboratory's table."""
    substance: str
    """The substance, as in the laboratory's table."""
    statistic: Statistic
    """What the limit is of: the mean of a year, the highest value, or a range."""
    most: Annotated[float, Meta(ge=0, le=1e9)]
    """The highest value that is allowed. [unit]"""
    unit: str
    """The unit of the limit, as the permit writes it."""
    source: Text
    """The permit and its condition."""
    valid_from: dt.date
    """The first day of the limit."""
    fraction: str = ""
    """dissolved, total or bioavailable, where the substance has fractions."""
    least: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    """The lowest value that is allowed, of a range. [unit]"""
    samples_a_year: Annotated[int, Meta(ge=1, le=MAX_A_YEAR)] | None = None
    """How many samples a year the permit asks for."""
    valid_to: dt.date | None = None
    """The last day of the limit."""
