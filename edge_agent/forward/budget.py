"""The data budget: how many bytes the uplink may send in a day (UTC), given out evenly so that no hour is without any.

A budget that could be spent at once would be gone at midnight, into a backlog, and the rest of the day would be blind.
So a 24th of it is free when the day begins, and the rest comes as the day passes; what was not used is used later in
the day, not on the next. Counted are topics and payloads, not what MQTT, TLS and TCP put around them. The last message
of a day may go over by its own length. A restart may forget what was sent within the last WRITE_EVERY_MS.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, Protocol

import msgspec

from edge_agent.buffer.buffer import CannotStore

MS_PER_DAY: Final = 86_400_000
FIRST_SHARE: Final = 1 / 24
STATE_SHARE: Final = 0.1  # of a day's budget, for the state document
WRITE_EVERY_MS: Final = 30_000


class Days(Protocol):
    """Where bytes a day are kept (edge_agent.buffer.buffer)."""

    def sent_on(self, day: str) -> int: ...

    def count_sent(self, day: str, sent_bytes: int) -> None: ...


class Spent(msgspec.Struct, frozen=True):
    """How the budget stands, in bytes of today: the whole, what may be sent by now, what was sent; `waits` for more."""

    limit_bytes: int
    free_bytes: int
    sent_bytes: int
    waits: bool


class Budget:
    """A budget of `limit_bytes` a day, None without an end; `now_ms` is the gateway's clock."""

    def __init__(self, limit_bytes: int | None, days: Days, now_ms: Callable[[], int]) -> None:
        self._limit_bytes, self._days, self._now_ms = limit_bytes, days, now_ms
        self._day, self._sent, self._written_ms = "", 0, 0
        self._waits = False

    @property
    def waits(self) -> bool:
        """Whether the last message that was asked for was not allowed."""
        return self._waits

    def allows(self) -> bool:
        """Whether another message may go now."""
        if self._limit_bytes is None:
            return True
        now_ms = self._now_ms()
        self._turn_day(now_ms)
        self._waits = self._sent >= self._free(now_ms)
        return not self._waits

    def spend(self, sent_bytes: int) -> None:
        """Count a message; on disk soon."""
        if self._limit_bytes is None:
            return
        now_ms = self._now_ms()
        self._turn_day(now_ms)
        self._sent += sent_bytes
        if abs(now_ms - self._written_ms) >= WRITE_EVERY_MS:
            self._written_ms = now_ms
            self._write()

    def spacing_s(self, message_bytes: int) -> float:
        """The least time between two state documents of this length, so that they take a small share of it."""
        if self._limit_bytes is None:
            return 0.0
        return message_bytes * MS_PER_DAY / 1000 / (STATE_SHARE * self._limit_bytes)

    def spent(self) -> Spent | None:
        """How it stands, for the state document; None without a budget."""
        if self._limit_bytes is None:
            return None
        now_ms = self._now_ms()
        self._turn_day(now_ms)
        return Spent(self._limit_bytes, self._free(now_ms), self._sent, self._waits)

    def _free(self, now_ms: int) -> int:
        share = FIRST_SHARE + (1 - FIRST_SHARE) * (now_ms % MS_PER_DAY) / MS_PER_DAY
        return int((self._limit_bytes or 0) * share)

    def _write(self) -> None:
        """A disk that refuses even this is told by the store; the next count holds all of it."""
        with suppress(CannotStore):
            self._days.count_sent(self._day, self._sent)

    def _turn_day(self, now_ms: int) -> None:
        """Also when the clock is set back: that day has been spent already."""
        day = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
        if day != self._day:
            if self._day:
                self._write()
            self._day, self._sent = day, self._days.sent_on(day)
