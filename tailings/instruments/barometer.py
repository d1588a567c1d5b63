"""Barometer of a node or gateway: pressure as the instrument gives it, and the temperature of the air around it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

CALIBRATION = None
CHANNELS = {"pressure": "barometric-pressure", "temperature": "temperature"}
RAIL = "field12"
LIMITS = {"pressure": (30.0, 115.0)}
"""kPa: above the highest mine, and below the deepest pit, there is none."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the barometer that a node reads answers with the temperature too, 0 where not."""

    has_temperature: Annotated[int, Meta(ge=0, le=1)] = 0
    """1 where it answers with the temperature too, 0 where not."""
