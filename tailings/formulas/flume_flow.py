"""Flow through a flume by its rating Q = c h^n, free flow only.

The coefficients come from the flume's own sheet, with the heads between which they hold. A head outside them, or a
downstream head above the share `max_submergence` of the upstream one, gives a suspect flow.

Source: form of the equation and the 2 ft Parshall flume (c = 1.429, n = 1.55 in metres and m3/s; transition
submergence 66 %): "Flumes for open-channel flow measurement", lecture 2, Utah State University, 2005.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Doubt, Example, Given, Input
from tailings.series import Values

INPUTS = (Input("height", "m"), Input("downstream", "m", optional=True, stale_after_s=600.0))
RESULT = (("seepage-flow", "flow"), "m3/s")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """c in m3/s at 1 m head, n, and the range of heads of the rating."""

    c: Annotated[float, Meta(gt=0)]
    n: Annotated[float, Meta(ge=1, le=3)]
    min_head_m: Annotated[float, Meta(ge=0)]
    max_head_m: Annotated[float, Meta(gt=0)]
    max_submergence: Annotated[float, Meta(gt=0, le=1)] = 0.6

    def __post_init__(self) -> None:
        if self.min_head_m >= self.max_head_m:
            raise ValueError("min_head_m must be below max_head_m")


EXAMPLE = Example(
    inputs={"height": 0.66},
    result=0.75,
    tolerance=0.002,
    origin="Utah State University, lecture 2: 2 ft Parshall flume, 0.75 m3/s at 0.66 m",
    parameters={"c": 1.429, "n": 1.55, "min_head_m": 0.05, "max_head_m": 0.76},
)


def flow_m3_s(head_m: Values, c: float, n: float) -> Values:
    """Flow [m3/s] from the head [m], float64[n]; 0 where the head is not above the floor."""
    return c * np.maximum(head_m, 0.0) ** n + 0.0 * head_m


def compute(given: Given) -> Computed:
    """Flow at each instant, with its validity."""
    parameters, head = given.parameters, given["height"]
    doubts = [
        Doubt((head > 0) & (head < parameters.min_head_m), "head-too-low"),
        Doubt(head > parameters.max_head_m, "head-too-high"),
    ]
    downstream = given.get("downstream")
    if downstream is not None:
        doubts.append(Doubt((head > 0) & (downstream > parameters.max_submergence * head), "submerged"))
    return Computed(flow_m3_s(head, parameters.c, parameters.n), tuple(doubts))
