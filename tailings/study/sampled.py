"""The intervals of a study: what was measured of each, and where."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct


class Sampled(Struct, frozen=True):
    """One interval of a hole [m] with its grades [mg/kg]; what was not measured is not among them.

    place: file and row that it came from, for a sentence. below: the limit [mg/kg] of each result that is below one.
    above: elements whose result is above the most that its method tells, and counts as that.
    """

    hole: str
    chainage_m: float
    offset_m: float
    collar_m: float
    top_m: float
    bottom_m: float
    material: str
    grades: dict[str, float]
    sampled: dt.date | None = None
    bulk_t_m3: float | None = None
    water_share: float | None = None
    oxidised_m: float | None = None
    place: str = ""
    below: dict[str, float] = {}
    above: tuple[str, ...] = ()
