"""Instrument kinds: one file each, named like the driver that reads it.

A kind is a module with
    CHANNELS     raw channel name -> quantity, e.g. {"frequency": "frequency"}; what the driver can publish
    Settings     msgspec Struct: keys allowed under `settings` of an instrument of this kind
    CALIBRATION  msgspec Struct, a union of Structs told apart by `kind`, or None when it needs no calibration
and, where it has such,
    LIMITS       raw channel name -> (lowest, highest) value that the sensor can give, in the unit of the quantity:
                 what lies outside fails (filter physical_range), unless the facility file has a range of its own
    LEVELS       raw channels that are a level or a head as the device itself makes it, from pressure or otherwise
    NODE_CHANNELS  those of CHANNELS that the driver on a node can send, where these are not all; a logger may send more
    RAIL         the switched supply of a node that the instrument itself is connected to, unless it has its own
    READ_ELSEWHERE  the kind to name where a logger reads such an instrument; without it this kind has its channels too
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from msgspec import Struct

from tailings import plugins

PACKAGE = __name__
MANUAL: Final = "sample_point"
"""The kind whose values people bring: they read it by hand, or a laboratory does."""
VENTED: Final = "vented"
ABSOLUTE: Final = "absolute"
NO_PRESSURE: Final = "none"
"""What the pressure of a gauge is measured against: the air, by a tube; nothing, it is sealed; it measures none."""
SAY_PRESSURE: Final = f'add pressure = "{VENTED}" (a tube to the air) or pressure = "{ABSOLUTE}" (sealed) to it'
SAY_ANY_PRESSURE: Final = (
    f'{SAY_PRESSURE}, or pressure = "{NO_PRESSURE}" where it measures no pressure (radar, ultrasonic, float)'
)
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


def origin(driver: str) -> str:
    """Where the values of an instrument of a facility file come from: persons, or it is measured."""
    return "manual" if driver == MANUAL else "measured"
