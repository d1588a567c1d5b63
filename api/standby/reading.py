"""When a standby is new enough to answer, by the log of the primary and the clock of this process.

How old a standby is cannot be asked of it alone. The time of the last transaction that it replayed is old wherever
nobody writes, and one that is cut off has replayed all that it received. So the primary is asked each second where its
log ends: a standby that has replayed up to there shows all that was committed when the question was sent. Where nobody
writes the log stands still, and a standby is as new as the last question.

A place in the log is one of a timeline. After a promotion a standby that followed the former primary may be further
than the new one, and lack what that one committed; so only places of one timeline are compared. A standby learns its
timeline late: its control file says it from the next restartpoint on, or from the first page that is written out
(PostgreSQL source, xlog.c, UpdateMinRecoveryPoint; secondary). Until then all is read at the primary.

Whoever was answered of a moment is answered of no earlier one: after an answer of the primary, or of another standby, a
standby must have all that was committed until then (`LastAnswers`). That is so of each api process by itself.

A standby may show a row a moment before its commit is confirmed, and a primary that dies in that moment takes it along;
its agent has no ack of it and sends it again.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString, NamedTuple, cast

import psycopg
from psycopg import AsyncConnection

from api.http.database import NO_ANSWER, NO_SCHEMA, DatabasePool, Found, Row, Values, Work
from runtime.log import log_of
from runtime.no_answer import AtMost, WatchedAsyncConnection

EVERY_S: Final = 1.0
APART_S: Final = 0.25
"""Ends of the log that are kept are so far apart, but for the newest."""
WAIT_S: Final = 0.25
"""So long a query waits for a connection to a standby: the primary answers as well."""
SAYS_WITHIN_S: Final = 1.0
LEFT_FOR_S: Final = 2.0
"""A standby that did not answer, or was too old, is not asked again for so long."""
MOST_CALLERS: Final = 10_000
END: Final = """
SELECT ('x' || substr(pg_walfile_name(at), 1, 8))::bit(32)::int8, pg_wal_lsn_diff(at, '0/0')::int8
FROM pg_current_wal_flush_lsn() AS at
"""
"""The timeline is the first eight digits of a segment's name."""
REPLAYED: Final = """
SELECT pg_is_in_recovery(), greatest(min_recovery_end_timeline, timeline_id)::int8,
    pg_wal_lsn_diff(coalesce(pg_last_wal_replay_lsn(), '0/0'), '0/0')::int8, pg_postmaster_start_time()::text
FROM pg_control_recovery(), pg_control_checkpoint()
"""

tell = log_of(__name__)


class LogPlace(NamedTuple):
    """A place in the log of the database: a timeline, and bytes from the beginning of all."""

    timeline: int
    byte: int


class PrimaryLog:
    """Where the log of the primary ended when it was asked, as long as that is of use: `keep_s`.

    Moments are those before the question was sent, by the monotonic clock.
    """

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._ends: deque[tuple[float, LogPlace]] = deque()

    @property
    def newest_s(self) -> float:
        """The moment of the newest question that was answered."""
        return self._ends[-1][0] if self._ends else -math.inf

    def add(self, asked_s: float, end: LogPlace) -> None:
        """Keep an end of the log; those that came too late, or that one question after another gave, go."""
        if asked_s <= self.newest_s:
            return
        if len(self._ends) > 1 and self._ends[-1][0] - self._ends[-2][0] < APART_S:
            self._ends.pop()
        self._ends.append((asked_s, end))
        while self._ends[0][0] < asked_s - self._keep_s:
            self._ends.popleft()

    def shown_s(self, place: LogPlace) -> float:
        """Return the newest moment of which who has replayed up to a place shows all; minus infinity: of none known."""
        for asked_s, end in reversed(self._ends):
            if end.timeline == place.timeline and end.byte <= place.byte:
                return asked_s
        return -math.inf


class LastAnswer(NamedTuple):
    """Of which moment a caller was answered at the latest, and by which server: its start, None for the primary."""

    at_s: float
    server: str | None


class LastAnswers:
    """What callers were answered last. When too many are kept, all are as if they had just been answered."""

    def __init__(self) -> None:
        self._of: dict[str, LastAnswer] = {}
        self._of_all: LastAnswer | None = None

    def of(self, caller: str) -> LastAnswer | None:
        """Return a caller's last answer; None: there was none."""
        return self._of.get(caller, self._of_all)

    def keep(self, caller: str, answer: LastAnswer) -> None:
        """Keep a caller's last answer."""
        if len(self._of) >= MOST_CALLERS and caller not in self._of:
            self._of.clear()
            self._of_all = LastAnswer(answer.at_s, None)
        self._of[caller] = answer


class StandbyBehind(Exception):
    """The standby is older than this answer may be."""


class StandbyTooOld(StandbyBehind):
    """It is older than any answer may be."""


class Standbys:
    """The standbys of the database, and what is known of their age; `pool` goes to standbys alone."""

    def __init__(self, primary: DatabasePool, pool: DatabasePool, max_lag_s: float) -> None:
        self.primary, self.pool, self.max_lag_s = primary, pool, max_lag_s
        self.log = PrimaryLog(max_lag_s + EVERY_S)
        self.answers = LastAnswers()
        self._left_until_s = -math.inf
        self._is_used = True

    async def watch(self) -> None:
        """Ask the primary each second where its log ends, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Ask the primary where its log ends; without an answer nothing new is known, and standbys grow old."""
        asked_s = time.monotonic()
        try:
            timeline, byte = await self.primary.tuple(END, {})
        except (*NO_ANSWER, *NO_SCHEMA):
            return
        self.log.add(asked_s, LogPlace(timeline, byte))

    async def lag_s(self) -> float:
        """Return how far behind one that answers is at the most [s]; infinity: none does, or it is not known."""
        try:
            place, _ = await self.pool.read(_replayed)
        except (*NO_ANSWER, *NO_SCHEMA):
            return math.inf
        return max(0.0, time.monotonic() - self.log.shown_s(place))

    @property
    def is_left(self) -> bool:
        """Whether no standby is asked for the moment."""
        return time.monotonic() < self._left_until_s

    def leave(self, error: Exception) -> None:
        """Ask no standby for a moment."""
        self._left_until_s = time.monotonic() + LEFT_FOR_S
        if self._is_used:
            tell("WARNING", "standby-left", reason=error, next="history is read at the primary")
        self._is_used = False

    def use(self) -> None:
        """A standby answered."""
        if not self._is_used:
            tell("INFO", "standby-used")
        self._is_used = True


class HistoryReader(DatabasePool):
    """Reads of one answer. From the first one on for which no standby is new enough, all are the primary's.

    `caller` names who is answered, and is asked at the first read; `max_age_s` is what that one wants at the most.
    """

    def __init__(self, standbys: Standbys, caller: Callable[[], str], max_age_s: float = math.inf) -> None:
        self._standbys, self._caller = standbys, caller
        self._max_age_s = min(max_age_s, standbys.max_lag_s)
        self._is_at_primary = standbys.is_left
        self._last: LastAnswer | None = None
        self._lag_s: float | None = None

    @property
    def lag_s(self) -> float | None:
        """How old what was read was at the most; None: it is the primary's, or nothing was read."""
        return None if self._is_at_primary else self._lag_s

    @property
    def answer(self) -> LastAnswer | None:
        """Of which moment the caller is answered, by a standby alone; else None."""
        return None if self.lag_s is None else self._last

    async def read(self, work: Work[Found]) -> Found:
        """Read at a standby that is new enough, or else at the primary."""
        if not self._is_at_primary:
            try:
                return await self._standbys.pool.read(lambda connection: self._at_standby(connection, work))
            except psycopg.errors.QueryCanceled:
                raise  # the primary would give it up after the same time
            except (StandbyTooOld, *NO_ANSWER, *NO_SCHEMA) as error:
                self._standbys.leave(error)
            except StandbyBehind:
                pass
            self._is_at_primary = True
        return await self._standbys.primary.read(work)

    async def write(self, shape: Callable[..., Row], statement: LiteralString, values: Values) -> Row | None:
        """Write at the primary."""
        return await self._standbys.primary.write(shape, statement, values)

    async def listen(self) -> AsyncConnection[Any]:
        """Listen to the primary."""
        return await self._standbys.primary.listen()

    async def _at_standby(self, connection: AsyncConnection[Any], work: Work[Found]) -> Found:
        lag_s = await self.lag_of(connection)
        found = await work(connection)
        self._lag_s = max(lag_s, self._lag_s or 0.0)
        self._standbys.use()
        return found

    async def lag_of(self, connection: AsyncConnection[Any]) -> float:
        """Return how far the standby is behind at the most [s]; raise StandbyBehind where that is too far."""
        asked_s, log = time.monotonic(), self._standbys.log
        place, server = await _replayed(connection)
        last = self._last or self._standbys.answers.of(self._caller())
        least_s = asked_s - self._max_age_s
        if last is not None and last.server != server:
            least_s = max(least_s, last.at_s)
        if log.newest_s < least_s:
            await self._standbys.look()
            place, server = await _replayed(connection)
        shown_s, now_s = log.shown_s(place), time.monotonic()
        if now_s - shown_s > self._standbys.max_lag_s:
            raise StandbyTooOld(f"not known to be at most {self._standbys.max_lag_s:g} s behind the primary")
        if shown_s < least_s:
            raise StandbyBehind
        self._last = LastAnswer(now_s, server)
        return max(0.0, now_s - shown_s)


async def _replayed(connection: AsyncConnection[Any]) -> tuple[LogPlace, str]:
    """Return how far a standby is and when it was started; raise OperationalError for one that is none any more."""
    with _patience(cast(WatchedAsyncConnection, connection), SAYS_WITHIN_S):
        row = await (await connection.execute(REPLAYED)).fetchone()
    is_standby, timeline, byte, server = row or (False, 0, 0, "")
    if not is_standby:
        await connection.close()  # the pool makes one to another server
        raise psycopg.OperationalError("the standby was promoted")
    return LogPlace(timeline, byte), server


@contextmanager
def _patience(connection: WatchedAsyncConnection, seconds: float) -> Iterator[None]:
    """Leave a server that is silent after some seconds."""
    before, connection.patience = connection.patience, AtMost(seconds)
    try:
        yield
    finally:
        connection.patience = before
