"""Level from current: ends of the loop, saturation and failure."""

import numpy as np
import pytest

from tailings import BadFacility, Series, chain, parse
from tailings.formulas import level_from_current
from tests.tailings.facilities import VALE
from tests.tailings.formulas.examples import doubts_of, given_of


def test_a_broken_loop_gives_no_level() -> None:
    """0 mA (cut cable) and 22 mA (short) have no level; 3.7 mA is at the end of the range."""
    ends = {"geometry": {"low_m": 335, "high_m": 340}}
    given = given_of("level_from_current", {}, dated=ends, current=[4, 20, 0, 22, 3.7])

    computed = level_from_current.compute(given)

    assert computed.value[:2] == pytest.approx([335, 340])
    assert np.isnan(computed.value[2:4]).all()
    assert doubts_of(computed)["loop-saturated"][4]


LOOP = """
[instruments."n01:loop"]
driver = "current_loop"
pressure = "absolute"
[datastreams."n01:loop.current"]
quantity = "current"
unit = "mA"
[datastreams."n01:loop.level"]
quantity = "pond-level"
unit = "m"
formula = "level_from_current"
inputs = { current = "n01:loop.current", barometer = "n01:baro.pressure" }
geometry = [{ valid_from = 2024-06-12, low_m = 335.0, high_m = 341.0, zero_barometer_kpa = 96.0 }]
"""
VENTED = (
    LOOP.replace("absolute", "vented")
    .replace(', barometer = "n01:baro.pressure"', "")
    .replace(", zero_barometer_kpa = 96.0", "")
)
T = 1_764_079_200_000


def levels(text: str, barometer_hpa: list[float]) -> tuple[list[float], list[str | None]]:
    """The level of a loop that stands at 12 mA while the air's pressure changes, and what lowered its quality."""
    times = T + np.arange(len(barometer_hpa)) * 60_000
    raw = {"n01:loop.current": Series.of(times, [12.0] * len(barometer_hpa))}
    raw["n01:baro.pressure"] = Series.of(times, barometer_hpa)
    found = chain.derive(parse(VALE.read_text() + text), raw)["n01:loop.level"]
    return found.series.value.tolist(), found.tests()


@pytest.mark.case(
    "15", "a sealed gauge is freed of the air's pressure, a vented one is left alone, and each says which"
)
def test_weather_moves_a_sealed_gauge_and_not_a_vented_one() -> None:
    """12 mA are 338 m; 3 kPa above the zero's 96 kPa stand for 3 / 9.80665 m of water (by hand) in a sealed gauge."""
    sealed, _ = levels(LOOP, [960.0, 990.0])
    vented, _ = levels(VENTED, [960.0, 990.0])

    assert sealed == pytest.approx([338.0, 338.0 - 3 / 9.80665])
    assert vented == pytest.approx([338.0, 338.0])


def test_without_a_barometer_reading_the_term_is_left_out_and_told() -> None:
    """The level is then off by what the weather does, and suspect."""
    found, tests = levels(LOOP, [float("nan")])

    assert (found, tests) == ([338.0], ["missing.barometer"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LOOP.replace('pressure = "absolute"\n', ""), "does not say what its pressure is against"),
        (LOOP.replace("absolute", "vented"), r"no air pressure in its reading \(vented\); drop the barometer input"),
        (LOOP.replace("absolute", "none"), r"no air pressure in its reading \(none\); drop the barometer input"),
        (LOOP.replace(", zero_barometer_kpa = 96.0", ""), "entry of 2024-06-12 has no zero_barometer_kpa"),
        (VENTED.replace("vented", "absolute"), "is sealed"),
        (VENTED.replace("341.0", "341.0, zero_barometer_kpa = 96.0"), "has zero_barometer_kpa, but .* is vented"),
    ],
)
def test_what_a_loop_says_of_the_air_must_fit_its_inputs(text: str, sentence: str) -> None:
    """Never assumed: each gap and each contradiction is refused with what to do."""
    with pytest.raises(BadFacility, match=sentence):
        parse(VALE.read_text() + text)
