"""Inclinometer profiles: displacement along a chain at several dates, with the error band of the newest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from api.observations.trends import Then
from dashboard import numbers, rendering
from dashboard.drawing import Drawing, Scale, ticks
from tailings.facility import Facility
from tailings.formulas.chain_displacement_band import band_mm
from tailings.geometry import in_force
from texts import Texts, say

WIDTH, HEIGHT = 400.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 372.0, 26.0, 280.0
CHAIN, BAND = "chain_displacement", "chain_displacement_band"
Dated = tuple[str, tuple[float | None, ...]]
Zone = tuple[float, float]
LOOKS: Final = ("oldest", "older", "old-profile", "newest")


@dataclass(frozen=True)
class Point:
    """The far end of a segment: how far it is from the fixed end [m], its datastream, and how many segments it sums."""

    height_m: float
    datastream: str
    segments: int


@dataclass(frozen=True)
class Chain:
    """One inclinometer chain, from its fixed end up, and the errors of one segment (None: not given)."""

    instrument: str
    points: tuple[Point, ...]
    random_mm: float | None
    systematic_mm: float | None

    @property
    def length_m(self) -> float:
        return self.points[-1].height_m

    def band(self, segments: int) -> float | None:
        """Half the width of the error band [mm] after so many segments."""
        if self.random_mm is None or self.systematic_mm is None:
            return None
        return band_mm(segments, self.random_mm, self.systematic_mm)


@dataclass(frozen=True)
class Picture:
    """The drawing with its words, and its dates with a displacement [mm] for each point (None: no reading)."""

    drawing: Drawing
    title: str
    sub: str
    chain: Chain
    dates: tuple[Dated, ...]


def chains(facility: Facility, at: datetime) -> list[Chain]:
    """Return the chains of a facility as they are at a time, each with the datastreams that are displacements along it.

    A datastream whose segments are not stated for that time is left out.
    """
    by_instrument: dict[str, list[Point]] = {}
    for datastream in facility.datastreams.values():
        segments = in_force(datastream.geometry, at) if datastream.formula == CHAIN else None
        if segments is not None:
            point = Point(sum(segments.length_m), datastream.name, len(segments.length_m))
            by_instrument.setdefault(datastream.instrument, []).append(point)
    return [_chain(instrument, found, facility) for instrument, found in by_instrument.items()]


def _chain(instrument: str, found: Sequence[Point], facility: Facility) -> Chain:
    errors: Any = next(
        (
            one.parameters
            for one in facility.datastreams.values()
            if one.formula == BAND and one.instrument == instrument
        ),
        None,
    )
    points = sorted(found, key=lambda point: point.height_m)
    return Chain(
        instrument, tuple(points), errors.random_mm if errors else None, errors.systematic_mm if errors else None
    )


def moving(chain: Chain, first: Sequence[float | None], last: Sequence[float | None]) -> list[Zone]:
    """Return the zones that moved between two dates, the lowest first: depth of top and bottom [m].

    first, last: displacement [mm] of each point. A segment moved if it leaned by more than the errors of one segment at
    both dates together; neighbours are one zone. Where an end was not read, or no error is stated, nothing is said.
    """
    error_mm = chain.band(1)
    if error_mm is None:
        return []
    depth_m = [chain.length_m, *(chain.length_m - point.height_m for point in chain.points)]
    change = np.array([0.0, *last], float) - np.array([0.0, *first], float)
    has_moved = np.abs(np.diff(change)) > 2 * error_mm
    edges = np.flatnonzero(np.diff(np.concatenate(([False], has_moved, [False])).astype(int)))
    return [(depth_m[end], depth_m[start]) for start, end in edges.reshape(-1, 2)]


def picture(
    chain: Chain, profiles: Mapping[datetime, Mapping[str, Then]], zone: str, now: datetime, texts: Texts
) -> Picture | None:
    """Draw a chain at several times, the newest last; None when it was never read."""
    words = texts["safety"]["profile"]
    every = [(rendering.day(time, zone, now), _values(chain, found)) for time, found in sorted(profiles.items())]
    dates = tuple(one for one in every if any(value is not None for value in one[1]))[-len(LOOKS) :]
    if not dates:
        return None
    zones = moving(chain, dates[0][1], dates[-1][1])
    drawing = Drawing(WIDTH, HEIGHT, _says(chain, dates, zones, texts))
    _draw(drawing, chain, dates, zones, texts)
    has_band = chain.band(1) is not None
    sub = say(words["sub" if has_band else "sub_no_band"], length=f"{chain.length_m:g}")
    if zones:
        sub = f"{sub} {say(words['rule'], first=dates[0][0])}"
    return Picture(drawing, say(words["title"], name=chain.instrument.replace(":", " ")), sub, chain, dates)


def _values(chain: Chain, found: Mapping[str, Then]) -> tuple[float | None, ...]:
    return tuple(found[point.datastream].result if point.datastream in found else None for point in chain.points)


def _draw(drawing: Drawing, chain: Chain, dates: Sequence[Dated], zones: Sequence[Zone], texts: Texts) -> None:
    shown = [value for _, values in dates for value in values if value is not None]
    widest = chain.band(chain.points[-1].segments) or 0.0
    low, high = min(0.0, min(shown) - widest), max(1.0, max(shown) + widest)
    x, y = Scale(low, high, LEFT, RIGHT), Scale(0.0, chain.length_m, TOP, BOTTOM)
    for zone in zones:
        upper, lower = y(zone[0]), y(zone[1])
        drawing.area([(LEFT, upper), (RIGHT, upper), (RIGHT, lower), (LEFT, lower)], "moving")
    _frame(drawing, x, y, chain)
    newest = _line(chain, dates[-1][1])
    if widest and len(newest) > 1:
        edge = [(value, depth, chain.band(segments) or 0.0) for value, depth, segments in newest]
        outline = [(x(value - half), y(depth)) for value, depth, half in edge]
        drawing.area([*outline, *((x(value + half), y(depth)) for value, depth, half in reversed(edge))], "band")
    for look, (day, values) in zip(LOOKS[-len(dates) :], dates, strict=True):
        line = [(x(value), y(depth)) for value, depth, _ in _line(chain, values)]
        drawing.line(line, look)
        top = line[-1] if line else (LEFT, TOP)
        drawing.text(
            top[0] + 4, top[1] + 12 + 14 * (LOOKS.index(look)), day, "b halo" if look == "newest" else "q halo"
        )
    for zone in zones:
        drawing.text(RIGHT, y(zone[1]) + 14, _zone(zone, texts), "q halo", "end")


def _line(chain: Chain, values: Sequence[float | None]) -> list[tuple[float, float, int]]:
    """Displacement, depth and segments from the fixed end up; the fixed end itself does not move."""
    base = [(0.0, chain.length_m, 0)]
    pairs = zip(chain.points, values, strict=True)
    return base + [(v, chain.length_m - point.height_m, point.segments) for point, v in pairs if v is not None]


def _frame(drawing: Drawing, x: Scale, y: Scale, chain: Chain) -> None:
    for value in ticks(x.low, x.high, 6):
        drawing.line([(x(value), TOP), (x(value), BOTTOM)], "zero" if value == 0 else "grid")
        drawing.text(x(value), TOP - 8, f"{numbers.spaced(f'{value:g}')}", "q", "middle")
    drawing.text(RIGHT + 4, TOP - 8, "mm", "q")
    for value in ticks(0, chain.length_m, 7):
        drawing.text(LEFT - 8, y(value) + 4, f"{value:g}", "q", "end")
    drawing.text(LEFT - 8, BOTTOM + 16, "m", "q", "end")


def _zone(zone: Zone, texts: Texts) -> str:
    return say(texts["safety"]["profile"]["zone"], top=f"{zone[0]:g}", bottom=f"{zone[1]:g}")


def _says(chain: Chain, dates: Sequence[Dated], zones: Sequence[Zone], texts: Texts) -> str:
    words = texts["safety"]["profile"]
    day, values = dates[-1]
    top = next((value for value in reversed(values) if value is not None), None)
    said = say(words["says"], name=chain.instrument, top=numbers.number(top, "displacement"), day=day)
    return "; ".join([said, *(_zone(zone, texts) for zone in zones)])
