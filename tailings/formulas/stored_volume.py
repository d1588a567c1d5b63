"""Water stored in the pond: its level on the facility's stage-storage curve of that day.

A level above the highest surveyed point holds more than the survey knows (missing, `above-survey`), one below the
lowest has no volume either (`below-survey`).

Source: definition; straight lines between the surveyed points.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tailings.facility.model import StageStorage
from tailings.formulas import (
    Computed,
    Equation,
    Example,
    FormulaDoubt,
    Given,
    Input,
    NoParameters,
    Setting,
    between,
    last,
)
from tailings.formulas._stage_storage import interpolate
from tailings.series import Values
from wire import quality as flag

INPUTS = (Input("level", "m"),)
RESULT = (("stored-volume",), "m3")
CALIBRATION = None
DATED = ("stage_storage",)
Parameters = NoParameters

SURVEY: Final = {"level_m": (336.0, 338.0, 340.0), "volume_m3": (90_000.0, 260_000.0, 520_000.0)}
EXAMPLE = Example(
    inputs={"level": 337.0},
    result=175_000.0,
    tolerance=1e-6,
    origin="half way between 90,000 m3 at 336 m and 260,000 m3 at 338 m",
    dated={"stage_storage": SURVEY},
)


def beyond(survey: StageStorage, level_m: Values) -> tuple[FormulaDoubt, FormulaDoubt]:
    """Why a level outside of a survey has no volume."""
    return (
        FormulaDoubt(level_m > survey.level_m[-1], "above-survey", flag.MISSING),
        FormulaDoubt(level_m < survey.level_m[0], "below-survey", flag.MISSING),
    )


def compute(given: Given) -> Computed:
    """Volume [m3] at each instant; none outside the surveyed levels."""
    return Computed(interpolate(given.survey, given["level"]), beyond(given.survey, given["level"]))


def equation(given: Given) -> Equation:
    """The straight line between the two surveyed points."""
    survey = given.survey
    return between("level", last(given, "level"), survey.level_m, survey.volume_m3, units=("m", "m3"))


def interval(reason: str, value: Values, given: Setting) -> tuple[Values, Values] | None:
    """What a level beyond the survey says [m3]: at least the volume of its top, at most that of its bottom."""
    surveys = given.facility.stage_storage
    if reason == "above-survey":
        return np.full(value.shape, min(one.volume_m3[-1] for one in surveys)), np.full(value.shape, np.inf)
    if reason == "below-survey":
        return np.full(value.shape, -np.inf), np.full(value.shape, max(one.volume_m3[0] for one in surveys))
    return None
