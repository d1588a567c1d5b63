"""Dust deposition from a gauge: dry residue over opening area and days of exposure.

Source: VDI 4320 part 2 (2012), abstract: dust precipitation is the mass of the dry residue over area and time.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tailings.formulas import Computed, Example, Given, Input

INPUTS = (Input("mass", "mg"),)
RESULT = (("dust-deposition",), "mg/(m2.d)")
CALIBRATION = None
Positive = Annotated[float, Meta(gt=0)]


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Opening of the gauge and the days that it stood out."""

    area_m2: Positive
    """The opening of the gauge."""
    exposure_d: Positive
    """How many days it stood out."""


EQUATION = "mass / (area_m2 * exposure_d)"
EXAMPLE = Example(
    inputs={"mass": 60.0},
    result=314.381,
    tolerance=0.001,
    origin="by hand: 60 mg / (pi 0.045^2 m2 x 30 d)",
    parameters={"area_m2": 0.0063617, "exposure_d": 30.0},
)


def compute(given: Given) -> Computed:
    """Deposition [mg/(m2 d)] of each sample."""
    return Computed(given["mass"] / (given.parameters.area_m2 * given.parameters.exposure_d))
