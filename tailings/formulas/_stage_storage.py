"""Water volume by level, from the facility's dated stage-storage surveys."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np

from tailings.facility.model import Facility, StageStorage
from tailings.series import Times, Values


def volumes_m3(facility: Facility, level_m: Values, time_ms: Times) -> Values:
    """Volume [m3] at each level, by the survey in force that day; NaN outside its levels and before the first."""
    surveys = sorted(facility.stage_storage, key=lambda survey: survey.surveyed)
    zone = ZoneInfo(facility.timezone)
    starts = [_first_ms(survey.surveyed, zone) for survey in surveys]
    which = np.searchsorted(starts, time_ms, side="right") - 1
    volume: Values = np.full(level_m.shape, np.nan)
    for index, survey in enumerate(surveys):
        rows = which == index
        volume[rows] = interpolate(survey, level_m[rows])
    return volume


def interpolate(survey: StageStorage, level_m: Values) -> Values:
    """Volume [m3] on the straight lines between the surveyed points; NaN outside them."""
    return np.interp(level_m, survey.level_m, survey.volume_m3, left=np.nan, right=np.nan)


def newest(facility: Facility) -> StageStorage:
    """The newest survey; raises ValueError when there is none."""
    return max(facility.stage_storage, key=lambda survey: survey.surveyed)


def _first_ms(day: dt.date, zone: ZoneInfo) -> int:
    return round(dt.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
