"""Witnesses of the time: senders whose clocks never came from this gateway, and what most of them say of its own.

A reading is dated when it is measured and may come much later, out of an outbox or with the next table of a logger. So
a sender says something only while its times run as the steady clock does, for a minute at least; then the distance of
its newest reading from the gateway's clock is a word on that clock. Nothing is measured before it happens: a sender
that is ahead says that the gateway is late. One that is behind may only be slow, and says something beyond three of its
intervals.

Who was given the time by this gateway is no witness: it would only repeat what it was told.
"""

import threading
from collections.abc import Iterable
from typing import Final

import msgspec

from wire import clock

STEADY_MS: Final = 60_000  # so long a sender's times must run with the steady clock
JITTER_MS: Final = 30_000  # and stray no further
SAME_MS: Final = 60_000  # two senders that differ by less say the same
FORGET_MS: Final = 3_600_000
INTERVALS: Final = 3
LEAST: Final = 2  # of them agree, and they are more than half of those who say something
MAX_SENDERS: Final = 1000


class ClockRun(msgspec.Struct, frozen=True):
    """How far a sender's times are ahead of the steady clock, since when and until when they run with it."""

    offset_ms: int
    since_ms: int
    last_ms: int
    slow_ms: int


class Witnesses:
    """What each sender's clock says against the steady clock; any thread may tell or ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, ClockRun] = {}
        self._excluded: set[str] = set()

    def exclude(self, senders: Iterable[str]) -> None:
        """These were given the time by us: they prove nothing from now on."""
        with self._lock:
            self._excluded.update(senders)
            self._runs = {name: run for name, run in self._runs.items() if name not in self._excluded}

    def hear(self, sender: str, time_ms: int, steady_ms: int, interval_ms: int) -> None:
        """A sender's newest reading has this time [Unix ms], and came at this moment of the steady clock."""
        with self._lock:
            if sender in self._excluded or (sender not in self._runs and len(self._runs) >= MAX_SENDERS):
                return
            offset_ms, run = time_ms - steady_ms, self._runs.get(sender)
            if run is None or abs(offset_ms - run.offset_ms) > JITTER_MS:
                run = ClockRun(offset_ms, steady_ms, steady_ms, INTERVALS * interval_ms)
            self._runs[sender] = msgspec.structs.replace(run, last_ms=steady_ms)

    def ahead_ms(self, own_ms: int, steady_ms: int) -> int | None:
        """How far the gateway's clock is ahead by most of them, below 0 where it is behind; None: they do not say."""
        with self._lock:
            words = [_word(run, own_ms - steady_ms) for run in self._runs.values() if _is_steady(run, steady_ms)]
        said = [word for word in words if word is not None]
        if len(said) < LEAST:
            return None
        middle_ms = sorted(said)[(len(said) - 1) // 2]
        agreeing = sum(abs(word - middle_ms) <= SAME_MS for word in said)
        return middle_ms if agreeing >= LEAST and 2 * agreeing > len(said) else None


def _is_steady(run: ClockRun, steady_ms: int) -> bool:
    is_recent = steady_ms - run.last_ms <= max(FORGET_MS, run.slow_ms)
    return is_recent and run.last_ms - run.since_ms >= STEADY_MS


def _word(run: ClockRun, own_offset_ms: int) -> int | None:
    """How far the gateway is ahead by this sender; 0: it is right; None: this sender may be slow."""
    ahead_ms = own_offset_ms - run.offset_ms
    if not clock.is_wrong(ahead_ms, 0):
        return 0
    return ahead_ms if ahead_ms < 0 or (clock.is_wrong(ahead_ms, run.slow_ms) and ahead_ms > run.slow_ms) else None
