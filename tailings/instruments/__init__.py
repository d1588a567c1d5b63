"""Instrument kinds: one file each, named like the driver that reads it.

A kind is a module with
    CHANNELS     raw channel name -> quantity, e.g. {"frequency": "frequency"}; what the driver can publish
    Settings     msgspec Struct: keys allowed under `settings` of an instrument of this kind
    CALIBRATION  msgspec Struct, a union of Structs told apart by `kind`, or None when it needs no calibration
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from msgspec import Struct

from tailings import plugins

PACKAGE = __name__
MANUAL: Final = "sample_point"
"""The kind whose values people bring: they read it by hand, or a laboratory does."""
NOT_READ: Final = (MANUAL, "virtual", "local_alarm")
"""Kinds that no node reads."""


class NoSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """For kinds that have nothing to set."""


def get(driver: str) -> ModuleType:
    """The instrument kind of a driver; raises plugins.UnknownPlugin."""
    return plugins.find(PACKAGE, driver)


def names() -> tuple[str, ...]:
    """The names of all instrument kinds."""
    return plugins.names(PACKAGE)
