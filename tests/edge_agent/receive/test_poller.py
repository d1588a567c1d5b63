"""Polling at round times of a clock that is not the one that waiting is measured by."""

import time

from edge_agent.receive.poller import PolledReading, Poller
from tests.edge_agent.place import Log, place, taken

EVERY_S, EVERY_MS = 0.3, 300


def slow_ms() -> int:
    """A clock that loses a tenth; the gateway's may be slewed by 30 ms a minute (adjtime(3): 500 ppm)."""
    return 1_764_000_000_000 + round(time.monotonic() * 900)


def test_a_clock_that_is_slewed_does_not_poll_twice() -> None:
    """Each round time is asked at once, and not a little before it."""
    poller = Poller("test", EVERY_S, lambda: [PolledReading("n01:baro.pressure", 960.8)], place(Log(), now_ms=slow_ms))
    asked_ms = [one.received_ms for one in taken(poller, 4)]
    poller.close()

    rounds = [at_ms // EVERY_MS for at_ms in asked_ms]
    assert len(set(rounds)) == 4
    assert rounds == sorted(rounds)
    assert rounds[-1] - rounds[0] >= 3
