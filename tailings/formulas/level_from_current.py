"""Level from a 4-20 mA loop: a straight line from `low_m` at 4 mA to `high_m` at 20 mA.

Below 3.6 mA or above 21 mA the loop says that it has failed: no level. Between these and 3.8 or 20.5 mA the level is
suspect (the instrument is at the end of its range).

Source: secondary: limits after NAMUR NE 43; straight line by definition of the loop.
"""

from __future__ import annotations

import numpy as np

from tailings.formulas import Computed, Doubt, Example, Given, Input, NoParameters
from tailings.geometry import Dated
from wire import quality as flag

INPUTS = (Input("current", "mA"),)
RESULT = (("pond-level", "water-level", "gauge-height", "pressure-head"), "m")
CALIBRATION = None
DATED = ("geometry",)
Parameters = NoParameters
_BROKEN_MA = (3.6, 21.0)
_SATURATED_MA = (3.8, 20.5)


class Geometry(Dated, frozen=True, kw_only=True):
    """Levels at 4 mA and at 20 mA."""

    low_m: float
    high_m: float

    def __post_init__(self) -> None:
        if self.low_m == self.high_m:
            raise ValueError("low_m and high_m are equal; they are the levels at 4 and 20 mA")


GEOMETRY = Geometry
EXAMPLE = Example(
    inputs={"current": 12.0},
    result=337.5,
    tolerance=1e-9,
    origin="half way from 335 m to 340 m",
    dated={"geometry": {"low_m": 335.0, "high_m": 340.0}},
)


def compute(given: Given) -> Computed:
    """Level [m] at each instant."""
    ends, current = given.geometry, given["current"]
    level = ends.low_m + (current - 4.0) / 16.0 * (ends.high_m - ends.low_m)
    is_broken = (current < _BROKEN_MA[0]) | (current > _BROKEN_MA[1])
    is_saturated = (current < _SATURATED_MA[0]) | (current > _SATURATED_MA[1])
    doubts = (Doubt(is_broken, "loop-failed", flag.MISSING), Doubt(is_saturated, "loop-saturated"))
    return Computed(np.where(is_broken, np.nan, level), doubts)
