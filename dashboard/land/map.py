"""The map of the page of land use: layers, the facility, ways and overlap, drawn by the server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, get_args

from api.land.models import DrawnFeature, FacilityLand, LandPicture, Place, Reach
from dashboard.drawing import Drawing, Point, Scale, SvgPath, Symbol, path
from dashboard.land.amounts import distance, named
from tailings.land.surroundings import RADII_M
from texts import Texts, say

SIDE: Final = 400
STATE_WIDE: Final = 18
LETTER: Final = 7.0
HIGH: Final = 12.0
DOT: Final = 4.0
FAR: Final = 16.0
"""How far a label may lie from what it names."""
ORDER: Final = ("plan", "protected-area", "inundation", "settlement", "water-body", "river")
"""What is drawn first lies below."""
SHARED: Final = ("plan", "protected-area", "settlement", "water-body")
"""Kinds whose overlap with the facility is drawn, as the table has it."""


@dataclass(frozen=True)
class ShownLayer:
    """A layer of which something is seen, with its swatch."""

    kind: str
    name: str
    layer: str


@dataclass(frozen=True)
class LandMap:
    """The drawing, the outline by which overlaps are cut, and what stands beside it."""

    drawing: Drawing
    outline: str
    shared: Sequence[str]
    layers: Sequence[ShownLayer]
    reaches: Sequence[tuple[str, str, bool]]
    """Words, address, and whether it is shown."""
    notes: Sequence[str]


Numbers = Mapping[tuple[str, int], int]
"""The number of each shape in the table, by layer and its number there."""


class _MapPaper:
    """A drawing being made, with the boxes in which words stand already."""

    def __init__(self, picture: LandPicture, says: str) -> None:
        self.drawing = Drawing(SIDE, SIDE, says)
        self._x = Scale(-picture.reach_m, picture.reach_m, 0, SIDE)
        self._y = Scale(-picture.reach_m, picture.reach_m, SIDE, 0)
        middle = SIDE / 2
        self._taken = [(middle - STATE_WIDE / 2, middle - STATE_WIDE / 2, middle + STATE_WIDE / 2, middle + 9)]

    def at(self, place: Place) -> Point:
        return self._x(place[0]), self._y(place[1])

    def points(self, places: Iterable[Place]) -> list[Point]:
        return [self.at(one) for one in places]

    def ring_path(self, rings: Iterable[Sequence[Place]]) -> str:
        return path((self.points(one) for one in rings), closed=True)

    def label(self, at: Point, words: str, look: str) -> None:
        """Write words beside a point, the nearest place where no other words stand; where there is none, over them."""
        wide = LETTER * len(words)
        steps = (0.0, -FAR, FAR, -2 * FAR, 2 * FAR)
        tries = sorted(product(steps, steps), key=lambda step: (step == (0.0, 0.0), abs(step[0]) + abs(step[1])))
        for right, down in tries:
            x = min(max(at[0] + right, wide / 2 + 2), SIDE - wide / 2 - 2)
            y = min(max(at[1] + down, HIGH), SIDE - HIGH / 2)
            box = (x - wide / 2, y - HIGH / 2, x + wide / 2, y + HIGH / 2)
            if not any(_meet(box, other) for other in self._taken):
                self._taken.append(box)
                self.drawing.text(x, y + HIGH / 3, words, look, "middle")
                return
        self.drawing.text(*at, words, look, "middle")


def of(found: FacilityLand, state: str, numbers: Numbers, texts: Texts) -> LandMap | None:
    """Draw the map, with the state of the facility ('': a dot); None: it has no place."""
    picture, words = found.picture, texts["land"]
    if picture is None:
        return None
    of_map = words["map"]
    says = say(of_map["says"], reach=distance(picture.reach_m), facility=found.name)
    paper = _MapPaper(picture, says)
    for one in sorted(picture.shapes, key=lambda shape: ORDER.index(shape.kind)):
        _draw(paper, one)
    outline = paper.ring_path(picture.outline)
    if outline:
        paper.drawing.paths.append(SvgPath(outline, "own"))
    _rings(paper, picture)
    _ways(paper, picture, numbers)
    if state:
        paper.drawing.symbols.append(Symbol(SIDE / 2, SIDE / 2, state, STATE_WIDE))
    else:
        paper.drawing.dots([(SIDE / 2, SIDE / 2)], DOT, "dot")
    shared = [paper.ring_path(one.lines) for one in picture.shapes if one.form == "area" and one.kind in SHARED]
    return LandMap(
        paper.drawing,
        outline,
        shared if outline else [],
        layers=_layers(found, picture, words),
        reaches=_reaches(found, picture),
        notes=_notes(found, picture, numbers, words),
    )


def _draw(paper: _MapPaper, one: DrawnFeature) -> None:
    if one.form == "area":
        paper.drawing.paths.append(SvgPath(paper.ring_path(one.lines), one.kind))
    elif one.form == "line":
        for line in one.lines:
            paper.drawing.line(paper.points(line), one.kind)
    else:
        places = [paper.at(place) for line in one.lines for place in line]
        paper.drawing.dots(places, DOT, f"{one.kind} dot")


def _rings(paper: _MapPaper, picture: LandPicture) -> None:
    """Circles of the distances within which people are counted, with what they are: they are the scale."""
    for radius_m in RADII_M:
        if radius_m < picture.reach_m:
            radius = SIDE / 2 * radius_m / picture.reach_m
            paper.drawing.dots([(SIDE / 2, SIDE / 2)], radius, "ring")
            paper.label((SIDE / 2, SIDE / 2 - radius), distance(radius_m), "halo q")


def _ways(paper: _MapPaper, picture: LandPicture, numbers: Numbers) -> None:
    """The numbers of the table at the shapes, and the shortest way to the nearest of each layer with its length."""
    led: set[str] = set()
    for one in sorted(picture.shapes, key=lambda shape: _length(shape.way)):
        number = numbers.get((one.layer, one.number))
        if number is None:
            continue
        at = paper.at(one.way[1]) if one.way else _inner(paper, one)
        if not _is_seen(at):
            continue
        words = str(number)
        if one.way and one.layer not in led:
            paper.drawing.line(paper.points(one.way), "way")
            words = f"{number}: {distance(_length(one.way))}"
        led.add(one.layer)
        paper.label(at, words, "halo")


def _length(way: tuple[Place, Place] | None) -> float:
    return 0.0 if way is None else ((way[1][0] - way[0][0]) ** 2 + (way[1][1] - way[0][1]) ** 2) ** 0.5


def _inner(paper: _MapPaper, one: DrawnFeature) -> Point:
    """The middle of what is seen of a shape that meets the facility."""
    inside = [at for line in one.lines for at in paper.points(line) if _is_seen(at)]
    if not inside:
        return SIDE / 2, SIDE / 2
    return sum(x for x, _ in inside) / len(inside), sum(y for _, y in inside) / len(inside)


def _is_seen(at: Point) -> bool:
    return 0 <= at[0] <= SIDE and 0 <= at[1] <= SIDE


def _layers(found: FacilityLand, picture: LandPicture, words: Texts) -> list[ShownLayer]:
    seen = {one.layer for one in picture.shapes}
    known = [one.layer for kind in found.kinds for one in kind.layers] + [one.layer for one in found.inundations]
    shown = [ShownLayer(one.kind, words["kinds"][one.kind], named(one, words)) for one in known if one.layer in seen]
    if found.outline is not None and picture.outline:
        shown.append(ShownLayer("own", words["kinds"]["facility-outline"], named(found.outline, words)))
    return shown


def _reaches(found: FacilityLand, picture: LandPicture) -> list[tuple[str, str, bool]]:
    of_facility = f"/f/{found.facility}/land"
    return [(distance(one), f"{of_facility}?reach_m={one}#map", one == picture.reach_m) for one in get_args(Reach)]


def _notes(found: FacilityLand, picture: LandPicture, numbers: Numbers, words: Texts) -> list[str]:
    """What is not drawn, and why: outside, without a layer, without room."""
    of_map, seen = words["map"], {(one.layer, one.number) for one in picture.shapes}
    outside = [str(number) for key, number in numbers.items() if key not in seen]
    unknown = [words["kinds"][kind.kind] for kind in found.kinds if not kind.layers]
    told: list[tuple[str, dict[str, Any]]] = [
        ("outside", {"numbers": ", ".join(outside)}),
        ("unknown", {"kinds": ", ".join(unknown)}),
        ("left_out", {"layers": ", ".join(picture.left_out)}),
    ]
    return [say(of_map[name], **values) for name, values in told if all(values.values())]


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
