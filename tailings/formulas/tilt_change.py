"""Change of tilt since the zero reading: delta theta = G (R1 - R0).

Source: Geokon 6150F manual, section 4.1, equation 2.
"""

from __future__ import annotations

from msgspec import Struct

from tailings.formulas import Computed, Example, Given, Input
from tailings.geometry import Dated

INPUTS = (Input("reading", "{digits}"),)
RESULT = (("tilt",), "deg")
CALIBRATION = None
DATED = ("geometry",)


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Gauge factor of the sheet."""

    gauge_factor_deg_per_digit: float
    """The gauge factor of the sheet."""


class Geometry(Dated, frozen=True, kw_only=True):
    """The zero reading."""

    zero_reading_digits: float
    """The reading at the zero."""


GEOMETRY = Geometry
EQUATION = "gauge_factor_deg_per_digit * (reading - zero_reading_digits)"
EXAMPLE = Example(
    inputs={"reading": 2500.0},
    result=0.5,
    tolerance=1e-9,
    origin="by hand: 0.001 deg/digit x (2500 - 2000)",
    parameters={"gauge_factor_deg_per_digit": 0.001},
    dated={"geometry": {"zero_reading_digits": 2000.0}},
)


def compute(given: Given) -> Computed:
    """Change of tilt [deg] at each instant."""
    moved_digits = given["reading"] - given.geometry.zero_reading_digits
    return Computed(given.parameters.gauge_factor_deg_per_digit * moved_digits)
