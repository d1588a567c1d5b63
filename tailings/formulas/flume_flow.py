"""Flow through a flume by its rating Q = c h^n, free flow only.

The coefficients come from the flume's own sheet, with the heads between which they hold. A head outside them, or a
downstream head above the share `max_submergence` of the upstream one, gives a suspect flow. A head below the floor by
no more than `zero_band_m` is no flow; one further below is missing (`negative-head`), as at a weir (v_notch_flow).

Source: form of the equation and the 2 ft Parshall flume (c = 1.429, n = 1.55 in metres and m3/s; transition
submergence 66 %): "Flumes for open-channel flow measurement", lecture 2, Utah State University, 2005.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, last
from tailings.geometry import Dated
from tailings.series import Values
from wire import quality as flag

INPUTS = (Input("height", "m"), Input("downstream", "m", optional=True, stale_after_s=600.0))
RESULT = (("seepage-flow", "flow"), "m3/s")
CALIBRATION = None
DATED = ("geometry",)


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How far below the floor a head still counts as none [m]."""

    zero_band_m: Annotated[float, Meta(ge=0, le=0.05)] = 0.005
    """How far below the floor a head still counts as none."""


class Geometry(Dated, frozen=True, kw_only=True):
    """c in m3/s at 1 m head, n, and the range of heads of the rating."""

    c: Annotated[float, Meta(gt=0)]
    """The factor of the rating Q = c h^n, for m3/s and m."""
    n: Annotated[float, Meta(ge=1, le=3)]
    """The exponent of the rating."""
    min_head_m: Annotated[float, Meta(ge=0)]
    """The lowest head of the rating."""
    max_head_m: Annotated[float, Meta(gt=0)]
    """The highest head of the rating."""
    max_submergence: Annotated[float, Meta(gt=0, le=1)] = 0.6
    """The highest ratio of tail to head water at which the rating holds."""

    def __post_init__(self) -> None:
        if self.min_head_m >= self.max_head_m:
            raise ValueError("min_head_m must be below max_head_m")


GEOMETRY = Geometry
EXAMPLE = Example(
    inputs={"height": 0.66},
    result=0.75,
    tolerance=0.002,
    origin="Utah State University, lecture 2: 2 ft Parshall flume, 0.75 m3/s at 0.66 m",
    dated={"geometry": {"c": 1.429, "n": 1.55, "min_head_m": 0.05, "max_head_m": 0.76}},
)


def flow_m3_s(head_m: Values, c: float, n: float) -> Values:
    """Flow [m3/s] from the head [m], float64[n]; 0 where the head is not above the floor."""
    return c * np.maximum(head_m, 0.0) ** n + 0.0 * head_m


def compute(given: Given) -> Computed:
    """Flow at each instant, with its validity."""
    flume, head = given.geometry, given["height"]
    doubts = [
        FormulaDoubt(head < -given.parameters.zero_band_m, "negative-head", flag.MISSING),
        FormulaDoubt((head > 0) & (head < flume.min_head_m), "head-too-low"),
        FormulaDoubt(head > flume.max_head_m, "head-too-high"),
    ]
    downstream = given.get("downstream")
    if downstream is not None:
        doubts.append(FormulaDoubt((head > 0) & (downstream > flume.max_submergence * head), "submerged"))
    return Computed(flow_m3_s(head, flume.c, flume.n), tuple(doubts))


def equation(given: Given) -> Equation:
    """The rating; a head at the floor or below is no flow."""
    return Equation("c * height ** n") if last(given, "height") > 0 else Equation(method="no-flow")
