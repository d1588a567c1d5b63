"""The residual of an HST model: dated entries, rain that is lost, what it refuses, and its uncertainty."""

import numpy as np
import pytest

from tailings import Series, formulas, parse
from tailings.facility import BadFacility
from tailings.uncertainty import Propagation, Source
from tests.tailings.facilities import VALE

NAME, LEVEL, POND, RAIN = "n02:vw1.residual", "n02:vw1.level", "n01:pond.level", "n01:rain.rain"
DATASTREAM = f"""
[datastreams."{NAME}"]
quantity = "level-residual"
unit = "cm"
formula = "hst_residual"
inputs = {{ level = "{LEVEL}", pond = "{POND}", rain = "{RAIN}" }}
"""
ENTRY = f"""
[[datastreams."{NAME}".geometry]]
valid_from = 2025-01-01
fitted_from = 2024-01-01T00:00:00Z
fitted_to = 2025-01-01T00:00:00Z
pond_low_m = 336.0
pond_high_m = 340.0
constant_m = 330.0
pond_m = [0.8]
rain_m_per_mm = 0.01
rain_high_mm = 50.0
residual_sd_m = 0.04
r2 = 0.9
days = 366
independent_days = 60.0
"""
LATER = ENTRY.replace("valid_from = 2025-01-01", "valid_from = 2025-07-01").replace("330.0", "330.5")
TEXT = VALE.read_text() + DATASTREAM + ENTRY + LATER


def derived(days: list[str], level: list[float], pond: list[float], rain: list[float]) -> formulas.Derived:
    """The residual of readings at the same times."""
    facility = parse(TEXT)
    times = np.array(days, dtype="datetime64[ms]").astype(np.int64)
    columns = {"level": level, "pond": pond, "rain": rain}
    given = {role: Series.of(times, values) for role, values in columns.items()}
    return formulas.evaluate(facility.datastreams[NAME], given, facility)


def test_each_day_has_its_model() -> None:
    """At 338 m the model says 330 m and 1 cm a mm of rain; half a metre more from July on; nothing before the first."""
    days = ["2024-12-31", "2025-02-01", "2025-02-02", "2025-08-01"]
    found = derived(days, [330.2] * 4, [338.0, 338.0, 339.0, 338.0], [10.0] * 4)

    assert found.series.value == pytest.approx([np.nan, 10.0, -30.0, -40.0], nan_ok=True)
    assert found.tests() == ["geometry.none", None, None, None]


def test_what_the_model_was_not_fitted_to_is_doubted() -> None:
    """A pond above and below, more rain, a day more than a year after the fitted year: each suspect by its name."""
    days = ["2025-02-01", "2025-02-02", "2025-02-03", "2026-01-03"]
    found = derived(days, [330.0] * 4, [340.1, 335.9, 338.0, 338.0], [0.0, 0.0, 51.0, 0.0])

    pond, rain, time = (f"formula.beyond-fitted-{what}" for what in ("pond", "rain", "time"))
    assert found.tests() == [pond, pond, rain, time]
    assert (found.series.quality == 3).all()


def test_a_lost_rain_is_none_and_errs_by_the_most_fitted() -> None:
    """Without its rain a residual is suspect, taken as of a dry time, and may err by 50 mm x 1 cm a mm."""
    found = derived(["2025-02-01"], [330.2], [338.0], [np.nan])
    facility = parse(TEXT)

    assert found.series.value == pytest.approx([20.0])
    assert found.tests() == ["missing.rain"]
    assert formulas.lost_correction(facility.datastreams[NAME], "missing.rain", facility) == ("rain", 50.0)


def test_what_the_model_leaves_over_is_a_source_of_its_uncertainty() -> None:
    """4 cm of standard uncertainty by the model itself, in the unit of the datastream."""
    facility = parse(TEXT)
    time_ms = np.array(["2025-02-01"], dtype="datetime64[ms]").astype(np.int64)
    rows = {
        name: Series.of(time_ms, [value]) for name, value in ((LEVEL, 330.2), (POND, 338.0), (RAIN, 0.0), (NAME, 20.0))
    }

    assert Propagation(facility, rows).of(NAME).shares[Source(NAME, "model")] == pytest.approx([4.0])


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (f', rain = "{RAIN}"', "", "a model counts with rain"),
        ("pond_high_m = 340.0", "pond_high_m = 336.0", "pond_high_m must be above pond_low_m"),
        ("fitted_to = 2025-", "fitted_to = 2023-", "fitted_to must be after fitted_from"),
        ("pond_m = [0.8]", "pond_m = [0.8]\nseason_m = [0.1]", "a cosine and a sine"),
    ],
)
def test_a_model_that_cannot_be_is_refused(before: str, after: str, says: str) -> None:
    """No rain for a model with rain, a range without width, a time that ends before it begins, half a wave."""
    with pytest.raises(BadFacility, match=says):
        parse(VALE.read_text() + (DATASTREAM + ENTRY).replace(before, after))
