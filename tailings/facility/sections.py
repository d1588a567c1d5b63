"""Cross-sections of a dam as a facility file states them: ground, foundation, materials, and the instruments in it."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from msgspec import Meta, Struct

from tailings.facility.places import NOT_IN_FILE
from tailings.geometry import Dated, Text

Point = tuple[float, float]
Line = Annotated[tuple[Point, ...], Meta(min_length=2, max_length=200)]


class Material(Struct, frozen=True, forbid_unknown_fields=True):
    """What a part of the section is made of; the outline is closed by itself. `is_lift`: a raise of the dam."""

    name: Text
    """What the material is called."""
    outline: Annotated[tuple[Point, ...], Meta(min_length=3, max_length=200)]
    """Points (offset, elevation) around it, closed by itself. [m]"""
    is_lift: bool = False
    """Whether it is a raise of the dam."""


class Outline(Dated, frozen=True, kw_only=True):
    """A cross-section as it was surveyed. Points are (offset, elevation) in metres: offset from the crest, downstream
    positive.

    ground: the surface from the pond to downstream of the toe. foundation: the old ground below.
    """

    ground: Line
    """Points (offset, elevation) of the surface from the pond to downstream of the toe. [m]"""
    foundation: Line
    """Points (offset, elevation) of the old ground below. [m]"""
    materials: tuple[Material, ...] = ()
    """What its parts are made of."""

    def __post_init__(self) -> None:
        for name, line in (("ground", self.ground), ("foundation", self.foundation)):
            if any(after[0] <= before[0] for before, after in pairwise(line)):
                raise ValueError(f"the offsets of {name} must rise from each point to the next; sort them")

    def material_at(self, point: Point) -> Material | None:
        """The material that a point lies in, of several the one that is stated last; None where none is stated."""
        return next((part for part in reversed(self.materials) if _is_inside(part.outline, point)), None)

    def ground_m(self, offset_m: float) -> float:
        """The elevation of the ground at an offset [m], by straight lines; at the ends that of the last point."""
        return height_m(self.ground, offset_m)

    @property
    def crest(self) -> Point:
        """The highest point of the ground; of several the one nearest to offset 0."""
        return max(self.ground, key=lambda point: (point[1], -abs(point[0])))


class DesignLine(Dated, frozen=True, kw_only=True):
    """The phreatic line that a design takes the dam to have: (offset, elevation) in metres, as in an outline.

    source: the report or drawing that says so; a line without one is nobody's.
    """

    source: Text
    """The report or drawing that says so."""
    line: Line
    """Points (offset, elevation) of the phreatic line that the design assumes. [m]"""

    def __post_init__(self) -> None:
        if any(after[0] <= before[0] for before, after in pairwise(self.line)):
            raise ValueError("the offsets of line must rise from each point to the next; sort them")

    def level_m(self, offset_m: float) -> float | None:
        """The elevation at an offset [m]; None before its first and past its last point: the design says nothing."""
        if not self.line[0][0] <= offset_m <= self.line[-1][0]:
            return None
        return height_m(self.line, offset_m)


class SurveyedSection(Struct, frozen=True, forbid_unknown_fields=True):
    """One cross-section and its surveyed outlines.

    instruments: piezometers and inclinometers whose tips lie in it (of a chain its fixed end); where along the section,
    the position of their node says. design_line: the phreatic line of its design.
    """

    id: Annotated[str, NOT_IN_FILE]
    name: Text
    """What people call the section."""
    chainage_m: float | None = None
    """Where along the crest it is."""
    instruments: tuple[str, ...] = ()
    """The piezometers and inclinometers whose tips lie in it."""
    geometry: tuple[Outline, ...] = ()
    """Its outlines as surveyed, by date."""
    design_line: tuple[DesignLine, ...] = ()
    """The phreatic line of its design, by date."""


def height_m(line: tuple[Point, ...], offset_m: float) -> float:
    """The elevation of a line at an offset [m], by straight lines; beyond its ends that of the last point."""
    if offset_m <= line[0][0]:
        return line[0][1]
    for (x0, y0), (x1, y1) in pairwise(line):
        if offset_m <= x1:
            return y0 + (y1 - y0) * (offset_m - x0) / (x1 - x0)
    return line[-1][1]


def _is_inside(outline: tuple[Point, ...], point: Point) -> bool:
    """Whether a point lies in a closed outline: a ray to the right crosses it an odd number of times."""
    x, y = point
    is_in = False
    for (x0, y0), (x1, y1) in pairwise((*outline, outline[0])):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            is_in = not is_in
    return is_in
