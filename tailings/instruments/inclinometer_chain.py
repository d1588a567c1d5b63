"""In-place inclinometer or shape array: tilts numbered from the fixed end, in one or two axes, and temperatures."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

MAX_SEGMENTS = 200
MAX_NODE_SEGMENTS = 9
AXES = {"tilt": "tilt", "tilt-b": "tilt", "temperature": "temperature"}
CALIBRATION = None
CHANNELS = {f"{axis}-{number}": quantity for axis, quantity in AXES.items() for number in range(1, MAX_SEGMENTS + 1)}
RAIL = "field12"
NODE_CHANNELS = tuple(f"tilt-{number}" for number in range(1, MAX_NODE_SEGMENTS + 1))


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """segments: how many a node reads from the fixed end; a longer chain comes by another receiver."""

    segments: Annotated[int, Meta(ge=1, le=MAX_NODE_SEGMENTS)] = 8
    """How many segments a node reads from the fixed end."""
