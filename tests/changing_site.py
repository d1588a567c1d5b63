"""A site whose stored readings change in every way there is: what a copy elsewhere must follow."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from hypothesis import strategies as st

from codec.batch import BatchObservation
from ingest import rederive, revisions
from ingest.database import connect
from ingest.revisions import Replacement
from ingest.store import Store, commit
from ingest.values import Connection
from tests.api.server import ApiServer
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading, verdict
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.rederive import dam
from tests.ingest.revisions.asked import AUTHOR, at, draft, number_of
from tests.servers import Database, TestDatabase, fresh_database

DAY_MINUTES = 24 * 60
Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["read", "late", "miss", "flag", "replace", "judge", "undo", "derive", "backlog", "forget"]),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=6,
)
MONTH_MINUTES = 31 * DAY_MINUTES


class ChangingSite:
    """The facility vale, and what ingest and people do to its readings, each by the code that does it at a site."""

    def __init__(self, database: TestDatabase, connection: Connection) -> None:
        self.database, self.connection = database, connection
        self.store = Store(3600, revisions.take_verdicts)
        self.store.greet(connection)

    @classmethod
    @contextmanager
    def open(cls, cluster: Database) -> Iterator["ChangingSite"]:
        """Make one with a database of its own."""
        with fresh_database(cluster, KNOWS_VALE) as database, connect(database.conninfo("tailwatch_ingest")) as opened:
            yield cls(database, opened)

    def newest(self) -> int:
        """The newest commit."""
        row = self.connection.execute("SELECT coalesce(max(id), 0) FROM commit_log").fetchone()
        assert row is not None
        return int(row[0])

    def read(self, minutes: Sequence[int], name: str = RAW, value: float = 2800.0) -> None:
        """Readings of these minutes; what is stored already stays as it is."""
        cfg = 1 if name == DERIVED else None
        self.write([reading(START_S + 60 * minute, value + minute, name, None, cfg) for minute in minutes])

    def miss(self, minute: int) -> None:
        """A read that failed."""
        self.write([reading(START_S + 60 * minute, None)])

    def flag(self, minute: int, value: float = 2800.0) -> None:
        """What the agent's spike test says later of a stored reading."""
        self.write(verdicts=[verdict(START_S + 60 * minute, value + minute)])

    def write(self, observations: Sequence[BatchObservation] = (), verdicts: Sequence[BatchObservation] = ()) -> None:
        """Store a batch as ingest does."""
        payload = message(0, list(observations), epoch=next(dam.EPOCHS), verdicts=list(verdicts))
        with self.connection.transaction():
            written = self.store.write(self.connection, [arrival(payload)])
        self.store.committed(written)

    def replace(self, minutes: Sequence[int], value: float) -> int:
        """Put other values in place of derived ones; what is not there is added. Return the revision."""
        times = [(START_S + 60 * minute) * 1000 for minute in minutes]
        part = Replacement.of(
            number_of(self.connection, DERIVED),
            times,
            [value] * len(times),
            [1] * len(times),
            [None] * len(times),
            cfg=1,
        )
        with self.connection.transaction():
            number = revisions.begin(self.connection, draft("rederive"))
            revisions.touch(self.connection, "vale", revisions.replace(self.connection, number, part))
            revisions.close(self.connection, number)
        return number

    def judge(self, first_minute: int, last_minute: int, quality: int) -> int:
        """A person's word on flags of the raw readings; return the revision."""
        with self.connection.transaction():
            told = draft("quality", 60 * first_minute, 60 * last_minute + 1)
            return revisions.set_quality(self.connection, told, f"vale:{RAW}", quality)

    def undo(self, number: int) -> int:
        """Give back what a revision replaced; return the undoing one."""
        with self.connection.transaction():
            return revisions.undo(self.connection, "vale", number, AUTHOR, "the cable was dry")

    def derive(self, minutes: Sequence[int]) -> None:
        """Raw readings with what the agent makes of them under the first calibration."""
        dam.stored_by(self.store, self.connection, dam.readings(minutes))

    def calibrate(self) -> int:
        """Correct a calibration and derive all anew, as `facility apply` and `rederive` do; return the revision."""
        dam.apply_second(self.connection, "")
        with self.connection.transaction():
            commit.write(self.connection, {"vale"}, [])
        whole = rederive.stretch(
            self.connection, rederive.stored_facility(self.connection, "vale"), at(0), at(60 * DAY_MINUTES)
        )
        return rederive.apply(self.connection, whole, AUTHOR, "the sheet was wrong", lambda share: None)

    def forget(self) -> None:
        """Make the log begin behind all that was committed until now, as after a million commits."""
        with psycopg.connect(self.database.conninfo("tailwatch_owner")) as owner:
            owner.execute("SELECT setval(pg_get_serial_sequence('commit_log', 'id'), %s)", (self.newest() + 2_000_000,))
        with self.connection.transaction():
            commit.write(self.connection, {"vale"}, [])
        while commit.forget(self.connection):
            pass

    def rows(self, name: str) -> list[tuple[Any, ...]]:
        """Unix ms, result, flag and tests of all observations of a datastream, by SQL."""
        return self.connection.execute(
            "SELECT (extract(epoch FROM phenomenon_time) * 1000)::bigint, result, quality, tests FROM observation"
            " WHERE datastream_id = %s ORDER BY phenomenon_time",
            (number_of(self.connection, name),),
        ).fetchall()


class SiteWalk:
    """Steps at the site; minutes only grow, so that each example finds rows and room for new ones."""

    def __init__(self, site: ChangingSite) -> None:
        self.site, self.minute, self.undoable = site, 100, list[int]()

    def take(self, kind: str, number: int) -> None:
        """One step: a commit or several."""
        site, self.minute = self.site, self.minute + 21
        start = self.minute
        if kind == "read":
            site.read(range(start, start + number + 1))
        elif kind == "late":
            site.read([start - MONTH_MINUTES])
            site.read([start + 1])
        elif kind == "miss":
            site.miss(start)
        elif kind == "flag":
            site.read([start])
            site.flag(start)
        elif kind == "backlog":
            late_s = START_S + 60 * (start - 10 * DAY_MINUTES)
            now = [reading(START_S + 60 * (start + minute), 1.5) for minute in range(number)]
            site.write([*now, *(reading(late_s + 60 * minute, 2.5, DERIVED, None, 1) for minute in range(number + 1))])
        elif kind == "judge":
            site.read([start])
            self.undoable.append(site.judge(start, start, 3))
        elif kind == "undo" and self.undoable:
            site.undo(self.undoable.pop())
        elif kind == "forget":
            site.forget()
        elif kind == "derive":
            site.derive(range(start, start + number % 3 + 1))
        else:
            site.read([start], DERIVED)
            self.undoable.append(site.replace(range(start, start + number % 5 + 1), float(number)))


@pytest.fixture(scope="module")
def site(cluster: Database) -> Iterator[ChangingSite]:
    """A site that changes, once for the tests of a module: each begins at the newest commit."""
    with ChangingSite.open(cluster) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(site: ChangingSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api of the site."""
    server = ApiServer(
        tmp_path_factory.mktemp("api"), site.database.conninfo("tailwatch_api"), anonymous_per_minute=100_000
    ).start()
    yield server
    server.stop()
