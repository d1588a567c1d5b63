"""Where water goes from a river near a facility, along lines that run downstream, and what lies beside it.

Without levels of the surface nobody knows here whether a facility drains into the river: the way begins at the place of
the river that is nearest, and says how far that is.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings import geodesic
from tailings.land.distance import FacilityOrigin, distance_m
from tailings.land.shapes import Bounds, Shape
from tailings.land.values import Feature
from tailings.series import Values

START_M: Final = 5_000.0
BESIDE_M: Final = 500.0
CORNERS_PER_DEGREE: Final = 1_000_000
"""0.1 m: corners that are nearer are one."""
End = Literal["network", "edge"]


class RiverLeg(Struct, frozen=True):
    """The length of a river of one name on the way; "": the layer has none."""

    name: str
    length_m: float


class Downstream(Struct, frozen=True):
    """The way of the water. ends: where the network ends, or where what was looked at ends (both, where it parts)."""

    start_m: float
    start: str
    legs: tuple[RiverLeg, ...]
    ends: tuple[End, ...]
    path: Shape

    @property
    def length_m(self) -> float:
        """Of all legs."""
        return sum(one.length_m for one in self.legs)


class _Reach(Struct, frozen=True):
    name: str
    line: Values


def downstream(origin: FacilityOrigin, rivers: Iterable[Feature], box: Bounds) -> Downstream | None:
    """Follow the water from the nearest place of a river to the edge of a box; None: no river is within START_M."""
    lines = [_Reach(one.name, part[0]) for one in rivers if one.shape.form == "line" for part in one.shape.parts]
    ways = [_way_m(origin, one) for one in lines]
    way = min(ways, default=np.inf)
    if way > START_M:
        return None
    number = ways.index(way)
    cut = _cut_where_they_meet(lines)
    nearest = min(cut[number], key=lambda one: _way_m(origin, one))
    reaches = [one for some in cut for one in some]
    found, ends = _followed(_from_nearest(origin, nearest), reaches, box)
    legs: dict[str, float] = {}
    for one in found:
        legs[one.name] = legs.get(one.name, 0.0) + _length_m(one.line)
    path = Shape("line", tuple((one.line,) for one in found))
    told = tuple(RiverLeg(name, length) for name, length in legs.items())
    return Downstream(way, nearest.name, told, tuple(sorted(ends)), path)


def beside(origin: FacilityOrigin, way: Downstream, features: Iterable[Feature]) -> list[Feature]:
    """The shapes within BESIDE_M of the way."""
    along = FacilityOrigin(origin.longitude, origin.latitude, way.path)
    return [one for one in features if distance_m(along, one.shape, BESIDE_M) is not None]


def _way_m(origin: FacilityOrigin, reach: _Reach) -> float:
    """How far a reach is; endless where that is more than START_M."""
    found = distance_m(origin, Shape("line", ((reach.line,),)), START_M)
    return np.inf if found is None else found


def _cut_where_they_meet(lines: Sequence[_Reach]) -> list[list[_Reach]]:
    """The reaches of each line, cut at the corners that another one has: a map may draw a river as one line past all
    that flows into it.
    """
    grids = [_grid(one.line) for one in lines]
    corners, count = np.unique(np.concatenate(grids), return_counts=True)
    shared = corners[count > 1]
    found = []
    for one, grid in zip(lines, grids, strict=True):
        inner = np.flatnonzero(np.isin(grid[1:-1], shared)) + 1
        ends = pairwise([0, *inner.tolist(), len(grid) - 1])
        found.append([_Reach(one.name, one.line[start : stop + 1]) for start, stop in ends])
    return found


def _from_nearest(origin: FacilityOrigin, reach: _Reach) -> _Reach:
    """The rest of a reach from the place on, at a corner or between two, that is nearest to the facility."""
    at = geodesic.around(origin.longitude, origin.latitude, reach.line)
    start, step = at[:-1], np.diff(at, axis=0)
    square = (step**2).sum(axis=1)
    share = np.divide(-(start * step).sum(axis=1), square, out=np.zeros(len(start)), where=square > 0).clip(0, 1)
    nearest = int(np.hypot(*(start + share[:, None] * step).T).argmin())
    begin = reach.line[nearest] + share[nearest] * (reach.line[nearest + 1] - reach.line[nearest])
    return _Reach(reach.name, np.concatenate([begin[None], reach.line[nearest + 1 :]]))


def _followed(first: _Reach, reaches: Sequence[_Reach], box: Bounds) -> tuple[list[_Reach], set[End]]:
    """All reaches below one, by their way from it; each once, also where the water parts and meets again."""
    begins: dict[int, list[int]] = {}
    for number, one in enumerate(reaches):
        begins.setdefault(_key(one.line[0]), []).append(number)
    found: list[_Reach] = []
    ends: set[End] = set()
    seen: set[int] = set()
    waiting: list[tuple[float, int, _Reach]] = [(0.0, -1, first)]
    while waiting:
        passed_m, _, one = heapq.heappop(waiting)
        found.append(one)
        if not _is_in(one.line[-1], box):
            ends.add("edge")
            continue
        below = begins.get(_key(one.line[-1]), [])
        if not below:
            ends.add("network")
        for number in below:
            if number not in seen:
                seen.add(number)
                heapq.heappush(waiting, (passed_m + _length_m(one.line), number, reaches[number]))
    return found, ends or {"network"}


def _key(place: Values) -> int:
    return int(_grid(place[None])[0])


def _grid(line: Values) -> NDArray[np.int64]:
    """A number for the place of each corner."""
    x, y = np.rint(line * CORNERS_PER_DEGREE).astype(np.int64).T
    return np.asarray(x * 2**32 + y, np.int64)


def _is_in(place: Values, box: Bounds) -> bool:
    return bool(box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3])


def _length_m(line: Values) -> float:
    """From corner to corner."""
    return float(geodesic.inverse(line[:-1, 0], line[:-1, 1], line[1:])[0].sum())
