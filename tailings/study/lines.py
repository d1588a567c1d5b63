"""Lines that holes are laid along: a cross-section of the dam, or the axis along which the holes stretch most.

A hole stands at its foot on the line; how far it is off it, its author says. Places are in the frame of the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.facility.sections import SurveyedSection
from tailings.series import Values
from tailings.study.results import Strip

MOST_HOLES: Final = 16


class StraightLine(Struct, frozen=True):
    """A straight line in plan: a point of it (chainage, offset) [m] and its direction as a unit vector.

    reach_m: how far off it a hole may be. is_section: its distance is the offset from the crest, downstream positive.
    """

    id: str
    name: str
    start: tuple[float, float]
    direction: tuple[float, float]
    reach_m: float
    is_section: bool

    def at(self, distance_m: Values) -> tuple[Values, Values]:
        """Chainage and offset [m] of places along it."""
        (x, y), (dx, dy) = self.start, self.direction
        return x + distance_m * dx, y + distance_m * dy


class Along(Struct, frozen=True):
    """A hole on a line: where its foot is, and how far it stands off [m]."""

    hole: Strip
    distance_m: float
    off_m: float


class HoleLine(Struct, frozen=True):
    """A line with the holes that are near it, by distance, and the names of those that are not."""

    line: StraightLine
    holes: tuple[Along, ...]
    others: tuple[str, ...]


def rows(sections: Iterable[SurveyedSection], strips: Sequence[Strip], reach_m: float) -> list[HoleLine]:
    """Give each section that two holes or more are near, those with most holes first, and the axis of all holes."""
    lines = [
        StraightLine(one.id, one.name, (one.chainage_m, 0.0), (0.0, 1.0), reach_m, is_section=True)
        for one in sections
        if one.chainage_m is not None
    ]
    found = [row for row in (lay(line, strips) for line in lines) if len(row.holes) > 1]
    found.sort(key=lambda row: (-len(row.holes), sum(one.off_m for one in row.holes)))
    return [*found, lay(axis(strips), strips)] if strips else []


def axis(strips: Sequence[Strip]) -> StraightLine:
    """The first principal axis of the places of the holes, through the first hole along it."""
    at = np.array([(one.chainage_m, one.offset_m) for one in strips])
    middle = at.mean(axis=0)
    _, _, directions = np.linalg.svd(at - middle)
    direction = directions[0] * np.where(directions[0][np.argmax(np.abs(directions[0]))] < 0, -1.0, 1.0)
    start = middle + direction * ((at - middle) @ direction).min()
    (x, y), (dx, dy) = start.tolist(), direction.tolist()
    return StraightLine("axis", "", (x, y), (dx, dy), float("inf"), is_section=False)


def lay(line: StraightLine, strips: Sequence[Strip]) -> HoleLine:
    """Lay holes along a line: up to MOST_HOLES of those within its reach, the nearest."""
    (x, y), (dx, dy) = line.start, line.direction
    placed = []
    for one in strips:
        east, north = one.chainage_m - x, one.offset_m - y
        placed.append(Along(one, east * dx + north * dy, abs(east * dy - north * dx)))
    placed.sort(key=lambda one: one.off_m)
    near = [one for one in placed if one.off_m <= line.reach_m][:MOST_HOLES]
    others = tuple(sorted(one.hole.hole for one in placed if one not in near))
    return HoleLine(line, tuple(sorted(near, key=lambda one: (one.distance_m, one.hole.chainage_m))), others)
