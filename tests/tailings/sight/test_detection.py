"""When a failure is seen, against a plain simulation of physics and thresholds that shares no code with the shadow."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from tests.tailings.facility.lint.small import leaf, loop, stream, weir
from tests.tailings.sight.shadows import INTERVAL_S, NOW_MS, approved, facility_of, proof, readings

TILT = '[instruments."n1:tilt"]\ndriver = "tilt_meter"\n' + stream("n1:tilt.tilt", "tilt", "deg")
FREEBOARD = stream("n1:loop.freeboard", "freeboard", "m", None, "freeboard", level="n1:loop.level")


def simulated(is_past: Callable[[float], bool], for_n: int) -> float:
    """After how many seconds the n-th reading in a row is past, when one is taken every five minutes."""
    in_a_row, second = 0, 0
    while in_a_row < for_n:
        second += INTERVAL_S
        in_a_row = in_a_row + 1 if is_past(second / 3600) else 0
    return second


@pytest.mark.parametrize(("level_m", "for_n"), [(336.2, 1), (338.35, 3), (340.49, 5)])
def test_a_rising_pond_is_seen_when_a_simulation_says(level_m: float, for_n: int) -> None:
    """A pond that rises by half a metre an hour is told at the reading at which a plain loop counts enough of them."""
    when = leaf("n1:loop.level", "above", 340.5, f", for_n = {for_n}")
    facility = facility_of(loop(), approved(("red", when)))
    milliampere = 4 + 16 * (level_m - 335) / 8

    found = proof(facility, readings({"n1:loop.current": milliampere}))

    assert found.seen_s == simulated(lambda hours: level_m + 0.5 * hours > 340.5, for_n)
    assert found.crossed_s == pytest.approx((340.5 - level_m) / 0.5 * 3600, abs=1)


def test_a_lost_freeboard_is_seen_when_a_simulation_says() -> None:
    """The freeboard under a crest of 342 m falls below 1.5 m when the pond has risen to 340.5 m."""
    facility = facility_of(loop(), FREEBOARD, approved(("red", leaf("n1:loop.freeboard", "below", 1.5, ", for_n = 2"))))

    found = proof(facility, readings({"n1:loop.current": 4 + 16 * (338.1 - 335) / 8}))

    assert found.seen_s == simulated(lambda hours: 342.0 - (338.1 + 0.5 * hours) < 1.5, 2)


@pytest.mark.parametrize("tilt_deg", [0.12, -0.12])
def test_a_creeping_tilt_is_seen_when_a_simulation_says(tilt_deg: float) -> None:
    """A tilt creeps by two hundredths of a degree an hour, away from zero to the side on which it stands."""
    facility = facility_of(TILT, approved(("red", leaf("n1:tilt.tilt", "away", 0.5, ", for_n = 3"))))

    found = proof(facility, readings({"n1:tilt.tilt": tilt_deg}))

    assert found.seen_s == simulated(lambda hours: abs(tilt_deg) + 0.02 * hours > 0.5, 3)


def test_a_burst_at_the_weir_is_seen_when_a_simulation_says() -> None:
    """The flow over a notch of 90 degrees grows by 20 L/s an hour; the water level is read, by Kindsvater and Shen."""
    facility = facility_of(weir(), approved(("red", leaf("n1:weir.flow", "above", 15.0, ", for_n = 3"))))
    height_m = 0.09
    flow_l_s = 1000 * 8 / 15 * 0.578 * math.sqrt(2 * 9.80665) * (height_m + 0.00085) ** 2.5

    found = proof(facility, readings({"n1:weir.height": height_m}))

    assert found.seen_s == simulated(lambda hours: flow_l_s + 20 * hours > 15, 3)
    assert found.scenario.kind == "burst"


def test_a_noisy_pond_is_seen_within_a_reading_of_the_simulation() -> None:
    """SharedNoise of two millimetres moves the time by one reading at most."""
    facility = facility_of(loop(), approved(("red", leaf("n1:loop.level", "above", 340.5, ", for_n = 3"))))
    level_m = 338.35 + np.random.default_rng(7).normal(0, 0.002, 72)

    found = proof(facility, readings({"n1:loop.current": (4 + 16 * (level_m - 335) / 8).tolist()}))

    expected_s = simulated(lambda hours: 338.35 + 0.5 * hours > 340.5, 3)
    assert found.seen_s == pytest.approx(expected_s, abs=INTERVAL_S)


def test_a_reading_that_is_old_is_seen_from_its_own_time_on() -> None:
    """Readings go on at their own spacing: one that was taken 100 s ago is followed by one in 200 s."""
    facility = facility_of(loop(), approved(("red", leaf("n1:loop.level", "above", 338.0))))

    found = proof(facility, readings({"n1:loop.current": 10.0}, ago_s={"n1:loop.current": 100.0}))

    assert found.seen_s is not None
    assert (found.seen_s + 100) % INTERVAL_S == 0
    assert found.made_at.timestamp() * 1000 == NOW_MS
