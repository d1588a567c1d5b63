"""The wire's reading beside ngspice: the firmware's sweep, edges, and its estimate on a wave that is known."""

import math

import pytest

from firmware.node.drivers import vw_piezometer
from hardware.tools import wire_reading as of


def test_the_sweep_is_the_firmware_s() -> None:
    """As many periods as 32 steps from 1,400 to 3,500 Hz in 150 ms have, half of each high, and low at the end."""
    changes = list(of.sweep(1400, 3500))
    rising = [at for at, level in changes if level]

    assert len(rising) == pytest.approx(0.150 * 2450, abs=2)
    assert changes[-1] == (of.SWEEP_S, 0) and [at for at, _ in changes] == sorted(at for at, _ in changes)


@pytest.mark.parametrize("hz", [450, 2800, 6000])
def test_a_clean_wave_is_read_within_a_hundredth(hz: int) -> None:
    """Edges in whole microseconds, by the firmware's own line through them."""
    times = [n / hz / 40 for n in range(40 * 260)]
    volts = [1.65 + math.sin(2 * math.pi * hz * t) for t in times]

    edges = of.edges_us(times, volts)

    assert vw_piezometer.convert(edges, len(edges))[0] == pytest.approx(hz, abs=0.01)


def test_an_output_that_does_not_rise_has_no_edge() -> None:
    """A comparator that stays low, and one that falls once."""
    times = [n * 1e-5 for n in range(100)]

    assert of.edges_us(times, [0.0] * 100) == []
    assert of.edges_us(times, [3.3] * 50 + [0.0] * 50) == []
