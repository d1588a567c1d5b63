"""Flow over a V-notch weir (Kindsvater-Shen): Q = 8/15 Ce sqrt(2 g) tan(theta/2) (h + kh)^2.5.

A head at or below the notch is no flow. A head below 0.06 m (the sheet clings to the plate), above `max_head_m`, or a
tailwater within 0.06 m below the notch gives a suspect flow. Ce and kh default to fits of the published curves.

Source: USBR Water Measurement Manual, chapter 7, section 7 (equation 7-3, fully contracted notches of 25 to 100
degrees, head over 0.2 ft, tailwater 0.2 ft below the notch). secondary: the fits of figures 7-6a and 7-6b, as
repeated by hydraulic calculators; at 90 degrees they give Ce 0.578 and kh 0.0029 ft.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Doubt, Example, Given, Input, Setting
from tailings.formulas.piezometric_head import GRAVITY_M_S2
from tailings.series import Values

INPUTS = (Input("height", "m"), Input("tailwater", "m", optional=True, stale_after_s=3600.0))
RESULT = (("seepage-flow", "flow"), "m3/s")
CALIBRATION = None
_M_PER_FT = 0.3048
_LOWEST_HEAD_M = 0.06
_LOWEST_DROP_M = 0.06


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Angle of the notch; the surveyed head above which the weir is drowned or not contracted; own coefficients."""

    angle_deg: Annotated[float, Meta(ge=25, le=100)] = 90.0
    max_head_m: Annotated[float, Meta(gt=0.06, le=1)] = 0.38
    coefficient: Annotated[float, Meta(gt=0.4, lt=0.8)] | None = None
    head_correction_m: Annotated[float, Meta(ge=0, lt=0.01)] | None = None


EXAMPLE = Example(
    inputs={"height": 0.1},
    result=4.410e-3,
    tolerance=2e-6,
    origin="recomputed independently: 90 degrees, Ce 0.578, kh 0.85 mm (with Ce 0.5785 and kh 0 it is 4.321 L/s)",
    parameters={"coefficient": 0.578, "head_correction_m": 0.00085},
)


def effective_coefficient(angle_deg: float) -> float:
    """Ce of a fully contracted notch [1], fit of figure 7-6b."""
    return 0.607165052 - 8.74466963e-4 * angle_deg + 6.10393334e-6 * angle_deg**2


def head_correction_m(angle_deg: float) -> float:
    """kh of a fully contracted notch [m], fit of figure 7-6a."""
    feet = 0.0144902648 - 3.3955535e-4 * angle_deg + 3.29819003e-6 * angle_deg**2 - 1.06215442e-8 * angle_deg**3
    return feet * _M_PER_FT


def flow_m3_s(head_m: Values, angle_deg: float, coefficient: float, correction_m: float) -> Values:
    """Flow [m3/s] from the head over the notch [m], float64[n]; 0 where the head is not above it."""
    factor = 8 / 15 * coefficient * math.sqrt(2 * GRAVITY_M_S2) * math.tan(math.radians(angle_deg) / 2)
    effective = np.maximum(head_m, 0.0) + correction_m
    return np.where(head_m <= 0, 0.0, factor * effective * effective * np.sqrt(effective)) + 0.0 * head_m


def compute(given: Given) -> Computed:
    """Flow at each instant, with its validity."""
    parameters, head = given.parameters, given["height"]
    doubts = [
        Doubt((head > 0) & (head < _LOWEST_HEAD_M), "head-too-low"),
        Doubt(head > parameters.max_head_m, "head-too-high"),
    ]
    tailwater = given.get("tailwater")
    if tailwater is not None:
        doubts.append(Doubt(tailwater > -_LOWEST_DROP_M, "tailwater-too-high"))
    return Computed(_flow(head, parameters), tuple(doubts))


def _flow(head_m: Values, parameters: Parameters) -> Values:
    own_c, own_k = parameters.coefficient, parameters.head_correction_m
    coefficient = effective_coefficient(parameters.angle_deg) if own_c is None else own_c
    correction_m = head_correction_m(parameters.angle_deg) if own_k is None else own_k
    return flow_m3_s(head_m, parameters.angle_deg, coefficient, correction_m)


def interval(reason: str, value: Values, given: Setting) -> tuple[Values, Values] | None:
    """What a head too low for the equation says [m3/s]: between nothing and the flow of the lowest valid head."""
    if reason != "head-too-low":
        return None
    return np.zeros(value.shape), np.full(value.shape, _flow(np.array([_LOWEST_HEAD_M]), given.parameters)[0])
