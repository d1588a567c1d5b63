"""Water-quality sonde: pH, conductivity, redox, oxygen, turbidity and temperature."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Head = Annotated[int, Meta(ge=0, le=1)]
CALIBRATION = None
CHANNELS = {
    "ph": "ph",
    "conductivity": "conductivity",
    "orp": "redox-reading",
    "oxygen": "dissolved-oxygen",
    "turbidity": "turbidity",
    "temperature": "temperature",
}
RAIL = "field12"
NODE_CHANNELS = ("ph", "conductivity", "temperature", "orp", "turbidity")


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the sonde that a node reads has such a head, 0 where not."""

    has_redox: Head = 0
    """1 where the sonde has a redox head, 0 where not."""
    has_turbidity: Head = 0
    """1 where the sonde has a turbidity head, 0 where not."""
