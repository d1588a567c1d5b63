"""Remembered rain: its window, its weights, and the same to the last bit at a gateway."""

import numpy as np
import pytest

from tailings import Series, formulas, parse
from tailings.formulas import antecedent_rain
from tests.tailings.facilities import VALE
from tests.tailings.formulas.examples import doubts_of, given_of

HOUR = {"time_constant_s": 3600}
REMEMBERED = (
    '\n[datastreams."n01:rain.remembered"]\nquantity = "rain"\nunit = "mm"\nformula = "antecedent_rain"\n'
    'inputs = { rain = "n01:rain.rain" }\nparameters = { time_constant_s = 86400 }\n'
)


def test_one_shower_fades() -> None:
    """10 mm in one hour count 10, 10 / e, ... and after five hours nothing: they have left the window."""
    found = antecedent_rain.compute(given_of("antecedent_rain", HOUR, rain=[10.0, *[0.0] * 6]))

    assert found.value == pytest.approx([*(10 * np.exp(-np.arange(5.0))), 0.0, 0.0])


def test_a_thin_window_is_doubted() -> None:
    """Of five hourly readings one is missing: what fell then would only add."""
    found = antecedent_rain.compute(given_of("antecedent_rain", HOUR, rain=[0.0] * 6 + [np.nan] + [0.0] * 6))

    assert doubts_of(found)["window-not-filled"] == [True] * 4 + [False] * 2 + [True] * 5 + [False] * 2


def test_a_gateway_gets_what_the_centre_gets() -> None:
    """From five time constants of history, the last row is that of the whole history to the last bit."""
    facility = parse(VALE.read_text() + REMEMBERED)
    datastream = facility.datastreams["n01:rain.remembered"]
    times = 1_764_079_200_000 + np.arange(4000) * 600_000
    rain = Series.of(times, np.random.default_rng(3).choice([0, 0, 0, 0.2, 0.4], 4000))
    whole = formulas.evaluate(datastream, {"rain": rain}, facility).series

    history_ms = int(formulas.history_s(datastream) * 1000)
    for row in (1500, 2000, 3999):
        kept = rain.rows(slice(0, row + 1)).since(int(times[row]) - history_ms)
        last = formulas.evaluate(datastream, {"rain": kept}, facility).series
        assert (last.value[-1], last.quality[-1]) == (whole.value[row], whole.quality[row])
