"""Polling at round times of a clock that is not the one that waiting is measured by."""

import time

import pytest

from edge_agent.receive.poller import PolledReading, Poller
from edge_agent.values import Reading
from tests.edge_agent.place import RECEIVED_MS, Log, place, taken

EVERY_S, EVERY_MS = 0.3, 300


def slow_ms() -> int:
    """A clock that loses a tenth; the gateway's may be slewed by 30 ms a minute (adjtime(3): 500 ppm)."""
    return 1_764_000_000_000 + round(time.monotonic() * 900)


def test_a_clock_that_is_slewed_does_not_poll_twice() -> None:
    """Each round time is asked at once, and not a little before it."""
    found = [PolledReading("n01:baro.pressure", 960.8)]
    poller = Poller("test", EVERY_S, lambda: found, place(Log(), now_ms=slow_ms), {})
    asked_ms = [one.received_ms for one in taken(poller, 4)]
    poller.close()

    rounds = [at_ms // EVERY_MS for at_ms in asked_ms]
    assert len(set(rounds)) == 4
    assert rounds == sorted(rounds)
    assert rounds[-1] - rounds[0] >= 3


def test_an_instrument_may_speak_another_unit() -> None:
    """96.08 kPa are 960.8 hPa, the datastream's unit (SI prefixes); one that failed is missing in any unit."""
    found = [PolledReading("n01:baro.pressure", 96.08), PolledReading("n01:pond.level", None, "timeout")]
    here = place(Log(), now_ms=slow_ms)
    poller = Poller("test", EVERY_S, lambda: found, here, {"n01:baro.pressure": "kPa", "n01:pond.level": "cm"})
    readings = taken(poller, 1)[0].readings
    poller.close()

    assert [(one.name, one.value, one.missing) for one in readings] == [
        ("n01:baro.pressure", pytest.approx(960.8), None),
        ("n01:pond.level", None, "timeout"),
    ]


def test_a_number_that_is_none_in_the_other_unit_is_missing() -> None:
    """1.5e308 kPa have no number in hPa."""
    turned = place(Log()).in_unit(Reading("n01:baro.pressure", RECEIVED_MS, 1.5e308), {"n01:baro.pressure": "kPa"})

    assert turned == Reading("n01:baro.pressure", RECEIVED_MS, None, "not-a-number")
