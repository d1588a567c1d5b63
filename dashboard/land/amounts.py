"""Distances, areas and layers in words, as the map and the tables of land use have them."""

from __future__ import annotations

from typing import Final

from api.land.models import LandLayer
from dashboard import numbers
from texts import Texts, say, writing

KM: Final = 1_000.0
HECTARE_M2: Final = 10_000.0
STEP_M: Final = 10
"""To which distances are written: nearer than that no layer is drawn."""


def distance(metres: float) -> str:
    """To 10 m below a kilometre, to 0.1 km above; beside it or across it: 0 m."""
    if metres < KM:
        return f"{numbers.fixed(round(metres / STEP_M) * STEP_M, 0)} m"
    return f"{numbers.fixed(metres / KM, 1)} km"


def hectares(area_m2: float) -> str:
    """To 0.1 ha."""
    return f"{numbers.fixed(area_m2 / HECTARE_M2, 1)} ha"


def named(one: LandLayer, words: Texts) -> str:
    """Which layer, with its licence and day: beside each number."""
    day = writing.calendar_day(one.day.isoformat())
    return say(words["of_layer"], title=one.title, source=one.source, licence=one.licence, day=day)
