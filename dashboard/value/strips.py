"""Strip logs: holes along a line with material, composites as bars, oxidised depth, and today's water line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from api.studies.models import HoleLine
from dashboard import numbers
from dashboard.drawing import Drawing, Point, Scale, ticks
from tailings.study.results import Strip, StudyResult
from texts import Texts, load, say

from .amounts import grade

WIDTH, HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 1340, 404, 76, 334, 46, 1336
COLUMN, GAP = 18, 3
WIDEST: Final = 170
"""A hole with its bars is no wider, however few there are."""
AXIS: Final = HEIGHT - 30
LOOKS: Final = {
    "oxidised sand": "oxidised",
    "sand": "sand",
    "sand and slimes": "mixed",
    "slimes": "slime",
}


class DrawnHole(NamedTuple):
    """A hole with its place on the line, and the water line on the way to it from the hole before [m a.s.l.]."""

    hole: Strip
    distance_m: float
    off_m: float
    water_m: Sequence[float]


def drawing(row: HoleLine, result: StudyResult, texts: Texts) -> Drawing:
    """Draw the holes of a line; where two would overlap they stand side by side, and a line leads to their place."""
    words, strips = texts["value"]["logs"], {one.hole: one for one in result.strips}
    holes = [DrawnHole(strips[one.hole], one.distance_m, one.off_m, one.water_m) for one in row.holes]
    says = say(words["says"], n=len(holes), element=result.cut_off_element, line=name_of(row, texts))
    picture, y = Drawing(WIDTH, HEIGHT, says), _elevations(holes)
    levels = ticks(y.low, y.high, 6)
    picture.lines([[(LEFT, y(value)), (RIGHT, y(value))] for value in levels], "grid")
    for value in levels:
        picture.text(LEFT - 6, y(value) + 4, numbers.fixed(value, 0), "q", "end")
    picture.text(LEFT - 36, 58, load()["script"]["chart"]["above_sea"], "q")
    step = min(WIDEST, (RIGHT - LEFT) / len(holes))
    x = _along(holes, step)
    lefts = beside([x(one.distance_m) for one in holes], step)
    most = max((bar[2] for one in holes for bar in one.hole.composite), default=1.0)
    per_grade = Scale(0, most, 0, step - COLUMN - GAP - 10)
    scale = max(ticks(0, most, 4), default=most)
    picture.line([(left, y(one.hole.collar_m)) for left, one in zip(lefts, holes, strict=True)], "axis")
    picture.line([(left, y(_foot_m(one))) for left, one in zip(lefts, holes, strict=True)], "old")
    boxes: dict[str, list[Sequence[Point]]] = {}
    for left, one in zip(lefts, holes, strict=True):
        for look, box in _hole(one, left, y, per_grade, result.cut_off_mg_per_kg):
            boxes.setdefault(look, []).append(box)
        _name(picture, one, left, x, y, texts=texts)
    # One path a look: a page of sixteen holes would else hold a thousand elements.
    for look, some in boxes.items():
        picture.lines(some, look, closed=look != "dotted")
    _oxidised(picture, holes, lefts, y)
    _water(picture, holes, lefts, step, y, texts=texts)
    _axis(picture, row, x, texts)
    is_logged = any(one.hole.oxidised_m is not None for one in holes)
    _key(
        picture,
        per_grade(scale),
        is_logged,
        say(words["scale"], grade=grade(scale, 1), element=result.cut_off_element),
        texts,
    )
    return picture


def name_of(line: HoleLine, texts: Texts) -> str:
    """Name a line: as the facility file does, or the axis of the holes."""
    return line.name if line.is_section else str(texts["value"]["logs"]["axis"])


def beside(wanted: Sequence[float], step: float) -> list[float]:
    """Place columns `step` wide, in order and within the drawing, as near to where they are wanted as can be.

    Columns that would overlap form a block around the mean of their places (pool adjacent violators).
    """
    blocks: list[list[float]] = []
    for number, at in enumerate(wanted):
        blocks.append([at - number * step, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (low, few), (high, more) = blocks[-2:]
            blocks[-2:] = [[(low * few + high * more) / (few + more), few + more]]
    free = [mean for mean, count in blocks for _ in range(int(count))]
    last = RIGHT - step * len(wanted)
    return [min(max(at, float(LEFT)), max(float(LEFT), last)) + number * step for number, at in enumerate(free)]


def _along(holes: Sequence[DrawnHole], step: float) -> Scale:
    low, high = holes[0].distance_m, holes[-1].distance_m
    margin = step * len([one for one in holes if one.distance_m == low]) / 2
    return Scale(low, max(high, low + 1.0), LEFT + margin, RIGHT - margin - step)


def _foot_m(one: DrawnHole) -> float:
    return one.hole.collar_m - max((bottom for _, bottom, _ in one.hole.material), default=0.0)


def _hole(one: DrawnHole, left: float, y: Scale, per_grade: Scale, cut_off: float) -> Iterator[tuple[str, list[Point]]]:
    """The boxes of one hole with their looks: material, composites, the line of the cut-off."""
    hole, bars = one.hole, left + COLUMN + GAP
    for top, bottom, material in hole.material:
        look = f"{LOOKS.get(material, 'fill')} lined"
        yield look, _box(left, left + COLUMN, y(hole.collar_m - top), y(hole.collar_m - bottom))
    for top, bottom, value in hole.composite:
        high, low = y(hole.collar_m - top) + 1, y(hole.collar_m - bottom) - 1
        yield "above" if value >= cut_off else "below", _box(bars, bars + per_grade(value), high, low)
    yield "dotted", [(bars + per_grade(cut_off), y(hole.collar_m)), (bars + per_grade(cut_off), y(_foot_m(one)))]


def _box(left: float, right: float, high: float, low: float) -> list[Point]:
    return [(left, high), (right, high), (right, low), (left, low)]


def _name(picture: Drawing, one: DrawnHole, left: float, x: Scale, y: Scale, texts: Texts) -> None:
    """Write name and collar above a hole, how far it is off the line below, and lead from its foot to its place."""
    high, foot = y(one.hole.collar_m), y(_foot_m(one))
    picture.text(left, high - 21, one.hole.hole, "b halo")
    picture.text(left, high - 7, f"{numbers.fixed(one.hole.collar_m, 1)} m", "q halo")
    off = say(texts["value"]["logs"]["off"], off=numbers.fixed(one.off_m, 0))
    picture.text(left, foot + 14, off, "q halo")
    place = x(one.distance_m)
    picture.line([(left + 1, foot + 18), (left + 1, AXIS - 18), (place, AXIS - 6), (place, AXIS)], "lead")


def _water(
    picture: Drawing,
    holes: Sequence[DrawnHole],
    lefts: Sequence[float],
    step: float,
    y: Scale,
    texts: Texts,
) -> None:
    """Draw today's water line through the holes where they stand."""
    line: list[Point] = [(lefts[0], y(level)) for level in holes[0].water_m]
    for (x0, _), (x1, other) in pairwise(zip(lefts, holes, strict=True)):
        parts = len(other.water_m)
        line += [(x0 + (n + 1) / parts * (x1 - x0), y(level)) for n, level in enumerate(other.water_m)]
    if not line:
        return
    end = (min(line[-1][0] + step - 12, RIGHT), line[-1][1])
    picture.line([(max(line[0][0] - 12, LEFT), line[0][1]), *line, end], "now")
    picture.text(end[0], end[1] - 6, texts["value"]["logs"]["water"], "b halo", "end")


def _oxidised(picture: Drawing, holes: Sequence[DrawnHole], lefts: Sequence[float], y: Scale) -> None:
    """Draw how deep the holes are oxidised, through those whose logs say it; a silent log breaks the line."""
    for is_logged, run in groupby(zip(lefts, holes, strict=True), lambda one: one[1].hole.oxidised_m is not None):
        if is_logged:
            depths = [(left, y(one.hole.collar_m - (one.hole.oxidised_m or 0.0))) for left, one in run]
            picture.line([point for x, at in depths for point in ((x, at), (x + COLUMN, at))], "oxidation")


def _axis(picture: Drawing, row: HoleLine, x: Scale, texts: Texts) -> None:
    """The distance of each place along the line, once where holes share it."""
    picture.line([(LEFT, AXIS), (RIGHT, AXIS)], "axis")
    written = float("-inf")
    for distance in sorted({round(one.distance_m, 1) for one in row.holes}):
        place = x(distance)
        if place - written > 40:
            picture.text(place, AXIS + 16, numbers.fixed(distance, 0), "q", "middle")
            written = place
    key = "offset" if row.is_section else "distance"
    picture.text(RIGHT, AXIS + 16, texts["value"]["logs"][key], "q", "end")


def _key(picture: Drawing, width: float, is_logged: bool, scale: str, texts: Texts) -> None:
    words, left = texts["value"]["logs"], LEFT + 8.0
    for look in LOOKS.values():
        picture.area([(left, 6), (left + 18, 6), (left + 18, 19), (left, 19)], f"{look} lined")
        picture.text(left + 24, 17, words[look])
        left += 138
    picture.line([(left, 8), (left, 14), (left + width, 14), (left + width, 8)], "axis")
    picture.text(left + width + 6, 17, scale)
    picture.line([(left + 250, 12), (left + 280, 12)], "now")
    picture.text(left + 287, 17, words["water"])
    if is_logged:
        picture.line([(left + 370, 12), (left + 400, 12)], "oxidation")
        picture.text(left + 407, 17, words["oxidation"])


def _elevations(holes: Sequence[DrawnHole]) -> Scale:
    top = max(one.hole.collar_m for one in holes)
    return Scale(min(_foot_m(one) for one in holes), top, BOTTOM, TOP)
