"""Waiting for something to become true, never longer than a bound."""

import time
from collections.abc import Callable
from typing import Final

import psycopg

WAITS: Final = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def until(is_true: Callable[[], bool], within_s: float = 60, every_s: float = 0.02) -> None:
    """Ask again and again; raise AssertionError when the time is up."""
    deadline_s = time.monotonic() + within_s
    while not is_true():
        assert time.monotonic() < deadline_s, f"not within {within_s} s"
        time.sleep(every_s)


def until_one_waits(conninfo: str) -> None:
    """Wait until somebody in this database waits for a lock.

    Who watches is in no transaction: there PostgreSQL would show the activity of the first look again and again.
    """
    with psycopg.connect(conninfo, autocommit=True) as watching:
        until(lambda: watching.execute(WAITS).rowcount > 0)
