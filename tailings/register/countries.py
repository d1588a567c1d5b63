"""Countries: their codes by name in the languages of registers, and whether a place lies in one.

Outlines: Natural Earth 1:110 million (public domain) through world-atlas 2.0.2 (ISC), 174 countries in hundredths of a
degree, coarse at coasts and borders; a country without an outline is not checked. Names: CLDR, by Babel.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import msgspec
import numpy as np

from tailings.mapped_tables.header import same
from tailings.regions.polygons import crossings
from tailings.series import Values

LANGUAGES: Final = (
    "en",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "sv",
    "fi",
    "nb",
    "da",
    "nl",
    "pl",
    "cs",
    "sk",
    "ro",
    "bg",
    "el",
)
ALPHA_2: Final = 2
NO_COUNTRIES: Final = ("EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "XK")
"""Codes of CLDR that ISO 3166 has not."""
TURN_DEG: Final = 360.0
TOLERANCE_DEG: Final = 0.5
"""How far beside its outline a country still is: the outlines leave out islands and bends of tens of kilometres."""


def code(text: str) -> str:
    """The ISO 3166 code of a country by code or name; "" for what is none."""
    return _codes().get(same(text), "")


@cache
def _codes() -> dict[str, str]:
    from babel import Locale  # its data of 17 languages, for who imports a register

    found: dict[str, str] = {}
    for language in LANGUAGES:
        for one, name in Locale(language).territories.items():
            if len(one) == ALPHA_2 and one.isalpha() and one not in NO_COUNTRIES:
                found.setdefault(same(str(name)), one)
                found[one.casefold()] = one
    return found


@cache
def _outlines() -> dict[str, list[Values]]:
    content = resources.files(__package__).joinpath("outlines.json").read_bytes()
    rings = msgspec.json.decode(content, type=dict[str, list[list[tuple[float, float]]]])
    return {one: [_unbroken(np.asarray(ring)) for ring in found] for one, found in rings.items()}


def _unbroken(ring: Values) -> Values:
    """A ring that goes on beyond 180 degrees, where its outline jumps to the other side; not so one around a pole."""
    x = np.unwrap(ring[:, 0], period=TURN_DEG)
    return np.column_stack([x, ring[:, 1]]) if abs(x[-1] - x[0]) < TURN_DEG / 2 else ring


def rings_within(west: float, south: float, east: float, north: float) -> list[Values]:
    """The outlines (n, 2) of which some may lie in a box of degrees."""
    low, high = np.array([west, south]), np.array([east, north])
    rings = [ring for found in _outlines().values() for ring in found]
    return [ring for ring in rings if (ring.max(axis=0) >= low).all() and (ring.min(axis=0) <= high).all()]


def is_in(country: str, longitude: float, latitude: float) -> bool | None:
    """Whether a place lies in a country, or within TOLERANCE_DEG of it; None where its outline is not known."""
    rings = _outlines().get(country)
    if rings is None:
        return None
    return _is_inside(rings, longitude, latitude) or any(
        _distance_deg(ring, x, latitude) <= TOLERANCE_DEG for ring in rings for x in _turns(longitude)
    )


def at(longitude: float, latitude: float) -> str:
    """The country that a place lies in; "" for none."""
    for country, rings in _outlines().items():
        if _is_inside(rings, longitude, latitude):
            return country
    return ""


def _is_inside(rings: list[Values], x: float, y: float) -> bool:
    """Within any ring: an enclave is a country of its own, and near enough to the one around it."""
    return any(
        crossings(ring, np.array([turn]), np.array([y]))[0] % 2
        for ring in rings
        for turn in _turns(x)
        if ring.min(axis=0)[0] <= turn <= ring.max(axis=0)[0]
    )


def _turns(longitude: float) -> tuple[float, float, float]:
    """The names of a meridian within a turn of the earth to both sides."""
    return longitude, longitude - TURN_DEG, longitude + TURN_DEG


def _distance_deg(ring: Values, x: float, y: float) -> float:
    """To the nearest edge, a degree of longitude as long as it is at that latitude."""
    squeeze = np.array([np.cos(np.radians(y)), 1.0])
    points = (ring - (x, y)) * squeeze
    start, step = points[:-1], np.diff(points, axis=0)
    length = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip(-(start * step).sum(axis=1) / length, 0.0, 1.0)
    return float(np.hypot(*(start + share[:, None] * step).T).min())
