"""The simulated dam: the same seed gives the same water, and cause comes before effect."""

import numpy as np
import pytest

from tailings import parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo import water
from tailwatch.demo.instruments import PIEZOMETERS

START_S = 1_780_000_000.0
DAY_S = 86400.0


def test_neighbouring_windows_agree() -> None:
    """A time has the same pond level whichever window it was asked in."""
    times = np.linspace(START_S, START_S + 5 * DAY_S, 200)
    early = water.simulate(START_S - 60 * DAY_S, START_S + 5 * DAY_S, 7, PIEZOMETERS)
    late = water.simulate(START_S, START_S + 90 * DAY_S, 7, PIEZOMETERS)

    assert np.allclose(early.at(early.pond_m, times), late.at(late.pond_m, times), atol=1e-9)


def test_rain_raises_the_pond_and_then_the_phreatic_line() -> None:
    """After the wettest day the pond peaks later than the rain, and each piezometer later than the pond rises."""
    truth = water.simulate(START_S, START_S + 60 * DAY_S, 7, PIEZOMETERS)
    hours = slice(2200, len(truth.rain_mm) - 200)
    lag = _lag_h(truth.rain_mm[hours], _rise(truth.pond_m)[hours])
    delays = [_lag_h(_rise(truth.pond_m)[hours], _rise(level)[hours]) for level in truth.levels_m.values()]

    assert 0 <= lag <= 2
    assert all(delay >= 0 for delay in delays)


def test_a_time_outside_the_window_is_refused() -> None:
    """The truth is never extrapolated."""
    truth = water.simulate(START_S, START_S + DAY_S, 7, PIEZOMETERS)
    try:
        truth.at(truth.pond_m, np.array([START_S + 400 * DAY_S]))
    except ValueError as error:
        assert "not computed" in str(error)
    else:
        raise AssertionError("a time outside the window was answered")


def test_the_facility_file_assumes_the_catchment_that_is_simulated() -> None:
    """What the file's catchment brings of each mm, the pond's own surface at 1, is what the simulation lets in."""
    assumed = parse(FACILITY_FILE.read_text()).catchment[-1]
    pond, ground = water.POND_AREA_M2, assumed.area_m2 - water.POND_AREA_M2

    assert pond + assumed.run_off_coefficient * ground == pytest.approx(water.RUNOFF * water.CATCHMENT_M2)
    assert "demo" in assumed.author.lower()


def _rise(level: np.ndarray) -> np.ndarray:
    return np.diff(level, prepend=level[0])


def _lag_h(cause: np.ndarray, effect: np.ndarray) -> int:
    """Shift in hours, -48 to 48, at which the effect resembles the cause most."""
    shifts = range(-48, 49)
    a, b = cause - cause.mean(), effect - effect.mean()
    scores = [float(np.dot(a[48:-48], np.roll(b, -shift)[48:-48])) for shift in shifts]
    return shifts[int(np.argmax(scores))]
