"""Half width of the error band of a chain's displacement: random sqrt(n) + systematic n, for n segments.

Source: Slope Indicator, "Inclinometer accuracy": 0.007 in random and 0.005 in systematic for each reading of a 2 ft
probe, 0.30 in for 50 readings (100 ft); for a chain that is not moved give its own figures.
"""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta, Struct

from tailings.formulas import Computed, Example, Given, Input

INPUTS = (Input("displacement", "mm"),)
RESULT = (("displacement-band",), "mm")
CALIBRATION = None
_MM_PER_IN = 25.4
PositiveMm = Annotated[float, Meta(ge=0)]


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Number of segments from the fixed end, and the two errors of one of them."""

    segments: Annotated[int, Meta(ge=1, le=1000)]
    """How many segments there are from the fixed end."""
    random_mm: PositiveMm = 0.007 * _MM_PER_IN
    """The random error of one segment."""
    systematic_mm: PositiveMm = 0.005 * _MM_PER_IN
    """The systematic error of one segment."""


EQUATION = "random_mm * sqrt(segments) + systematic_mm * segments"
EXAMPLE = Example(
    inputs={"displacement": 12.0},
    result=0.2995 * _MM_PER_IN,
    tolerance=0.01,
    origin="Slope Indicator: 50 readings, 0.050 in + 0.250 in = 0.300 in",
    parameters={"segments": 50},
)


def band_mm(segments: int, random_mm: float, systematic_mm: float) -> float:
    """Half width [mm] for a number of segments."""
    return random_mm * math.sqrt(segments) + systematic_mm * segments


def compute(given: Given) -> Computed:
    """The band wherever there is a displacement."""
    parameters = given.parameters
    half_width_mm = band_mm(parameters.segments, parameters.random_mm, parameters.systematic_mm)
    return Computed(0.0 * given["displacement"] + half_width_mm)
