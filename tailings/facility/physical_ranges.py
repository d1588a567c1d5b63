"""What no sensor can give fails without a line in the file: the limits of its instrument kind, as a filter."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from tailings import filters, instruments, quantities, units
from tailings.facility.model import Datastream, Facility

PHYSICAL: Final = "physical_range"
OWN: Final = frozenset({"gross_range", PHYSICAL})
"""With one of these a file has a range of its own."""


def applied(facility: Facility) -> dict[str, Datastream]:
    """The datastreams of a facility, the raw ones with the range of their sensor where they have none of their own."""
    found = {}
    for name, datastream in facility.datastreams.items():
        limits = _limits(datastream, facility.instruments[datastream.instrument].driver)
        if limits is not None and not datastream.filters.keys() & OWN:
            physical = filters.get(PHYSICAL).Settings(*limits)
            datastream = replace(datastream, filters={**datastream.filters, PHYSICAL: physical})
        found[name] = datastream
    return found


def _limits(datastream: Datastream, driver: str) -> tuple[float, float] | None:
    """Lowest and highest value in the unit of the datastream; None where the kind says none of its channel."""
    kind, channel = instruments.get(driver), datastream.name.rpartition(".")[2]
    limits = getattr(kind, "LIMITS", {}).get(channel)
    if limits is None or not datastream.is_raw:
        return None
    usual = quantities.get(kind.CHANNELS[channel]).unit
    if units.get(usual).dimension != units.get(datastream.unit).dimension:
        return None
    lowest, highest = (units.convert(float(one), usual, datastream.unit) for one in limits)
    return lowest, highest
