"""Displacement along an in-place-inclinometer chain: D = sum of L (sin theta - sin theta0) from the fixed end.

The tilts are numbered from the fixed end; the result is that of the far end of segment `segment`. One missing tilt
leaves everything beyond it missing: a sum over the others would be a different, plausible number.

Source: Geokon 6150F manual, section 4.2, equations 3 and 4 (D = L sin theta, summed from the bottom segment).
"""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, Given, Input, Number, Setting
from tailings.geometry import Dated
from tailings.series import Values

INPUTS = (Input("tilt", "deg", many=True, stale_after_s=600.0),)
RESULT = (("displacement",), "mm")
CALIBRATION = None
DATED = ("geometry",)
_MM_PER_M = 1000.0
MAX_TERMS: Final = 4


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How old the tilt of another segment may be."""

    tilt_stale_after_s: Annotated[float, Meta(ge=0)] = 600.0
    """How old the tilt of another segment may be."""


class Geometry(Dated, frozen=True, kw_only=True):
    """Length and zero tilt of each segment, from the fixed end."""

    length_m: Annotated[tuple[float, ...], Meta(min_length=1, max_length=200)]
    """The length of each segment, from the fixed end."""
    zero_deg: tuple[float, ...]
    """The tilt of each segment at its zero."""

    def __post_init__(self) -> None:
        if len(self.length_m) != len(self.zero_deg):
            raise ValueError("length_m and zero_deg need one number for each tilt")
        if any(length <= 0 for length in self.length_m):
            raise ValueError("each length_m must be above 0")


GEOMETRY = Geometry
EXAMPLE = Example(
    inputs={"tilt_1": 0.1},
    result=0.873,
    tolerance=0.0005,
    origin="recomputed independently: 0.5 m at 0.1 degrees",
    dated={"geometry": {"length_m": [0.5], "zero_deg": [0.0]}},
)


def displacement_mm(tilts_deg: list[Values], length_m: tuple[float, ...], zero_deg: tuple[float, ...]) -> Values:
    """Displacement [mm] of the far end of the last segment, float64[n], from tilts [deg] and lengths [m]."""
    total: Values = np.zeros(tilts_deg[0].shape)
    for tilt, length, zero in zip(tilts_deg, length_m, zero_deg, strict=True):
        total = total + length * _MM_PER_M * (np.sin(np.radians(tilt)) - np.sin(np.radians(zero)))
    return total


def compute(given: Given) -> Computed:
    """Displacement at each instant."""
    return Computed(displacement_mm(given.many("tilt"), given.geometry.length_m, given.geometry.zero_deg))


def equation(given: Given) -> Equation:
    """One term a segment; of a long chain no line that a person would follow."""
    lengths, zeros = given.geometry.length_m, given.geometry.zero_deg
    if len(lengths) > MAX_TERMS:
        return Equation(method="segments", numbers={"count": Number(float(len(lengths)), "")})
    numbers: dict[str, Number] = {}
    for at, (length_m, zero_deg) in enumerate(zip(lengths, zeros, strict=True), start=1):
        numbers |= {f"length_{at}": Number(length_m, "m"), f"zero_{at}": Number(zero_deg, "deg")}
    terms = (f"length_{at} * (sin(tilt_{at}) - sin(zero_{at}))" for at in range(1, len(lengths) + 1))
    return Equation(f"1000 * ({' + '.join(terms)})", numbers)


def check(setting: Setting) -> str | None:
    """One length for each tilt, and no tilt left out."""
    for geometry in setting.geometry:
        count = len(geometry.length_m)
        if setting.roles != {f"tilt_{number}" for number in range(1, count + 1)}:
            return f"length_m has {count} segments; name the inputs tilt_1 to tilt_{count}"
    return None
