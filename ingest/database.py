"""The connection to the database: made again when it breaks, and transactions tried again when that can help."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

import psycopg
from psycopg import errors

from ingest.values import Connection
from runtime.backoff import Backoff
from runtime.commit_watch import CommitWatch
from runtime.crash import end_on_crash, tell_crash
from runtime.database_line import reach, same_server
from runtime.log import Log, log_of
from runtime.no_answer import AtMost, WatchedConnection

tell = log_of(__name__)

T = TypeVar("T")
ENDED, FAILED, WRONG = 0, 1, 2
"""Exit codes: in order; by a fault that a restart may cure; by something a person must correct."""
FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 5.0
PROGRAM: Final = "tailwatch ingest"
SILENT_S: Final = 10.0
"""So long no answer is awaited before the server is asked whether it works on one."""
LOOKS_WITHIN_S: Final = 3
LEAVES_WITHIN_S: Final = 3.0
"""An answer that is on its way when the program is told to end may still come; all ends within ten seconds."""
WORKED_ON: Final = """
SELECT state = 'active' AND coalesce(wait_event_type, '') <> 'Client' FROM pg_stat_activity WHERE pid = %s
"""
OPTIONS: Final = "-c idle_in_transaction_session_timeout=60s -c lock_timeout=60s -c timezone=UTC"
"""A process that froze inside a transaction must not hold up the one beside it for ever."""
CONFIRM: Final = "SELECT pg_logical_emit_message(true, 'tailwatch', 'confirmed')"
"""A record in the log that changes nothing. What the transaction saw stands before it in the log, so its COMMIT waits
until a synchronous standby has that too; one that only reads waits for nobody."""
HISTORY: Final = """
SELECT system_identifier, substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) FROM pg_control_system()
"""
"""Which database this is, and its timeline: the first eight digits of a segment's name; a promotion begins another."""
RETRIED: Final = (
    psycopg.OperationalError,  # connection lost, starting up, out of connections or disk, deadlock, lock timeout
    psycopg.InterfaceError,  # the connection was closed under us
    errors.ReadOnlySqlTransaction,  # a standby that is not yet promoted
    errors.IdleInTransactionSessionTimeout,
)


def exit_code_of(tell: Log, work: Callable[[], None], wrong: tuple[type[Exception], ...]) -> int:
    """Carry out the work of a program on the database, and return its exit code; wrong: what a person must correct."""
    end_on_crash(tell, FAILED, dict.fromkeys(wrong, WRONG))
    try:
        work()
    except wrong as error:
        print(error, file=sys.stderr)
        return WRONG
    except psycopg.OperationalError as error:
        tell("ERROR", "database-unreachable", error=error)
        return FAILED
    except Exception as error:  # noqa: BLE001 - the one place that ends the program for what nobody could name
        tell_crash(tell, error)
        return FAILED
    return ENDED


class Stopped(Exception):
    """The program was told to end while it waited for the database."""


def connect(conninfo: str, stop: threading.Event | None = None) -> Connection:
    """Return a connection in autocommit mode that notices a silent server; raises OperationalError.

    With `stop` set, what is waited for then is given up soon.
    """
    text = reach(conninfo, PROGRAM, options=OPTIONS)
    connection = WatchedConnection.connect(text, autocommit=True)
    own = same_server(text, connection)
    connection.patience = WhileWorkedOn(own, stop or threading.Event(), connection.info.backend_pid)
    return connection


class WhileWorkedOn:
    """Waits for an answer as long as the server works on it, and for a moment when the program is told to end.

    Every SILENT_S of silence that server is asked, through another connection, whether it does: a statement may take
    long, but one that the server knows nothing of, or whose answer went nowhere, is never answered.
    """

    def __init__(self, conninfo: str, stop: threading.Event, backend: int) -> None:
        self._conninfo, self._stop, self._backend = conninfo, stop, backend
        self._stopping_s: float | None = None
        self._look_s = SILENT_S

    def ended(self, silent_s: float) -> str:
        """Return why an answer that has not come for so long is not waited for any more, or nothing."""
        if self._stop.is_set():
            now_s = time.monotonic()
            self._stopping_s = self._stopping_s or now_s
            return "told to end" if now_s - self._stopping_s >= LEAVES_WITHIN_S else ""
        if silent_s < SILENT_S:
            self._look_s = SILENT_S
        if silent_s < self._look_s:
            return ""
        self._look_s = silent_s + SILENT_S
        return "" if self._is_worked_on() else f"no answer for {silent_s:.0f} s, and the server works on none"

    def _is_worked_on(self) -> bool:
        try:
            with WatchedConnection.connect(self._conninfo, autocommit=True, connect_timeout=LOOKS_WITHIN_S) as beside:
                beside.patience = AtMost(LOOKS_WITHIN_S)
                return beside.execute(WORKED_ON, (self._backend,)).fetchone() == (True,)
        except psycopg.Error:
            return False


class DatabaseLink:
    """A connection that comes back. `greet` runs on each new connection, before anything else.

    `retries` counts the transactions that had to be tried again, `committed_s` is when the last one was committed, by
    the monotonic clock.
    """

    def __init__(self, conninfo: str, stop: threading.Event, greet: Callable[[Connection], None]) -> None:
        self._conninfo = conninfo
        self._stop = stop
        self._greet = greet
        self._connection: Connection | None = None
        self.retries = 0
        self.committed_s = float("-inf")

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction and return its result; on a broken line or a deadlock, all of it again.

        `work` may have been committed when the line broke under the COMMIT, so it must bear repetition. Raises
        Stopped when the program ends first; errors that trying again cannot cure pass through. What it wrote is on the
        primary of the moment, and where replication is synchronous on its standby too.
        """
        pauses = Backoff(FIRST_PAUSE_S, LONGEST_PAUSE_S)
        is_first = True
        while not self._stop.is_set():
            try:
                return self._once(work if is_first else _confirmed(work))
            except RETRIED as error:
                self.retries += 1
                self._note(error, is_first)
            is_first = False
            self._stop.wait(pauses.next_s())
        raise Stopped

    def confirm(self, work: Callable[[Connection], T]) -> T:
        """The same for work that only reads: what it returns was stored before, and is as safe as what it writes."""
        return self.transact(_confirmed(work))

    def close(self) -> None:
        """Leave the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._make()
        with CommitWatch(self._connection) as watch, self._connection.transaction():
            done = work(self._connection)
            watch.begin()
        watch.check()
        self.committed_s = time.monotonic()
        return done

    def _make(self) -> Connection:
        fresh = connect(self._conninfo, self._stop)
        try:
            self._greet(fresh)
        except psycopg.Error:
            fresh.close()
            raise
        return fresh

    def _note(self, error: psycopg.Error, is_first: bool) -> None:
        if isinstance(error, errors.DeadlockDetected | errors.SerializationFailure):
            return
        if is_first:
            tell("WARNING", "database-lost", error=error, next="trying again until it answers")
        self.close()


class DatabaseTimeline:
    """The timeline of the database at the last connection."""

    def __init__(self) -> None:
        self._known: tuple[object, ...] | None = None

    def has_changed(self, connection: Connection) -> bool:
        """Whether another server became the primary, or the database was put back, since the connection before."""
        before, self._known = self._known, connection.execute(HISTORY).fetchone()
        if before is None or before == self._known:
            return False
        tell("WARNING", "database-promoted", before=before, now=self._known, next="its acks are told anew")
        return True


def _confirmed(work: Callable[[Connection], T]) -> Callable[[Connection], T]:
    def confirmed(connection: Connection) -> T:
        done = work(connection)
        connection.execute(CONFIRM)
        return done

    return confirmed
