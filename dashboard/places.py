"""Where facilities lie: a plain sketch on a grid of degrees, drawn by the server (it prints and needs no network)."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Protocol

from texts import load

from . import numbers, states

WIDTH, MARGIN, MIN_SPAN_DEG = 360, 44, 0.4
ROOM, TOUCHING, LETTER = 14, 24, 6.5
"""Half a mark with air around it, how close two symbols may lie, and a letter of a name, in units of the drawing."""
FAR, MOST_FAR, EDGE_DEG, MAX_SAID = 6.0, 0.2, 0.01, 12
STEPS_DEG = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45)
MAX_LINES = 5
LEAST_LAND_DEG = 2.0
"""Outlines that are tens of kilometres coarse say nothing of less."""


class Located(Protocol):
    """What a map shows of a facility; state: `states.REGISTERED` of a row of a register."""

    @property
    def facility(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...


Box = tuple[float, float, float, float]
"""West, south, east, north; or left, top, right, bottom."""
Land = Callable[[float, float, float, float], Sequence[Iterable[tuple[float, float]]]]
"""Rings of longitude and latitude, of which some may lie in a box."""
Project = Callable[[float], float]


@dataclass(frozen=True)
class Graticule:
    """A meridian or parallel with its label."""

    path: str
    x: float
    y: float
    words: str


@dataclass(frozen=True)
class MapSymbol:
    """A facility on the sketch, or several that lie too close together to be told apart.

    name: empty where it would lie over another; address leads to the facility, or to those of a group.
    """

    name: str
    state: str
    x: float
    y: float
    ids: tuple[str, ...]
    address: str
    says: str

    @property
    def is_group(self) -> bool:
        return len(self.ids) > 1

    @property
    def anchor(self) -> str:
        return "end" if self.x > WIDTH / 2 else "start"

    @property
    def dx(self) -> int:
        return -ROOM if self.x > WIDTH / 2 else ROOM


@dataclass(frozen=True)
class Sketch:
    """A drawing `WIDTH` wide; `words` say it without eyes; outside: far from all others, so named below it."""

    height: int
    lines: tuple[Graticule, ...]
    places: tuple[MapSymbol, ...]
    words: str
    outside: tuple[Located, ...]
    land: str = ""
    """The outlines of countries, as a path."""


def frame(located: Sequence[Located]) -> tuple[Box, list[Located], list[Located]]:
    """Give the box that holds those that lie together, and who is inside and who far outside of it.

    Far is more than `FAR` times the median distance from the middle, and no more than `MOST_FAR` of all are far: of
    few facilities none is left out.
    """
    lon, lat = median(one.lon for one in located), median(one.lat for one in located)
    squeeze = math.cos(math.radians(lat))

    def away(one: Located) -> float:
        return math.hypot((one.lon - lon) * squeeze, one.lat - lat)

    usual = FAR * max(median(map(away, located)), MIN_SPAN_DEG)
    far = [one for one in located if away(one) > usual]
    if len(far) > MOST_FAR * len(located):
        far = []
    near = [one for one in located if one not in far]
    return _box(near), near, far


def _box(places: Sequence[Located]) -> Box:
    lons, lats = [one.lon for one in places], [one.lat for one in places]
    return min(lons), min(lats), max(lons), max(lats)


def of_facility(one: Located) -> str:
    """The address of a facility of this site."""
    return f"/f/{one.facility}"


def sketch(
    located: Sequence[Located],
    address: Callable[[Located], str] = of_facility,
    of_group: Callable[[str], str] = "/?box={}".format,
    touching: int = TOUCHING,
    land: Land | None = None,
) -> Sketch | None:
    """Draw where facilities lie; None when none has a location.

    of_group: the address of what lies in a box; touching: how close two symbols may lie; land: outlines to draw, where
    the drawing is so wide that coarse ones say something.

    Equirectangular about the middle latitude: true enough for a region, and honest that it is a sketch.
    """
    if not located:
        return None
    box, near, far = frame(located)
    west, south, east, north = box
    squeeze = math.cos(math.radians((south + north) / 2))
    span = max((east - west) * squeeze, north - south, MIN_SPAN_DEG)
    scale = (WIDTH - 2 * MARGIN) / span
    middle = ((west + east) / 2, (south + north) / 2)
    height = round(max(200, (north - south) * scale + 2 * MARGIN))

    def x(degrees: float) -> float:
        return round(WIDTH / 2 + (degrees - middle[0]) * squeeze * scale, 1)

    def y(degrees: float) -> float:
        return round(height / 2 - (degrees - middle[1]) * scale, 1)

    half_lon, half_lat = WIDTH / 2 / scale / squeeze, height / 2 / scale
    meridians = [
        Graticule(f"M{x(deg)} 0V{height}", x(deg) + 4, height - 6, degrees_words(deg, "EW"))
        for deg in ticks(middle[0] - half_lon, middle[0] + half_lon)
        if x(deg) < WIDTH - MARGIN
    ]
    parallels = [
        Graticule(f"M0 {y(deg)}H{WIDTH}", 4, y(deg) - 4, degrees_words(deg, "NS"))
        for deg in ticks(middle[1] - half_lat, middle[1] + half_lat)
        if MARGIN / 2 < y(deg) < height - MARGIN / 2
    ]
    symbols = _named([_symbol(group, x, y, address, of_group) for group in _groups(near, x, y, touching)])
    names = load()["states"]
    words = "; ".join(f"{one.name}: {names[one.state]}" for one in located[:MAX_SAID])
    around = (middle[0] - half_lon, middle[1] - half_lat, middle[0] + half_lon, middle[1] + half_lat)
    rings = land(*around) if land is not None and span >= LEAST_LAND_DEG else []
    path = "".join(_outline([(x(lon), y(lat)) for lon, lat in ring]) for ring in rings)
    return Sketch(height, (*meridians, *parallels), symbols, words, tuple(far), land=path)


def _outline(points: Sequence[tuple[float, float]]) -> str:
    """A closed path, without points that lie within a unit of the last one."""
    kept = [points[0]]
    for point in points[1:]:
        if math.dist(point, kept[-1]) >= 1:
            kept.append(point)
    return "M" + "L".join(f"{px:g} {py:g}" for px, py in kept) + "Z"


def _groups(near: Sequence[Located], x: Project, y: Project, touching: int) -> list[list[Located]]:
    """Put together what would lie over another symbol; the worst gives a group its place.

    Only groups of the nine cells around are looked at: a symbol is no wider than a cell.
    """
    groups: list[list[Located]] = []
    cells: dict[tuple[int, int], list[tuple[float, float, list[Located]]]] = {}
    for one in sorted(near, key=lambda one: (states.severity(one.state), one.facility)):
        at = x(one.lon), y(one.lat)
        column, row = (math.floor(value / touching) for value in at)
        around = [(column + right, row + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
        beside = (found for cell in around for found in cells.get(cell, ()))
        group = next((members for *place, members in beside if math.dist(at, place) < touching), None)
        if group is None:
            groups.append(group := [])
            cells.setdefault((column, row), []).append((*at, group))
        group.append(one)
    return groups


def _symbol(
    group: Sequence[Located],
    x: Project,
    y: Project,
    address: Callable[[Located], str],
    of_group: Callable[[str], str],
) -> MapSymbol:
    worst, ids = group[0], tuple(one.facility for one in group)
    at = x(worst.lon), y(worst.lat)
    if len(group) == 1:
        return MapSymbol(worst.name, worst.state, *at, ids, address(worst), worst.name)
    box = ",".join(f"{value:.4f}" for value in _widened(_box(group)))
    says = ", ".join(one.name for one in group[:MAX_SAID])
    return MapSymbol(str(len(group)), worst.state, *at, ids, of_group(box), says)


def _widened(box: Box) -> Box:
    return box[0] - EDGE_DEG, box[1] - EDGE_DEG, box[2] + EDGE_DEG, box[3] + EDGE_DEG


def _named(symbols: Sequence[MapSymbol]) -> tuple[MapSymbol, ...]:
    """Leave out the names that would lie over another symbol or name; a symbol says its name when it is pointed at."""
    taken = [(one.x - ROOM, one.y - ROOM, one.x + ROOM, one.y + ROOM) for one in symbols]
    found = []
    for place, one in enumerate(symbols):
        long = LETTER * len(one.name)
        left = one.x + one.dx - (long if one.anchor == "end" else 0)
        box = (left, one.y - LETTER, left + long, one.y + LETTER)
        is_free = not any(_meet(box, other) for number, other in enumerate(taken) if number != place)
        if is_free or one.is_group:
            taken.append(box)
            found.append(one)
        else:
            found.append(replace(one, name=""))
    return tuple(found)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def ticks(low: float, high: float) -> list[float]:
    """Give round degrees between low and high, at most five."""
    step = next((step for step in STEPS_DEG if (high - low) / step <= MAX_LINES), STEPS_DEG[-1])
    first = math.ceil(low / step)
    return [round(n * step, 6) for n in range(first, math.floor(high / step) + 1)]


def degrees_words(degrees: float, letters: str) -> str:
    """Write degrees as on a map: '7.5° W'."""
    letter = letters[0] if degrees >= 0 else letters[1]
    return f"{numbers.short(abs(degrees))}° {load()['compass'][letter]}"
