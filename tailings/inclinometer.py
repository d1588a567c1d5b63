"""Inclinometer chains of a facility: their points from the fixed end up, their error bands, and which zones moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from tailings.facility import Facility
from tailings.formulas.chain_displacement_band import band_mm
from tailings.geometry import in_force

CHAIN, BAND = "chain_displacement", "chain_displacement_band"
ERRORS_OF_A_CHANGE: Final = 2
Zone = tuple[float, float]
"""Depth of top and bottom, m."""


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
    has_moved = np.abs(np.diff(change)) > ERRORS_OF_A_CHANGE * error_mm
    edges = np.flatnonzero(np.diff(np.concatenate(([False], has_moved, [False])).astype(int)))
    return [(depth_m[end], depth_m[start]) for start, end in edges.reshape(-1, 2)]
