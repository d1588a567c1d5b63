"""Writes `tailings/register/outlines.json`: `python -m tests.tailings.register.outlines`.

From the page assets' own package world-atlas 2.0.2 (ISC; Natural Earth 1:110 million, public domain).
"""

import json
from pathlib import Path
from typing import Any, Final

from babel.core import get_global

ROOT: Final = Path(__file__).parents[3]
ATLAS: Final = ROOT / "node_modules/world-atlas/countries-110m.json"
FILE: Final = ROOT / "tailings/register/outlines.json"
DIGITS: Final = 2


def made() -> str:
    """The outlines of each country by its ISO 3166 code: rings of longitude and latitude in hundredths of a degree."""
    atlas = json.loads(ATLAS.read_text())
    arcs = [_arc(arc, atlas["transform"]) for arc in atlas["arcs"]]
    codes = get_global("territory_aliases")
    found: dict[str, list[list[list[float]]]] = {}
    for one in atlas["objects"]["countries"]["geometries"]:
        if one.get("id") in codes:
            polygons = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
            found[codes[one["id"]][0]] = [_ring(ring, arcs) for polygon in polygons for ring in polygon]
    lines = [f'"{code}":{json.dumps(found[code], separators=(",", ":"))}' for code in sorted(found)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _arc(steps: list[list[int]], transform: dict[str, Any]) -> list[list[float]]:
    """The points of an arc, whose steps are counted from the point before."""
    (width, height), (west, south), x, y = transform["scale"], transform["translate"], 0, 0
    points = []
    for dx, dy in steps:
        x, y = x + dx, y + dy
        points.append([round(x * width + west, DIGITS), round(y * height + south, DIGITS)])
    return points


def _ring(numbers: list[int], arcs: list[list[list[float]]]) -> list[list[float]]:
    points: list[list[float]] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


if __name__ == "__main__":
    FILE.write_text(made())
