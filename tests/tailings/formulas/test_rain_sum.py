"""Rain sum: the window, what is missing in it, streaming against batch."""

import numpy as np
import pytest

from tailings import Series, formulas, parse
from tailings.formulas import rain_sum
from tests.tailings.facilities import VALE
from tests.tailings.formulas.examples import doubts_of, given_of

THREE_HOURS = {"window_s": 3 * 3600}
DAY = (
    '\n[datastreams."n01:rain.day"]\nquantity = "rain"\nunit = "mm"\nformula = "rain_sum"\n'
    'inputs = { rain = "n01:rain.rain" }\nparameters = { window_s = 86400 }\n'
)


def test_the_window_ends_with_the_reading() -> None:
    """Hourly 1, 2, 4, 8, 16 mm summed over 3 h: the reading three hours ago is no longer in it."""
    computed = rain_sum.compute(given_of("rain_sum", THREE_HOURS, rain=[1, 2, 4, 8, 16]))

    assert computed.value == pytest.approx([1, 3, 7, 14, 28])


@pytest.mark.case("15", "a rain sum that lacks a reading in ten (rounded up) says that it is a lower bound")
def test_a_thin_window_is_doubted() -> None:
    """Until three readings are there, and while one of three is missing, the sum may be too small."""
    computed = rain_sum.compute(given_of("rain_sum", THREE_HOURS, rain=[1, 1, 1, 1, np.nan, 1, 1, 1]))

    assert doubts_of(computed)["window-not-filled"] == [True, True, False, False, True, True, True, False]


def test_the_last_row_of_a_window_is_that_of_the_whole_history() -> None:
    """An edge agent that keeps history_s of rain gets the sum of a recalculation, to the last bit."""
    facility = parse(VALE.read_text() + DAY)
    datastream = facility.datastreams["n01:rain.day"]
    times = 1_764_079_200_000 + np.arange(2880) * 60_000
    rain = Series.of(times, np.random.default_rng(3).choice([0, 0, 0, 0.2, 0.4], 2880))
    whole = formulas.evaluate(datastream, {"rain": rain}, facility).series

    history_ms = int(formulas.history_s(datastream) * 1000)
    for row in (1500, 2000, 2879):
        kept = rain.rows(slice(0, row + 1)).since(int(times[row]) - history_ms)
        last = formulas.evaluate(datastream, {"rain": kept}, facility).series
        assert (last.value[-1], last.quality[-1]) == (whole.value[row], whole.quality[row])
