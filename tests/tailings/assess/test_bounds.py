"""Intervals of readings: a lost correction by its range, an input's through the formula, everything else endless."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings import Facility, Series, chain, parse
from tailings.assess.bounds import BoundedRows, bounded, sources
from tailings.chain import FilteredSeries
from tests.tailings.facilities import VALE, vale

T = 1764079200000
LEVEL = "n07:vw1.level"
ERRS_KPA = 3.0 + 2.0 * (1.0 / 3 + 0.01 / 12) ** 0.5
KPA_PER_M = 9.80665


def rows(results: Mapping[str, FilteredSeries]) -> dict[str, BoundedRows]:
    """What a chain gave, as it would be stored."""
    return {
        name: BoundedRows(
            one.series,
            {int(at): tests for at, tests in zip(one.series.time_ms.tolist(), one.tests(), strict=True) if tests},
        )
        for name, one in results.items()
    }


def raw(hz: float = 2831.4, hpa: float | None = 961.0, ohm: float | None = 4821.0) -> dict[str, Series]:
    """One pack of n07 and the barometer; None: no reading."""
    readings = {"n07:vw1.frequency": hz, "n07:vw1.thermistor": ohm, "n01:baro.pressure": hpa}
    return {name: Series.of([T], [value]) for name, value in readings.items() if value is not None}


def test_a_reading_that_passed_is_taken_as_it_is() -> None:
    """No bound is put around a level whose inputs are all there."""
    found = bounded(LEVEL, rows(chain.derive(vale(), raw())), vale())

    assert found.low[0] == found.high[0] == found.series.value[0]


def test_a_lost_barometer_is_a_third_of_a_metre() -> None:
    """3 kPa of weather and twice the standard uncertainty of a limit of 1 kPa and a step of 0.1 kPa (kinds.toml)."""
    found = bounded(LEVEL, rows(chain.derive(vale(), raw(hpa=None))), vale())
    value = found.series.value[0]

    assert found.series.quality[0] == 3
    assert (value - found.low[0], found.high[0] - value) == pytest.approx((ERRS_KPA / KPA_PER_M,) * 2, abs=1e-9)


@given(st.floats(2700.0, 3010.0), st.floats(931.0, 991.0))
def test_the_corrected_level_lies_within_the_interval(hz: float, hpa: float) -> None:
    """Whatever the weather was within 3 kPa of the field zero, the level that a barometer would give is inside."""
    true = chain.derive(vale(), raw(hz, hpa))[LEVEL].series.value[0]
    found = bounded(LEVEL, rows(chain.derive(vale(), raw(hz, None))), vale())

    assert found.low[0] <= true <= found.high[0]
    assert found.high[0] - found.low[0] < 1.0


def test_an_unknown_cause_has_no_size() -> None:
    """A pressure that its range doubts says nothing of how wrong it is, and so does a level made of it."""
    found = bounded(LEVEL, rows(chain.derive(vale(), raw(hz=1500.0))), vale())

    assert found.series.quality[0] >= 3
    assert (found.low[0], found.high[0]) == (-np.inf, np.inf)


def test_of_two_causes_the_unknown_one_counts() -> None:
    """Beside a lost barometer a doubted range leaves no size."""
    stored = rows(chain.derive(vale(), raw(hpa=None)))
    stored["n07:vw1.pressure"] = BoundedRows(stored["n07:vw1.pressure"].series, {T: "gross_range,missing.barometer"})

    assert bounded(LEVEL, stored, vale()).high[0] == np.inf


def test_without_the_rows_of_its_input_nothing_is_known() -> None:
    """A suspect level whose pressure is not at hand has no size."""
    stored = rows(chain.derive(vale(), raw(hpa=None)))

    assert bounded(LEVEL, {LEVEL: stored[LEVEL]}, vale()).low[0] == -np.inf


def test_all_that_a_datastream_is_made_of() -> None:
    """A level needs its pressure, and with it frequency, temperature, thermistor and barometer."""
    assert set(sources(vale(), [LEVEL])) == {
        LEVEL,
        "n07:vw1.pressure",
        "n07:vw1.frequency",
        "n07:vw1.temperature",
        "n07:vw1.thermistor",
        "n01:baro.pressure",
    }


MORE = """
[datastreams."n01:rain.day"]
quantity = "rain"
unit = "mm"
formula = "rain_sum"
inputs = { rain = "n01:rain.rain" }
parameters = { window_s = 86400 }
[instruments."n01:loop"]
driver = "current_loop"
pressure = "vented"
[datastreams."n01:loop.current"]
quantity = "current"
unit = "mA"
[datastreams."n01:loop.level"]
quantity = "pond-level"
unit = "m"
formula = "level_from_current"
inputs = { current = "n01:loop.current" }
geometry = [{ valid_from = 2024-06-12, low_m = 335.0, high_m = 341.0 }]
[datastreams."n01:loop.flow"]
quantity = "seepage-flow"
unit = "L/s"
formula = "v_notch_flow"
inputs = { height = "n01:loop.height" }
geometry = [{ valid_from = 2024-06-12, angle_deg = 90.0 }]
[datastreams."n01:loop.height"]
quantity = "gauge-height"
unit = "m"
formula = "level_from_current"
inputs = { current = "n01:loop.current" }
geometry = [{ valid_from = 2024-06-12, low_m = 0.0, high_m = 0.4 }]
[instruments."n01:inlet"]
driver = "weir_gauge"
pressure = "vented"
[datastreams."n01:inlet.height"]
quantity = "gauge-height"
unit = "m"
[datastreams."n01:inlet.inflow"]
quantity = "flow"
unit = "m3/d"
formula = "v_notch_flow"
inputs = { height = "n01:inlet.height" }
geometry = [{ valid_from = 2024-06-12, angle_deg = 90.0 }]
[datastreams."n01:loop.days"]
quantity = "days-to-minimum-freeboard"
unit = "d"
formula = "days_to_minimum_freeboard"
inputs = { level = "n01:loop.level", inflow = "n01:inlet.inflow" }
"""


@cache
def more() -> Facility:
    """The test facility with rain sum, current loop, weir and forecast."""
    return parse(VALE.read_text() + MORE)


def test_a_thin_rain_sum_is_at_least_so_much() -> None:
    """12 mm in one reading of a day that lacks the others: the sum is 12 mm or more."""
    stored = rows(chain.derive(more(), {"n01:rain.rain": Series.of([T], [12.0])}))
    found = bounded("n01:rain.day", stored, more())

    assert (found.series.quality[0], found.low[0], found.high[0]) == (3, 12.0, np.inf)


def test_a_loop_at_its_end_is_at_least_there() -> None:
    """20.8 mA: the pond stands at 341.3 m or higher; 3.7 mA: at 334.89 m or lower."""
    results = chain.derive(more(), {"n01:loop.current": Series.of([T, T + 60_000], [20.8, 3.7])})
    found = bounded("n01:loop.level", rows(results), more())

    assert (found.low[0], found.high[0]) == (pytest.approx(341.3), np.inf)
    assert (found.low[1], found.high[1]) == (-np.inf, pytest.approx(334.8875))


def test_a_loop_at_its_end_is_there_by_the_range_of_its_time() -> None:
    """3.7 mA of 335 to 341 m is 334.89 m or lower, and 20.8 mA of 325 to 331 m, set a minute later, 331.3 m or more."""
    first = "geometry = [{ valid_from = 2024-06-12, low_m = 335.0, high_m = 341.0 }]"
    later = "{ valid_from = 2025-11-25T14:01:00Z, low_m = 325.0, high_m = 331.0 }"
    facility = parse(VALE.read_text() + MORE.replace(first, f"{first[:-1]}, {later}]"))
    results = chain.derive(facility, {"n01:loop.current": Series.of([T, T + 60_000], [3.7, 20.8])})
    found = bounded("n01:loop.level", rows(results), facility)

    assert (found.low[0], found.high[0]) == (-np.inf, pytest.approx(334.8875))
    assert (found.low[1], found.high[1]) == (pytest.approx(331.3), np.inf)


def test_a_low_head_is_hardly_any_flow() -> None:
    """2 cm over the notch: between nothing and the 1.2 L/s of 6 cm (Kindsvater-Shen, Ce 0.578, kh 0.88 mm)."""
    results = chain.derive(more(), {"n01:loop.current": Series.of([T], [4.8])})
    found = bounded("n01:loop.flow", rows(results), more())

    assert found.series.quality[0] == 3
    assert (found.low[0], found.high[0]) == (0.0, pytest.approx(1.25, abs=0.01))


def test_a_pond_that_does_not_fill_never_gets_there() -> None:
    """Days to the minimum freeboard are missing with a reason that says: later than any limit."""
    raws = {"n01:loop.current": Series.of([T], [12.0]), "n01:inlet.height": Series.of([T], [0.0])}
    stored = rows(chain.derive(more(), raws))
    found = bounded("n01:loop.days", stored, more())

    assert found.series.quality[0] == 9
    assert (found.low[0], found.high[0]) == (np.inf, np.inf)
