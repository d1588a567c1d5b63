"""Load of a substance: flow times concentration. 1 L/s x 1 mg/L = 0.0864 kg/d.

Source: definition; 86,400 s a day.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tailings.formulas import Computed, Example, Given, Input
from tailings.series import Values

INPUTS = (Input("flow", "L/s"), Input("concentration", "mg/L"))
RESULT = (("load",), "kg/d")
CALIBRATION = None
_KG_D_PER_MG_S = 0.0864


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How old the concentration may be beside the flow."""

    concentration_stale_after_s: Annotated[float, Meta(ge=0)] = 7 * 86400.0
    """How old the concentration may be beside the flow."""


EQUATION = "0.0864 * flow * concentration"
EXAMPLE = Example(
    inputs={"flow": 5.0, "concentration": 2.0}, result=0.864, tolerance=1e-9, origin="recomputed independently"
)


def load_kg_d(flow_l_s: Values, concentration_mg_l: Values) -> Values:
    """Load [kg/d], float64[n]."""
    return flow_l_s * concentration_mg_l * _KG_D_PER_MG_S


def compute(given: Given) -> Computed:
    """Load at each instant of the flow."""
    return Computed(load_kg_d(given["flow"], given["concentration"]))
