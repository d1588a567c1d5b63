"""Stored volume: straight lines, dated surveys, nothing outside them."""

import numpy as np
import pytest

from tailings import Series, formulas, parse
from tests.tailings.facilities import changed

VOLUME = """
[datastreams."n01:pond.volume"]
quantity = "stored-volume"
unit = "m3"
formula = "stored_volume"
inputs = { level = "n01:pond.level" }
"""
LATER = """[[facility.stage_storage]]
valid_from = 2025-01-01
level_m = [336.0, 340.0]
volume_m3 = [50000.0, 450000.0]

[agents.gw1]"""


def volume(level: list[float], days: list[str]) -> tuple[np.ndarray, list[str | None]]:
    """Volumes at these levels on these days, and why where there is none."""
    facility = parse(changed("[agents.gw1]", LATER) + VOLUME)
    times = np.array(days, dtype="datetime64[ms]").astype(np.int64)
    derived = formulas.evaluate(facility.datastreams["n01:pond.volume"], {"level": Series.of(times, level)}, facility)
    return derived.series.value, derived.tests()


def test_each_day_has_its_survey() -> None:
    """337 m: 175,000 m3 by the survey of 2024, 150,000 m3 by that of 2025 (by hand), none before the first."""
    found, causes = volume([337.0, 337.0, 337.0], ["2023-06-01", "2024-06-13", "2025-06-01"])

    assert found == pytest.approx([np.nan, 175_000, 150_000], nan_ok=True)
    assert causes == ["geometry.none", None, None]


def test_outside_the_curve_there_is_no_volume() -> None:
    """Below the lowest and above the highest surveyed level nothing is made up, and each says so."""
    found, causes = volume([335.9, 340.1, 340.0], ["2025-06-01", "2025-06-02", "2025-06-03"])

    assert np.isnan(found[:2]).all()
    assert causes == ["formula.below-survey", "formula.above-survey", None]
