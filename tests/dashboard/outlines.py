"""Writes `dashboard/static/outlines.json`: `python -m tests.dashboard.outlines`.

Outlines of countries for maps, from npm's world-atlas 2.0.2 (ISC; Natural Earth 4.1.0, 1:50 million, public domain):
Europe and what is around it as it is there, the rest of the world coarser by Douglas and Peucker (1973). Arcs that two
countries share stay shared, so that no gap opens between them.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np

ROOT: Final = Path(__file__).parents[2]
ATLAS: Final = ROOT / "node_modules/world-atlas/countries-50m.json"
FILE: Final = ROOT / "dashboard/static/outlines.json"
EUROPE: Final = (-32.0, 27.0, 46.0, 72.0)
"""West, south, east, north: with the Canaries, Iceland, North Cape and the Caucasus."""
FINE_DEG: Final = 0.01
COARSE_DEG: Final = 0.25
STEPS: Final = 100
"""Of a degree: about a kilometre, finer than what the map is true to."""


def made() -> str:
    """The file."""
    atlas = json.loads(ATLAS.read_text())
    arcs = [_thinned(_points(arc, atlas["transform"])) for arc in atlas["arcs"]]
    countries = [
        {"type": one["type"], "arcs": one["arcs"]}
        for one in atlas["objects"]["countries"]["geometries"]
        if "arcs" in one
    ]
    return json.dumps(
        {
            "type": "Topology",
            "source": "Natural Earth 4.1.0, 1:50 million (public domain), by npm's world-atlas 2.0.2 (ISC), thinned",
            "transform": {"scale": [1 / STEPS, 1 / STEPS], "translate": [0, 0]},
            "objects": {"countries": {"type": "GeometryCollection", "geometries": countries}},
            "arcs": [_steps(arc) for arc in arcs],
        },
        separators=(",", ":"),
    )


def _points(steps: list[list[int]], transform: dict[str, Any]) -> np.ndarray:
    """The points of an arc [degrees], whose steps are counted from the point before."""
    return np.cumsum(steps, axis=0) * transform["scale"] + transform["translate"]


def _thinned(arc: np.ndarray) -> np.ndarray:
    west, south, east, north = EUROPE
    x, y = arc.T
    is_near = (x.max() > west) and (x.min() < east) and (y.max() > south) and (y.min() < north)
    return _simplified(arc, FINE_DEG if is_near else COARSE_DEG)


def _simplified(arc: np.ndarray, tolerance: float) -> np.ndarray:
    """Leave out what lies within a tolerance of the line between what is kept; the ends stay."""
    keep, open_parts = np.zeros(len(arc), bool), [(0, len(arc) - 1)]
    keep[[0, -1]] = True
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        start, way = arc[first], arc[last] - arc[first]
        between = arc[first + 1 : last] - start
        length = np.hypot(*way)
        away = np.abs(way[0] * between[:, 1] - way[1] * between[:, 0]) / length if length else np.hypot(*between.T)
        furthest = int(np.argmax(away))
        if away[furthest] > tolerance:
            middle = first + 1 + furthest
            keep[middle] = True
            open_parts += [(first, middle), (middle, last)]
    return arc[keep]


def _steps(arc: np.ndarray) -> list[list[int]]:
    """An arc as steps of hundredths of a degree; a point on the one before is left out, but for the last."""
    found = np.round(arc * STEPS).astype(int)
    moved = np.diff(found, axis=0, prepend=[[0, 0]])
    kept = [step.tolist() for number, step in enumerate(moved) if number == 0 or step.any()]
    return kept if len(kept) > 1 else [*kept, [0, 0]]


if __name__ == "__main__":
    FILE.write_text(made() + "\n")
