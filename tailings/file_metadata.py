"""What a file of observations says of itself beside its rows: units, flags, places, licence, citation.

The archive and the files of the api say it with the same words, so that a reader of one can read the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from tailings import quantities
from tailings.geometry import Tip, in_force
from wire import quality

KEY: Final = "tailwatch"
"""Under which the metadata stands in a file, as JSON."""
VERSION: Final = 1
UNITS: Final = "UCUM"
SCHEME: Final = "QARTOD"
FLAGS: Final = {str(flag): meaning for flag, meaning in quality.FLAGS}
MAX_CITED: Final = 5
"""Datastreams that a citation names; of more it says how many there are."""


class MeasuringPlace(NamedTuple):
    """Where a datastream is measured: degrees by `crs`, and metres above the vertical datum, where they are stated.

    location_of: facility or node, whichever has a point on the map; elevation_of: tip or node.
    """

    lon: float | None = None
    lat: float | None = None
    location_of: str | None = None
    crs: str | None = None
    elevation_m: float | None = None
    elevation_of: str | None = None
    vertical_datum: str | None = None


def place(
    facility: Mapping[str, Any], node: Mapping[str, Any] | None, tips: Sequence[Any] | None, at: dt.datetime
) -> MeasuringPlace:
    """Return the place of a datastream at an instant.

    facility: its document; node: the position of the node in it; tips: the dated geometry of the instrument.
    """
    own = (node or {}).get("location")
    point = own or facility.get("location")
    tip = in_force(msgspec.convert(list(tips or ()), list[Tip]), at)
    height_m = (node or {}).get("elevation_m") if tip is None else tip.tip_elevation_m
    return MeasuringPlace(
        lon=point["lon"] if point else None,
        lat=point["lat"] if point else None,
        location_of=("node" if own else "facility") if point else None,
        crs=(facility.get("crs") or "EPSG:4326") if point else None,
        elevation_m=height_m,
        elevation_of=None if height_m is None else "node" if tip is None else "tip",
        vertical_datum=None if height_m is None else facility.get("vertical_datum"),
    )


def of_facility(id: str, name: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file says of the facility, of its units and of its flags."""
    return {
        "format": VERSION,
        "facility": id,
        "name": name,
        "licence": document.get("licence"),
        "operator": document.get("operator"),
        "region": document.get("region"),
        "units": UNITS,
        "quality": {"scheme": SCHEME, "flags": FLAGS},
    }


def of_datastream(quantity: str, unit: str, formula: str | None, origin: str) -> dict[str, Any]:
    """Return what a file says of a datastream; the definition is the URI of a QUDT quantity kind."""
    known = {one.name: one.definition for one in quantities.QUANTITIES}
    return {
        "quantity": quantity,
        "unit": unit,
        "definition": known.get(quantity),
        "formula": formula,
        "origin": origin,
    }


def citation(
    facility: str,
    operator: str | None,
    datastreams: Sequence[str],
    span: tuple[str, str],
    *,
    known_at: str,
    address: str,
) -> str:
    """Return the line by which a file is cited: whose data, the year, what, from when to when, as of when, and where.

    span, known_at: RFC 3339. The form is that of DataCite: creator (year): title. identifier.
    """
    named = ", ".join(datastreams[:MAX_CITED])
    more = f" (+{len(datastreams) - MAX_CITED})" if len(datastreams) > MAX_CITED else ""
    title = f"{facility}: {named}{more}, {span[0]}/{span[1]}, as_of={known_at}"
    return f"{operator or facility} ({known_at[:4]}): {title}. {address}"
