"""Strip logs: each hole with its material, its composites as bars, and today's water line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from api.dashboard.drawing import Drawing, Path, Scale, ticks
from api.dashboard.texts import Texts, say
from tailings.study import Water
from tailings.study.allowed import water_line
from tailings.study.results import Result, Strip

from .amounts import grade

WIDTH, HEIGHT, TOP, BOTTOM, LEFT = 1340, 350, 66, 330, 46
COLUMN: Final = 16
LOOKS: Final = {
    "oxidised sand": "oxidised", "sand": "sand", "sand and slimes": "mixed", "slimes": "slime",
}  # fmt: skip
MAX_HOLES: Final = 16


def drawing(result: Result, water: list[Water], texts: Texts) -> Drawing | None:
    """Draw up to MAX_HOLES holes in order along the crest; None without holes."""
    holes = sorted(result.strips, key=lambda hole: (hole.chainage_m, -hole.offset_m))[:MAX_HOLES]
    if not holes:
        return None
    words = texts["value"]["logs"]
    y = _elevations(holes)
    step = (WIDTH - LEFT) / len(holes)
    most = max((bar[2] for hole in holes for bar in hole.composite), default=1.0)
    picture = Drawing(WIDTH, HEIGHT, say(words["says"], n=len(holes), element=result.cut_off_element))
    for value in ticks(y.low, y.high, 6):
        picture.line([(LEFT, y(value)), (WIDTH, y(value))], "grid")
        picture.text(LEFT - 6, y(value) + 4, f"{value:.0f}", "q", "end")
    line = water_line(water, np.array([hole.chainage_m for hole in holes]), np.array([hole.offset_m for hole in holes]))
    boxes: dict[str, list[str]] = {}
    for number, hole in enumerate(holes):
        left = LEFT + number * step + 8
        grades = Scale(0, most, left + COLUMN + 3, left + step - 10)
        for look, box in _hole(hole, left, y, grades, result.cut_off_mg_per_kg):
            boxes.setdefault(look, []).append(box)
        picture.text(left, y(hole.collar_m) - 8, hole.hole, "b halo")
        if line is not None:
            level = y(float(line[number]))
            boxes.setdefault("now", []).append(f"M{left - 6:.1f} {level:.1f}H{left + step - 10:.1f}")
    # One path a look: a page of sixteen holes would else hold a thousand elements.
    picture.paths += [Path("".join(parts), look) for look, parts in boxes.items()]
    _key(picture, most, step, texts)
    return picture


def _hole(hole: Strip, left: float, y: Scale, grades: Scale, cut_off: float) -> Iterator[tuple[str, str]]:
    """The boxes of one hole with their looks: material, composites, the line of the cut-off."""
    for top, bottom, material in hole.material:
        look = f"{LOOKS.get(material, 'fill')} lined"
        yield look, _box(left, left + COLUMN, y(hole.collar_m - top), y(hole.collar_m - bottom))
    for top, bottom, value in hole.composite:
        high, low = y(hole.collar_m - top) + 1, y(hole.collar_m - bottom) - 1
        yield "above" if value >= cut_off else "below", _box(grades(0), grades(value), high, low)
    deepest = max((bottom for _, bottom, _ in hole.material), default=0.0)
    yield "dotted", f"M{grades(cut_off):.1f} {y(hole.collar_m):.1f}V{y(hole.collar_m - deepest):.1f}"


def _box(left: float, right: float, high: float, low: float) -> str:
    return f"M{left:.1f} {high:.1f}H{right:.1f}V{low:.1f}H{left:.1f}Z"


def _key(picture: Drawing, most: float, step: float, texts: Texts) -> None:
    words, left = texts["value"]["logs"], LEFT + 8.0
    for look in LOOKS.values():
        picture.area([(left, 6), (left + 18, 6), (left + 18, 19), (left, 19)], f"{look} lined")
        picture.text(left + 24, 17, words[look])
        left += 138
    picture.line([(left, 12), (left + step - COLUMN - 13, 12)], "edge")
    picture.text(left + step - COLUMN - 6, 17, say(words["scale"], grade=grade(most, 2)))
    picture.line([(left + 210, 12), (left + 240, 12)], "now")
    picture.text(left + 247, 17, words["water"])


def _elevations(holes: list[Strip]) -> Scale:
    top = max(hole.collar_m for hole in holes)
    low = min(hole.collar_m - max((piece[1] for piece in hole.material), default=0.0) for hole in holes)
    return Scale(low, top, BOTTOM, TOP)
