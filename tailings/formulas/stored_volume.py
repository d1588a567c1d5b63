"""Water stored in the pond: its level on the facility's stage-storage curve of that day.

Source: definition; straight lines between the surveyed points.
"""

from __future__ import annotations

import datetime as dt

from tailings.facility.model import Facility, Location, StageStorage
from tailings.formulas import Computed, Example, Given, Input, NoParameters, Setting
from tailings.formulas._stage_storage import volumes_m3

INPUTS = (Input("level", "m"),)
RESULT = (("stored-volume",), "m3")
CALIBRATION = None
Parameters = NoParameters

SURVEYED = Facility(
    id="example",
    name="Example",
    version=1,
    timezone="UTC",
    location=Location(0.0, 0.0),
    commissioned=dt.date(2019, 1, 1),
    version_hash="",
    crest_m=342.0,
    minimum_freeboard_m=2.0,
    stage_storage=(StageStorage(dt.date(2024, 1, 1), (336.0, 338.0, 340.0), (90_000.0, 260_000.0, 520_000.0)),),
)
EXAMPLE = Example(
    inputs={"level": 337.0},
    result=175_000.0,
    tolerance=1e-6,
    origin="half way between 90,000 m3 at 336 m and 260,000 m3 at 338 m",
    facility=SURVEYED,
)


def compute(given: Given) -> Computed:
    """Volume [m3] at each instant; none outside the surveyed levels."""
    if given.facility is None:
        raise ValueError("a stored volume needs the facility's stage_storage")
    return Computed(volumes_m3(given.facility, given["level"], given.time_ms))


def check(setting: Setting) -> str | None:
    """There must be a survey."""
    if not setting.facility.stage_storage:
        return "the facility has no stage_storage; add [[facility.stage_storage]] with surveyed, level_m, volume_m3"
    return None
