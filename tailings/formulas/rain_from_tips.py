"""Rain depth from the tips of a tipping bucket.

Source: definition: depth = tips x depth of one tip, as on the gauge's sheet.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tailings.formulas import Computed, Example, Given, Input

INPUTS = (Input("tips", "{count}"),)
RESULT = (("rain",), "mm")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Depth of one tip."""

    tip_mm: Annotated[float, Meta(gt=0, le=5)]
    """The depth of one tip."""


EQUATION = "tips * tip_mm"
EXAMPLE = Example(inputs={"tips": 12.0}, result=2.4, tolerance=1e-9, origin="12 x 0.2 mm", parameters={"tip_mm": 0.2})


def compute(given: Given) -> Computed:
    """Depth [mm] of each interval."""
    return Computed(given["tips"] * given.parameters.tip_mm)
