"""Connections to the database that notice silence: no answer comes, and no error either.

A middlebox may acknowledge every segment and forward nothing, and a server may be frozen; TCP then never complains, and
whoever waits for an answer waits for ever. Such a connection is closed here and raises NoAnswer, so that it is made
again. psycopg wakes its waits every tenth of a second (`interval`); what a wake-up without news means is decided here.
"""

import time
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq.abc import PGconn

Result = TypeVar("Result")
INTERVAL_S: Final = 0.1


class NoAnswer(psycopg.OperationalError):
    """The database was silent for too long, or the program is told to end and does not wait for it any more."""


class Patience(Protocol):
    """Says how long one waits."""

    def ended(self, silent_s: float) -> str:
        """Return why an answer that has not come for so long is not waited for any more, or nothing."""


class AtMost:
    """A number of seconds: for a server that ends a longer statement itself. `tell` is called when they are over."""

    def __init__(self, seconds: float, tell: Callable[[], None] = lambda: None) -> None:
        self._seconds, self._tell = seconds, tell

    def ended(self, silent_s: float) -> str:
        """Return why the wait is over."""
        if silent_s < self._seconds:
            return ""
        self._tell()
        return f"no answer within {self._seconds:.0f} s"


class _Watched:
    pgconn: PGconn
    patience: Patience | None = None

    def _watch(self, gen: PQGen[Result]) -> PQGen[Result]:
        """Pass what `gen` waits for on, and end the connection when nothing has come for too long."""
        heard_s = time.monotonic()
        try:
            state = next(gen)
            while True:
                ready = yield state
                if ready:
                    heard_s = time.monotonic()
                elif self.patience is not None and (why := self.patience.ended(time.monotonic() - heard_s)):
                    self.pgconn.finish()
                    raise NoAnswer(why)
                state = gen.send(ready)
        except StopIteration as done:
            result: Result = done.value
            return result


class WatchedConnection(_Watched, psycopg.Connection[Any]):
    """A connection that is closed by its `patience`."""

    def wait(self, gen: PQGen[Result], interval: float = INTERVAL_S, timeout: float | None = None) -> Result:
        """Wait as psycopg does; raise NoAnswer."""
        return super().wait(self._watch(gen), interval, timeout)


class WatchedAsyncConnection(_Watched, psycopg.AsyncConnection[Any]):
    """The same for asyncio."""

    async def wait(self, gen: PQGen[Result], interval: float = INTERVAL_S, timeout: float | None = None) -> Result:
        """Wait as psycopg does; raise NoAnswer."""
        return await super().wait(self._watch(gen), interval, timeout)
