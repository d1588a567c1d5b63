"""Days until the minimum freeboard is reached at today's net inflow: (V at minimum freeboard - V now) / inflow.

Crest and survey are those of the day. A pond at or above the level of the minimum freeboard has 0, whatever the inflow
is and wherever the survey ends. Below it: one that does not fill has no such day (missing, `not-filling`), one whose
inflow is not known neither (`no-inflow`); outside of the surveyed levels there is no volume to count from
(`above-survey`, `below-survey`), and where the survey ends below the minimum freeboard none to count to
(`minimum-above-survey`).

Source: secondary: common practice; tested against a calculation by hand.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Number, Setting, last
from tailings.formulas._example_site import SITE
from tailings.formulas._stage_storage import interpolate
from tailings.formulas.stored_volume import SURVEY, beyond
from tailings.geometry import Crest
from tailings.series import Values
from wire import quality as flag

# Missing, it leaves a result to a pond that is past the minimum; `check` sees that it is configured.
INPUTS = (Input("level", "m"), Input("inflow", "m3/d", optional=True))
RESULT = (("days-to-minimum-freeboard",), "d")
CALIBRATION = None
GEOMETRY = Crest
DATED = ("crest", "stage_storage")


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """How old the net inflow may be."""

    inflow_stale_after_s: Annotated[float, Meta(gt=0)] = 86400.0
    """How old the net inflow may be."""


EXAMPLE = Example(
    inputs={"level": 337.0, "inflow": 5_000.0},
    result=69.0,
    tolerance=1e-9,
    origin="by hand: (520,000 m3 at 342 - 2 m, minus 175,000 m3) / 5,000 m3/d",
    dated={"crest": {"crest_m": 342.0}, "stage_storage": SURVEY},
    facility=SITE,
)


def compute(given: Given) -> Computed:
    """Days at each instant."""
    if given.facility is None or given.facility.minimum_freeboard_m is None:
        raise ValueError("this formula needs the facility's minimum_freeboard_m")
    level, survey = given["level"], given.survey
    known = given.get("inflow")
    inflow = np.full(level.shape, np.nan) if known is None else known
    minimum_m = given.crest_m - given.facility.minimum_freeboard_m
    at_minimum_m3 = float(interpolate(survey, np.array([minimum_m]))[0])
    is_below, is_filling = ~(level >= minimum_m), inflow > 0
    days = (at_minimum_m3 - interpolate(survey, level)) / np.where(is_filling, inflow, np.nan)
    doubts = (
        FormulaDoubt(is_below & ~is_filling & ~np.isnan(inflow), "not-filling", flag.MISSING),
        FormulaDoubt(is_below & np.isnan(inflow), "no-inflow", flag.MISSING),
        *(one._replace(where=is_below & one.where) for one in beyond(survey, level)),
        FormulaDoubt(is_below & (minimum_m > survey.level_m[-1]), "minimum-above-survey", flag.MISSING),
    )
    return Computed(np.where(is_below, days, 0.0), doubts)


def equation(given: Given) -> Equation:
    """What may still flow in, by what flows in a day; a pond past the minimum has no day to come."""
    assert given.facility is not None and given.facility.minimum_freeboard_m is not None
    minimum_m = given.crest_m - given.facility.minimum_freeboard_m
    if last(given, "level") >= minimum_m:
        return Equation(method="minimum-reached", numbers={"minimum_level": Number(minimum_m, "m")})
    volumes = interpolate(given.survey, np.array([minimum_m, last(given, "level")]))
    minimum_m3, now_m3 = (Number(float(one), "m3") for one in volumes)
    return Equation("(volume_at_minimum - volume) / inflow", {"volume_at_minimum": minimum_m3, "volume": now_m3})


def check(setting: Setting) -> str | None:
    """A minimum freeboard, an inflow, and a newest survey that reaches that level below the newest crest."""
    minimum_m = setting.facility.minimum_freeboard_m
    if minimum_m is None:
        return "set minimum_freeboard_m of the facility"
    if "inflow" not in setting.roles:
        return "the input 'inflow' is missing; name a datastream in m3/d"
    crest_m = (setting.geometry or setting.facility.geometry)[-1].crest_m
    survey = setting.facility.stage_storage[-1]
    if not survey.level_m[0] <= crest_m - minimum_m <= survey.level_m[-1]:
        return (
            f"the newest stage_storage does not reach {crest_m - minimum_m:g} m, the level of the minimum freeboard; "
            "add points"
        )
    return None


def interval(reason: str, value: Values, given: Setting) -> tuple[Values, Values] | None:
    """What a pond that does not fill says [d]: the minimum freeboard is never reached."""
    never = np.full(value.shape, np.inf)
    return (never, never) if reason == "not-filling" else None
