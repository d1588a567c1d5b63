"""Stored volume: straight lines, dated surveys, nothing outside them."""

import datetime as dt

import numpy as np
import pytest
from msgspec.structs import replace

from tailings.facility import StageStorage
from tailings.formulas import Given, NoParameters, stored_volume

FACILITY = stored_volume.SURVEYED


def volume(level: list[float], days: list[str]) -> np.ndarray:
    """Volumes at these levels on these days."""
    later = StageStorage(dt.date(2025, 1, 1), (336.0, 340.0), (50_000.0, 450_000.0))
    facility = replace(FACILITY, stage_storage=(later, *FACILITY.stage_storage))
    times = np.array(days, dtype="datetime64[ms]").astype(np.int64)
    return stored_volume.compute(Given({"level": np.array(level)}, NoParameters(), times, facility=facility)).value


def test_each_day_has_its_survey() -> None:
    """337 m: 175,000 m3 by the survey of 2024, 150,000 m3 by that of 2025, none before the first."""
    found = volume([337.0, 337.0, 337.0], ["2024-06-01", "2025-06-01", "2023-06-01"])

    assert found[:2] == pytest.approx([175_000, 150_000])
    assert np.isnan(found[2])


def test_outside_the_curve_there_is_no_volume() -> None:
    """Below the lowest and above the highest surveyed level nothing is made up."""
    assert np.isnan(volume([335.9, 340.1], ["2024-06-01", "2024-06-02"])).all()
