"""Waiting for something to become true, never longer than a bound."""

import time
from collections.abc import Callable


def until(is_true: Callable[[], bool], within_s: float = 60, every_s: float = 0.02) -> None:
    """Ask again and again; raise AssertionError when the time is up."""
    deadline_s = time.monotonic() + within_s
    while not is_true():
        assert time.monotonic() < deadline_s, f"not within {within_s} s"
        time.sleep(every_s)
