"""A restore that is tried: to a moment of now, into a private folder, and held against what the live database held.

The moment is one at which nobody writes an observation: the table is locked for an instant, so that a snapshot and a
time of the clock mean the same rows. Recovery to that time then has to give the rows of that snapshot.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from tailwatch import chain, ports
from tailwatch.log_archive import holdings
from tailwatch.log_archive.holdings import Holdings
from tailwatch.log_archive.repository import ArchiveFailed, Repository
from tailwatch.log_archive.restored import RestoredDatabase
from tailwatch.servers.database import NAME
from tailwatch.servers.server import NotReady
from tailwatch.system_users import give

TRIES: Final = 30
LOCK_WAIT: Final = "2s"
"""Who writes waits behind the lock for so long at most."""
BETWEEN_S: Final = 5.0
ROOM: Final = 1.25
"""So many times the size of the database has to be free."""
SIZE: Final = "SELECT sum(pg_database_size(oid))::bigint FROM pg_database"
MOST_TOLD: Final = 20

Verdict = Literal["equal", "different", "failed"]


class Trial(NamedTuple):
    """What one trial came to. `differences`: what is not equal, or why it failed, one sentence each."""

    began_at: datetime
    moment: datetime | None
    ended_at: datetime
    verdict: Verdict
    months: int
    rows: int
    differences: list[str]

    @property
    def says(self) -> str:
        """One sentence for a person."""
        took_s = (self.ended_at - self.began_at).total_seconds()
        moment = "no moment" if self.moment is None else f"{self.moment:%Y-%m-%d %H:%M:%S}Z"
        if self.verdict == "equal":
            return f"restored to {moment} and equal: {self.rows} observations in {self.months} months, {took_s:.0f} s"
        return f"{self.verdict}, {moment}: " + "; ".join(self.differences)


class LiveMoment(NamedTuple):
    """An instant of the live database, and what it held then."""

    at: datetime
    held: Holdings


def run(conninfo: str, repository: Repository, folder: Path) -> Trial:
    """Try it once and throw the restored database away. `conninfo` is a superuser's, to the live database.

    Raises psycopg.Error where the live database does not answer: then nothing is known, and nothing was tried.
    """
    began, moment = datetime.now(UTC), None
    try:
        with psycopg.connect(conninfo) as connection:
            _require_room(connection, folder)
        moment = moment_of(conninfo)
        repository.archive_now()
        if faults := repository.faults():
            return _ended(began, moment, "failed", faults)
        with restored(conninfo, repository, folder, moment.at) as copy:
            chain.verify(copy)
            wrong = holdings.differences(moment.held, holdings.of(copy))
    except (ArchiveFailed, chain.ChainBroken, NotReady, OSError) as error:
        return _ended(began, moment, "failed", [str(error)])
    return _ended(began, moment, "different" if wrong else "equal", wrong)


def moment_of(conninfo: str) -> LiveMoment:
    """Return a moment and what the database held at it; raise ArchiveFailed where those who write leave none."""
    with psycopg.connect(conninfo) as lock, psycopg.connect(conninfo) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _lock(lock)
        row = reader.execute("SELECT clock_timestamp()").fetchone()
        lock.rollback()
        assert row is not None
        held = holdings.of(reader)
        # Recovery to a time ends at the first commit after it, so there has to be one.
        lock.execute("UPDATE log_archive SET reported_at = clock_timestamp()")
        lock.execute("SELECT pg_current_xact_id()")
    return LiveMoment(row[0], held)


@contextmanager
def restored(
    conninfo: str, repository: Repository, folder: Path, at: datetime
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Give a connection to a database of its own as it was at a time, read only; its folder is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    give(folder, repository.user)
    try:
        server = RestoredDatabase(folder, ports.free_port(), repository)
        repository.restore(server.data, at, "pause")
        server.run()
        try:
            line = make_conninfo(conninfo, host=ports.LOOPBACK, hostaddr="", port=server.port, sslmode="disable")
            line = make_conninfo(line, dbname=NAME, target_session_attrs="any")
            server.wait_for_target(line)
            with psycopg.connect(line) as connection:
                yield connection
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lock(connection: psycopg.Connection[Any]) -> None:
    """Have nobody write observations until the end of the transaction."""
    for _ in range(TRIES):
        try:
            connection.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
            connection.execute("LOCK TABLE observation IN SHARE MODE")
        except psycopg.errors.LockNotAvailable:
            connection.rollback()
            time.sleep(BETWEEN_S)
        else:
            return
    raise ArchiveFailed("somebody writes observations all the time: no moment without one was found")


def _require_room(connection: psycopg.Connection[Any], folder: Path) -> None:
    row = connection.execute(SIZE).fetchone()
    assert row is not None
    free = shutil.disk_usage(folder.parent).free
    if free < ROOM * row[0]:
        raise ArchiveFailed(f"{folder} has {free >> 20} MB free, and a copy of the database needs {row[0] >> 20} MB")


def _ended(began: datetime, moment: LiveMoment | None, verdict: Verdict, wrong: list[str]) -> Trial:
    held = {} if moment is None else moment.held
    months = len({month for month, _ in held})
    rows = sum(one.rows for one in held.values())
    at = None if moment is None else moment.at
    told = wrong[:MOST_TOLD] + ([f"and {len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else [])
    return Trial(began, at, datetime.now(UTC), verdict, months=months, rows=rows, differences=told)
