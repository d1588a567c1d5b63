"""Where the facilities of a register lie: longitude and latitude of each row, and what is wrong with them.

Swapped axes, a lost sign and a wrong zone are found by the country that the row names; a row without coordinates is no
fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from tailings.mapped_tables.coordinates import (
    ANGLES,
    METRES,
    UTM_HALF,
    WGS_84,
    degrees,
    epsg,
    epsg_of_cell,
    epsg_of_zone,
    transformed,
)
from tailings.mapped_tables.faults import BadMap
from tailings.mapped_tables.number_marks import BadNumber, NumberMarks
from tailings.register import countries

DECIMALS: Final = 7
"""A hundredth of a metre; what is read again from an export is the same."""
NOWHERE_DEG: Final = 1e-6
MIRRORED: Final = ((-1, 1), (1, -1), (-1, -1))
Cells = Mapping[str, str]
"""The cells of one row by column."""
Place = tuple[float, float]
MAX_SYSTEMS: Final = 120
"""All zones of both halves."""
LEAVE: Final = "correct the row, or leave both empty"


class BadPlace(ValueError):
    """Coordinates that cannot be; `column` says which of them."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def read(rows: Sequence[Cells], crs: str, decided: NumberMarks) -> list[Place | BadPlace | None]:
    """The place of each row, None where it has no coordinates; raises BadMap for a reference system that is none."""
    pair = METRES if any(METRES[0] in row for row in rows) else ANGLES
    found = [_read(row, pair, decided) for row in rows]
    if pair is METRES:
        found = _on_earth(found, [_system(row, crs) for row in rows], epsg(crs))
    return [_checked(place, row, pair) for place, row in zip(found, rows, strict=True)]


def _read(row: Cells, pair: Sequence[str], decided: NumberMarks) -> Place | BadPlace | None:
    texts = [row.get(name, "") for name in pair]
    if not any(texts):
        return None
    values = []
    for name, text in zip(pair, texts, strict=True):
        if not text:
            return BadPlace(name, f"is empty, but the other coordinate is not; {LEAVE}")
        try:
            value = decided.number(text) if pair is METRES else degrees(text)
        except BadNumber as error:
            return BadPlace(name, str(error))
        if value is None:
            return BadPlace(name, f"{text[:40]!r} is no angle; write -7.7312, or 7°43'52\"W")
        values.append(value)
    return values[0], values[1]


def _system(row: Cells, crs: str) -> str | BadPlace:
    """The code of the reference system of a row: as its own cell says, its zone, or the map."""
    if said := row.get("crs", ""):
        told = f"{said[:40]!r} is no reference system; write EPSG:25830, or UTM 30 north"
        return epsg_of_cell(said) or BadPlace("crs", told)
    if UTM_HALF.fullmatch(crs.strip()):
        zone = row.get("utm_zone", "")
        return epsg_of_zone(crs, zone) or BadPlace(
            "utm_zone", f"{zone[:40]!r} is no UTM zone; write 1 to 60, or {LEAVE}"
        )
    return epsg(crs) or BadPlace("crs", f"is empty, and the map states no crs; {LEAVE}")


def _on_earth(
    found: Sequence[Place | BadPlace | None], systems: Sequence[str | BadPlace], of_map: str
) -> list[Place | BadPlace | None]:
    """Eastings and northings, each in its system, as longitudes and latitudes."""
    told = list(found)
    by_system: dict[str, list[int]] = {}
    for number, (one, system) in enumerate(zip(found, systems, strict=True)):
        if isinstance(one, tuple) and isinstance(system, str):
            by_system.setdefault(system, []).append(number)
        elif isinstance(one, tuple):
            assert isinstance(system, BadPlace)
            told[number] = system
    if len(by_system) > MAX_SYSTEMS:
        raise BadMap(
            f"crs: a file has up to {MAX_SYSTEMS} reference systems, this one {len(by_system)}; send it in parts"
        )
    for system, numbers in by_system.items():
        turned = _turned([found[number] for number in numbers], system, is_of_map=system == of_map)
        for number, place in zip(numbers, turned, strict=True):
            told[number] = place
    return told


def _turned(places: Sequence[Any], system: str, *, is_of_map: bool) -> list[Place | BadPlace]:
    """Places of one system in WGS 84; one that is none is a fault of its rows, or of the map."""
    metres = np.array(places, float).reshape(-1, 2)
    try:
        x, y, _ = transformed(metres[:, 0], metres[:, 1], system, WGS_84)
    except BadMap as error:
        if is_of_map:
            raise
        return [BadPlace("crs", f"{error}; {LEAVE}")] * len(places)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _checked(place: Place | BadPlace | None, row: Cells, pair: Sequence[str]) -> Place | BadPlace | None:
    if not isinstance(place, tuple):
        return place
    longitude, latitude = place
    said = f"{row[pair[0]]}; {row[pair[1]]}"
    country = countries.code(row.get("country", ""))
    if not np.isfinite(place).all():
        return BadPlace(
            pair[0], f"{said} is no place in this reference system; check axes, zone and digits, and {LEAVE}"
        )
    if max(abs(longitude), abs(latitude)) < NOWHERE_DEG:
        return BadPlace(pair[0], f"{said} is the origin of coordinates and stands for no place; {LEAVE}")
    if not _is_on_earth(longitude, latitude):
        if _can_be(latitude, longitude, country):
            return BadPlace(pair[0], f"{said} are in exchanged order; lead the headings to the other one, or {LEAVE}")
        return BadPlace(pair[0] if abs(longitude) > 180 else pair[1], f"{said} is no place on earth; {LEAVE}")
    if country and countries.is_in(country, longitude, latitude) is False:
        return BadPlace(pair[0], f"{said} {_elsewhere(longitude, latitude, country)}; {LEAVE}")
    return round(longitude, DECIMALS), round(latitude, DECIMALS)


def _elsewhere(longitude: float, latitude: float, country: str) -> str:
    """What is likely wrong with a place that does not lie in its country."""
    if _can_be(latitude, longitude, country):
        return f"are in exchanged order: the other way they lie in {country}"
    for east, north in MIRRORED:
        if _can_be(east * longitude, north * latitude, country):
            return f"have a wrong sign: {east * longitude:.4f}; {north * latitude:.4f} lies in {country}"
    other = countries.at(longitude, latitude)
    return f"lies in {other or 'no country'}, not in {country}; check zone, digits and country"


def _can_be(longitude: float, latitude: float, country: str) -> bool:
    if not _is_on_earth(longitude, latitude):
        return False
    return not country or countries.is_in(country, longitude, latitude) is True


def _is_on_earth(longitude: float, latitude: float) -> bool:
    return abs(longitude) <= 180 and abs(latitude) <= 90
