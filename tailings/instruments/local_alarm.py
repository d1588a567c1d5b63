"""The local alarm of an edge agent: carries the level that the agent has latched for one plan, 0 green to 3 red."""

from __future__ import annotations

from msgspec import Struct

CALIBRATION = None
CHANNELS = {"level": "alarm-level"}


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The plan (`[tarp.<plan>]`) whose level it carries."""

    plan: str
    """The plan whose level it carries."""
