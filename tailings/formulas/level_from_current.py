"""Level from a 4-20 mA loop: a straight line from `low_m` at 4 mA to `high_m` at 20 mA.

Of a sealed gauge (pressure = "absolute") the barometer's change since the zero is taken off: - (S1 - S0) / (rho g).
Without a usable barometer value the term is left out and the level is suspect. Below 3.6 mA or above 21 mA the loop
says that it has failed: no level. Between these and 3.8 or 20.5 mA the level is suspect (the instrument is at the end
of its range).

Source: secondary: limits after NAMUR NE 43; straight line by definition of the loop; barometer as vw_pressure.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Setting, last
from tailings.formulas._air import fault
from tailings.formulas.piezometric_head import head_m
from tailings.geometry import Dated
from tailings.series import Values
from wire import quality as flag

INPUTS = (Input("current", "mA"), Input("barometer", "kPa", optional=True))
RESULT = (("pond-level", "water-level", "gauge-height", "pressure-head"), "m")
CALIBRATION = None
DATED = ("geometry",)
_BROKEN_MA = (3.6, 21.0)
_SATURATED_MA = (3.8, 20.5)


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How long a barometer reading may be used, how far the air pressure strays from that of the zero (plus or minus,
    weather at one place), and the density of the water that it is turned into."""

    barometer_stale_after_s: Annotated[float, Meta(ge=0)] = 7200.0
    """How old the air pressure may be."""
    barometer_range_kpa: Annotated[float, Meta(gt=0)] = 3.0
    """How far the air pressure strays from that of the zero, plus or minus."""
    density_kg_m3: Annotated[float, Meta(ge=900, le=1500)] = 1000.0
    """The density of the water."""


class Geometry(Dated, frozen=True, kw_only=True):
    """Levels at 4 mA and at 20 mA; of a sealed gauge the barometer when they were set."""

    low_m: float
    """The level at 4 mA."""
    high_m: float
    """The level at 20 mA."""
    zero_barometer_kpa: float | None = None
    """The air pressure at the zero, of a sealed transmitter."""

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
    ends, current, barometer = given.geometry, given["current"], given.get("barometer")
    level = ends.low_m + (current - 4.0) / 16.0 * (ends.high_m - ends.low_m)
    if barometer is not None and ends.zero_barometer_kpa is not None:
        level = level - np.nan_to_num(head_m(barometer - ends.zero_barometer_kpa, given.parameters.density_kg_m3))
    is_broken = (current < _BROKEN_MA[0]) | (current > _BROKEN_MA[1])
    is_saturated = (current < _SATURATED_MA[0]) | (current > _SATURATED_MA[1])
    doubts = (FormulaDoubt(is_broken, "loop-failed", flag.MISSING), FormulaDoubt(is_saturated, "loop-saturated"))
    return Computed(np.where(is_broken, np.nan, level), doubts)


def equation(given: Given) -> Equation:
    """The straight line of the loop, less the air where it is known."""
    line = "low_m + (current - 4) / 16 * (high_m - low_m)"
    if given.geometry.zero_barometer_kpa is None or math.isnan(last(given, "barometer")):
        return Equation(line)
    return Equation(f"{line} - 1000 * (barometer - zero_barometer_kpa) / (9.80665 * density_kg_m3)")


def check(setting: Setting) -> str | None:
    """Vented, absolute or no pressure at all, its barometer and that at the zero belong together."""
    zeros = ((one.valid_from.date().isoformat(), one.zero_barometer_kpa) for one in setting.geometry)
    return fault(setting, zeros, is_pressure=False)


def lost_correction(role: str, given: Setting) -> float | None:
    """Plus or minus [m] of a sealed gauge's level without its barometer; None for another role."""
    if role != "barometer":
        return None
    return float(head_m(np.array([given.parameters.barometer_range_kpa]), given.parameters.density_kg_m3)[0])


def interval(reason: str, value: Values, given: Setting) -> tuple[Values, Values] | None:
    """What a loop at the end of its range says [m]: the level lies there, or beyond."""
    if reason != "loop-saturated":
        return None
    span = given.geometry[-1]
    middle = (span.low_m + span.high_m) / 2
    return np.where(value > middle, value, -np.inf), np.where(value > middle, np.inf, value)
