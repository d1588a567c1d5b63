"""Days until the minimum freeboard is reached at today's net inflow: (V at minimum freeboard - V now) / inflow.

A pond that does not fill has no such day (missing, `formula.not-filling`); one that is past it has 0.

Source: secondary: common practice; tested against a calculation by hand.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.facility.model import Facility
from tailings.formulas import Computed, Doubt, Example, Given, Input, Setting
from tailings.formulas._stage_storage import interpolate, newest, volumes_m3
from tailings.formulas.stored_volume import SURVEYED
from tailings.formulas.stored_volume import check as check_survey
from tailings.series import Values
from wire import quality as flag

INPUTS = (Input("level", "m"), Input("inflow", "m3/d"))
RESULT = (("days-to-minimum-freeboard",), "d")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How old the net inflow may be."""

    inflow_stale_after_s: Annotated[float, Meta(gt=0)] = 86400.0


EXAMPLE = Example(
    inputs={"level": 337.0, "inflow": 5_000.0},
    result=69.0,
    tolerance=1e-9,
    origin="by hand: (520,000 m3 at 342 - 2 m, minus 175,000 m3) / 5,000 m3/d",
    facility=SURVEYED,
)


def compute(given: Given) -> Computed:
    """Days at each instant."""
    if given.facility is None:
        raise ValueError("this formula needs the facility")
    level, inflow = given["level"], given["inflow"]
    room_m3 = _volume_at_minimum(given.facility) - volumes_m3(given.facility, level, given.time_ms)
    is_filling = inflow > 0
    days = np.maximum(room_m3, 0.0) / np.where(is_filling, inflow, np.nan)
    return Computed(days, (Doubt(~is_filling & ~np.isnan(inflow), "not-filling", flag.MISSING),))


def check(setting: Setting) -> str | None:
    """Crest, minimum freeboard and a survey that reaches that level."""
    facility = setting.facility
    if facility.crest_m is None or facility.minimum_freeboard_m is None:
        return "set crest_m and minimum_freeboard_m of the facility"
    fault = check_survey(setting)
    if fault is None and np.isnan(_volume_at_minimum(facility)):
        return "the newest stage_storage does not reach the level of the minimum freeboard; add points"
    return fault


def _volume_at_minimum(facility: Facility) -> float:
    lowest_m = (facility.crest_m or 0.0) - (facility.minimum_freeboard_m or 0.0)
    return float(interpolate(newest(facility), np.array([lowest_m]))[0])


def interval(reason: str, value: Values, given: Setting) -> tuple[Values, Values] | None:
    """What a pond that does not fill says [d]: the minimum freeboard is never reached."""
    never = np.full(value.shape, np.inf)
    return (never, never) if reason == "not-filling" else None
