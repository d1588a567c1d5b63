"""Level of a piezometer less the level that pond, season, time and rain explain: the residual of its HST model.

The model is a dated entry of the datastream; `tailwatch facility fit` makes it of the history. A result is doubted
where the model says nothing: a pond outside of the fitted levels (`beyond-fitted-pond`), more rain than on any fitted
day (`beyond-fitted-rain`), a time further away than the fitted time is long (`beyond-fitted-time`).

Source: tailings/hydrostatic_season_time.py; secondary: Willm and Beaujoint 1967.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Number, Setting, last
from tailings.hydrostatic_season_time import HstModel
from tailings.series import Values

INPUTS = (Input("level", "m"), Input("pond", "m"), Input("rain", "mm", optional=True))
RESULT = (("level-residual",), "m")
CALIBRATION = None
DATED = ("geometry",)
GEOMETRY = HstModel


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How old the pond level and the rain may be."""

    pond_stale_after_s: Annotated[float, Meta(gt=0)] = 86_400.0
    """How old the pond level may be."""
    rain_stale_after_s: Annotated[float, Meta(gt=0)] = 86_400.0
    """How old the rain may be."""


_FITTED: Final = {
    "fitted_from": dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
    "fitted_to": dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
    "pond_low_m": 336.0,
    "pond_high_m": 340.0,
    "constant_m": 330.0,
    "pond_m": [0.8, 0.1],
    "trend_m_per_year": 0.05,
    "rain_m_per_mm": 0.002,
    "rain_high_mm": 120.0,
    "residual_sd_m": 0.04,
    "r2": 0.9,
    "days": 731,
    "independent_days": 60.0,
}
EXAMPLE = Example(
    inputs={"level": 331.0, "pond": 339.0, "rain": 40.0},
    result=0.3949,
    tolerance=1e-4,
    origin="by hand: 331 - (330 + 0.8 x 0.5 + 0.1 x 0.25 + 0.05 x 731 / 365.25 + 0.002 x 40), 2 years on",
    dated={"geometry": _FITTED},
)


def compute(given: Given) -> Computed:
    """Residual [m] at each instant."""
    model, pond_m, rain_mm = given.geometry, given["pond"], given.get("rain")
    doubts = [
        FormulaDoubt(model.is_beyond_pond(pond_m), "beyond-fitted-pond"),
        FormulaDoubt(model.is_beyond_time(given.time_ms), "beyond-fitted-time"),
    ]
    if model.rain_m_per_mm is not None and rain_mm is not None:
        # A rain that is not known is doubted as the missing input that it is, and taken as none.
        doubts.append(FormulaDoubt(model.is_beyond_rain(rain_mm), "beyond-fitted-rain"))
        rain_mm = np.nan_to_num(rain_mm)
    return Computed(given["level"] - model.expected_m(given.time_ms, pond_m, rain_mm), tuple(doubts))


def equation(given: Given) -> Equation:
    """The level less what each part of the model explains."""
    model, at = given.geometry, given.time_ms[-1:]
    rain = np.nan_to_num(np.array([last(given, "rain")]))
    parts = model.parts_m(at, np.array([last(given, "pond")]), rain)
    numbers = {f"{name}_part": Number(float(part[0]), "m") for name, part in parts.items()}
    return Equation(f"level - (constant_m + {' + '.join(numbers)})", numbers)


def own_standard(given: Given) -> Values:
    """What the model leaves over of daily means [m]."""
    return np.full(given.time_ms.shape, given.geometry.residual_sd_m)


def check(setting: Setting) -> str | None:
    """An input `rain` for a model that counts with rain."""
    if "rain" not in setting.roles and any(one.rain_m_per_mm is not None for one in setting.geometry):
        return "a model counts with rain (rain_m_per_mm) and the input 'rain' is missing; name what it was fitted to"
    return None


def lost_correction(role: str, given: Setting) -> float | None:
    """A result without its rain may err by what the most fitted rain does [m]."""
    sizes = [abs(one.rain_m_per_mm) * one.rain_high_mm for one in given.geometry if one.rain_m_per_mm is not None]
    return max(sizes) if role == "rain" and sizes else None
