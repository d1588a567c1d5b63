"""Coordinates as people write them: degrees, minutes and seconds, UTM and other reference systems by name."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from tailings.mapped_tables.faults import BadMap
from tailings.series import Values

METRES: Final = ("easting_m", "northing_m")
ANGLES: Final = ("longitude", "latitude")
EPSG: Final = re.compile(r"EPSG:\d{4,6}", re.IGNORECASE | re.ASCII)
UTM: Final = re.compile(r"UTM\s*(\d{1,2})\s*(north|south)", re.IGNORECASE | re.ASCII)
UTM_HALF: Final = re.compile(r"UTM\s*(north|south)", re.IGNORECASE | re.ASCII)
"""UTM whose zone a column says."""
ZONE: Final = re.compile(r"\D{0,10}(\d{1,2})(\.0)?\D{0,10}", re.ASCII)
NUMBER: Final = re.compile(r"(\d{4,6})(\.0)?", re.ASCII)
UTM_ZONES: Final = 60
EPSG_OF_UTM: Final = {"north": 32600, "south": 32700}
"""Of WGS 84, zone 0 (EPSG registry, through pyproj in the tests)."""
WGS_84: Final = "EPSG:4326"
DEGREES: Final = re.compile(
    r"(?P<first>[NSEWO]\s*)?(?P<sign>[+-])?\s*(?P<d>\d{1,3}([.,]\d+)?)\s*[°º:]?\s*"
    r"((?<!\d)(?P<m>\d{1,2}([.,]\d+)?)\s*['’′:]?\s*)?((?<!\d)(?P<s>\d{1,2}([.,]\d+)?)\s*(\"|''|’’|″|”)?\s*)?(?P<last>[NSEWO])?",
    re.IGNORECASE,
)
MAX_CHARACTERS: Final = 40
NEGATIVE: Final = ("S", "W", "O")
"""O is oeste and ouest; where it is Ost, the place is rejected as too far from where it should be."""


def epsg(crs: str) -> str:
    """The code of a reference system as people write it; "" for anything else, which PROJ might take for a file."""
    found = UTM.fullmatch(crs.strip())
    if found and 1 <= int(found[1]) <= UTM_ZONES:
        return f"EPSG:{EPSG_OF_UTM[found[2].lower()] + int(found[1])}"
    return crs.strip().upper() if EPSG.fullmatch(crs.strip()) else ""


def epsg_of_zone(half: str, zone: str) -> str:
    """The code of a zone, as a cell has it (30, 30T, Huso 30), on the half that a map names (UTM north); "" for others.

    A letter behind the zone is not read: S is the south to some, and a band of the north (MGRS) to others.
    """
    found, side = ZONE.fullmatch(zone.strip()), UTM_HALF.fullmatch(half.strip())
    return epsg(f"UTM {found[1]} {side[1]}") if found and side else ""


def epsg_of_cell(text: str) -> str:
    """The code of a reference system in a cell: as people write it, or its number alone; "" for anything else."""
    found = NUMBER.fullmatch(text.strip())
    return epsg(f"EPSG:{found[1]}" if found else text)


def degrees(text: str) -> float | None:
    """Read decimal degrees, or degrees, minutes and seconds, with a sign or a letter; None for anything else."""
    found = DEGREES.fullmatch(text.strip()[:MAX_CHARACTERS])
    if found is None:
        return None
    parts = [float((found[name] or "0").replace(",", ".")) for name in ("d", "m", "s")]
    letter = (found["first"] or found["last"] or "").strip().upper()
    if any(part >= 60 for part in parts[1:]) or (letter and found["sign"]):
        return None
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if letter in NEGATIVE or found["sign"] == "-" else value


def transformed(x: Values, y: Values, of: str, to: str) -> tuple[Values, Values, bool]:
    """Places (n,) of one reference system in another, and whether that one is projected; raises BadMap."""
    try:
        import pyproj
    except ModuleNotFoundError as error:
        raise BadMap("grid: other coordinates need pyproj: pip install 'tailwatch[laboratory]'") from error
    try:
        found = pyproj.Transformer.from_crs(of, to, always_xy=True)
        east, north = found.transform(x, y)
    except pyproj.exceptions.ProjError as error:
        raise BadMap(f"grid: {of} cannot be turned into {to}; write EPSG:32719 or UTM 19 south") from error
    is_projected = found.target_crs is not None and found.target_crs.is_projected
    return np.asarray(east), np.asarray(north), is_projected
