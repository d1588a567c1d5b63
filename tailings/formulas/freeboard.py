"""Freeboard: lowest surveyed crest of the day minus pond level.

The crest is the facility's, or the datastream's own `geometry` (an inner dyke, a spillway).

Source: definition.
"""

from __future__ import annotations

from tailings.formulas import Computed, Example, Given, Input, NoParameters
from tailings.geometry import Crest

INPUTS = (Input("level", "m"),)
RESULT = (("freeboard",), "m")
CALIBRATION = None
GEOMETRY = Crest
DATED = ("crest",)
Parameters = NoParameters

EQUATION = "crest_m - level"
EXAMPLE = Example(
    inputs={"level": 338.5},
    result=3.5,
    tolerance=1e-9,
    origin="342.0 - 338.5",
    dated={"crest": {"crest_m": 342.0}},
)


def compute(given: Given) -> Computed:
    """Freeboard [m] at each instant; negative when the crest is overtopped."""
    return Computed(given.crest_m - given["level"])
