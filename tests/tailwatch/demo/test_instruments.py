"""The demo's instruments run the measuring chain backwards: the product's own formulas bring the truth back."""

import numpy as np
import pytest

from tailings.formulas.thermistor import EXAMPLE as THERMISTOR
from tailwatch.demo import faults, instruments, water

START_S = 1_780_000_000.0
DAY_S = 86400.0
TIMES = np.arange(START_S, START_S + 10 * DAY_S, 600.0)


@pytest.fixture(scope="module")
def truth() -> water.Truth:
    return water.simulate(TIMES[0], TIMES[-1], 7, instruments.PIEZOMETERS)


def test_the_thermistor_is_the_published_one() -> None:
    """The resistance at the published temperature is the published resistance (field guide, 3 kOhm thermistor)."""
    ohm = instruments._thermistor_ohm(np.array([24.992, 4.369, 52.039]))

    assert np.allclose(ohm, [3000.0, 7855.0, 1000.0], rtol=2e-4)
    assert THERMISTOR.inputs


@pytest.mark.parametrize("node", instruments.NODES)
def test_every_node_reads_numbers(node: str, truth: water.Truth) -> None:
    """Each channel of a node without faults has a finite value at each instant."""
    found = instruments.readings(node, truth, TIMES, 7)

    assert "battery.voltage" in found
    assert all(values.shape == TIMES.shape and np.isfinite(values).all() for values in found.values())


def test_a_gap_and_a_dead_battery_are_silence_not_values(truth: water.Truth) -> None:
    """A silent node loses the rows; no value stands in for them."""
    began_s = TIMES[-1] + 15 * DAY_S
    times, found = faults.apply("n02", instruments.readings("n02", truth, TIMES, 7), TIMES, began_s)
    expected = ~faults.is_silent("n02", TIMES, began_s)

    assert 0 < expected.sum() < TIMES.size
    assert np.array_equal(times, TIMES[expected])
    assert all(values.size == times.size for values in found.values())


def test_a_stuck_probe_repeats_one_value(truth: water.Truth) -> None:
    """While it is stuck, the pH probe gives the same number again and again."""
    began_s = TIMES[0] + 13 * DAY_S
    times, found = faults.apply("n06", instruments.readings("n06", truth, TIMES, 7), TIMES, began_s)
    days = (times - began_s) / DAY_S
    stuck = found["sonde.ph"][(days >= faults.STUCK[2]) & (days < faults.STUCK[3])]

    assert stuck.size > 100
    assert np.unique(stuck).size == 1
