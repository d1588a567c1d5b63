"""Flow over a V-notch weir (Kindsvater-Shen): Q = 8/15 Ce sqrt(2 g) tan(theta/2) (h + kh)^2.5.

A head at the notch, or below it by no more than `zero_band_m`, is no flow. One further below is missing
(`negative-head`): a gauge that reads so has lost its zero or hangs dry, and what flows is not known. The band is a
choice of this project, 5 mm by default: noise and setting of a level gauge. A head below 0.06 m (the sheet clings to
the plate), above `max_head_m`, or a tailwater within 0.06 m below the notch gives a suspect flow. Ce and kh default to
fits of the published curves.

Source: USBR Water Measurement Manual, chapter 7, section 7 (equation 7-3, fully contracted notches of 25 to 100
degrees, head over 0.2 ft, tailwater 0.2 ft below the notch). secondary: the fits of figures 7-6a and 7-6b, as
repeated by hydraulic calculators; at 90 degrees they give Ce 0.578 and kh 0.0029 ft.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Number, Setting, last
from tailings.formulas.piezometric_head import GRAVITY_M_S2
from tailings.geometry import Dated
from tailings.series import Values
from wire import quality as flag

INPUTS = (Input("height", "m"), Input("tailwater", "m", optional=True, stale_after_s=3600.0))
RESULT = (("seepage-flow", "flow"), "m3/s")
CALIBRATION = None
DATED = ("geometry",)
_M_PER_FT = 0.3048
_LOWEST_HEAD_M = 0.06
_LOWEST_DROP_M = 0.06


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How far below the notch a head still counts as none [m]."""

    zero_band_m: Annotated[float, Meta(ge=0, le=0.05)] = 0.005
    """How far below the notch a head still counts as none."""


class Geometry(Dated, frozen=True, kw_only=True):
    """Angle of the notch; the surveyed head above which the weir is drowned or not contracted; own coefficients."""

    angle_deg: Annotated[float, Meta(ge=25, le=100)]
    """The angle of the notch."""
    max_head_m: Annotated[float, Meta(gt=0.06, le=1)] = 0.38
    """The head above which the weir is drowned or no longer contracted, as surveyed."""
    coefficient: Annotated[float, Meta(gt=0.4, lt=0.8)] | None = None
    """The coefficient of discharge; without it by the angle."""
    head_correction_m: Annotated[float, Meta(ge=0, lt=0.01)] | None = None
    """What is added to the head; without it by the angle."""


GEOMETRY = Geometry
EXAMPLE = Example(
    inputs={"height": 0.1},
    result=4.410e-3,
    tolerance=2e-6,
    origin="recomputed independently: 90 degrees, Ce 0.578, kh 0.85 mm (with Ce 0.5785 and kh 0 it is 4.321 L/s)",
    dated={"geometry": {"angle_deg": 90.0, "coefficient": 0.578, "head_correction_m": 0.00085}},
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
    weir, head = given.geometry, given["height"]
    doubts = [
        FormulaDoubt(head < -given.parameters.zero_band_m, "negative-head", flag.MISSING),
        FormulaDoubt((head > 0) & (head < _LOWEST_HEAD_M), "head-too-low"),
        FormulaDoubt(head > weir.max_head_m, "head-too-high"),
    ]
    tailwater = given.get("tailwater")
    if tailwater is not None:
        doubts.append(FormulaDoubt(tailwater > -_LOWEST_DROP_M, "tailwater-too-high"))
    return Computed(_flow(head, weir), tuple(doubts))


def equation(given: Given) -> Equation:
    """Kindsvater-Shen with the coefficients in use; a head at the notch or below is no flow."""
    if last(given, "height") <= 0:
        return Equation(method="no-flow")
    coefficient, correction_m = coefficients_of(given.geometry)
    numbers = {"coefficient": Number(coefficient, ""), "head_correction_m": Number(correction_m, "m")}
    return Equation(
        "8 / 15 * coefficient * sqrt(2 * 9.80665) * tan(angle_deg / 2) * (height + head_correction_m) ** 2.5", numbers
    )


def coefficients_of(weir: Geometry) -> tuple[float, float]:
    """Ce [1] and kh [m] of a weir: its own, else those of the fits."""
    coefficient = effective_coefficient(weir.angle_deg) if weir.coefficient is None else weir.coefficient
    return coefficient, head_correction_m(weir.angle_deg) if weir.head_correction_m is None else weir.head_correction_m


def _flow(head_m: Values, weir: Geometry) -> Values:
    return flow_m3_s(head_m, weir.angle_deg, *coefficients_of(weir))


def interval(reason: str, value: Values, given: Setting) -> tuple[Values, Values] | None:
    """What a head too low for the equation says [m3/s]: between nothing and the flow of the lowest valid head."""
    if reason != "head-too-low":
        return None
    most = max(float(_flow(np.array([_LOWEST_HEAD_M]), weir)[0]) for weir in given.geometry)
    return np.zeros(value.shape), np.full(value.shape, most)
