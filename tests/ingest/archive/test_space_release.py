"""Tests of retention: a chunk leaves when every row of it is in the archive, and not before."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ingest import archive, revisions
from ingest.archive import space_release
from ingest.archive.space_release import HypertableChunk, NotReleased
from ingest.database import connect
from ingest.rollups import rebuild
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.archive.test_archive import MONTH, digests, put, restore
from tests.ingest.batches import DERIVED, RAW, START_S
from tests.ingest.revisions.asked import draft, is_audited
from tests.servers import TestDatabase

LATER = datetime(2026, 3, 1, tzinfo=UTC)
DAY_S = 86_400
ROWS = 3_000


@pytest.fixture
def owner(vale: TestDatabase) -> Connection:
    """A connection of the owner of the tables."""
    return connect(vale.conninfo("tailwatch_owner"))


@pytest.fixture
def filled(store: Store, connection: Connection, tmp_path: Path) -> Path:
    """Two chunks, ten days apart, counted; the archive has the first month of them."""
    put(store, connection, ROWS)
    put(store, connection, ROWS, name=DERIVED)
    put(store, connection, 100, first=10 * DAY_S)
    while rebuild(connection):
        pass
    archive.write(connection, tmp_path, "vale", MONTH)
    return tmp_path


def hours(connection: Connection) -> list[tuple[object, ...]]:
    """The hours as they are counted."""
    return connection.execute("SELECT * FROM rollup_hour ORDER BY datastream_id, start").fetchall()


def test_an_archived_chunk_leaves_and_comes_back(filled: Path, connection: Connection, owner: Connection) -> None:
    """Its rows are gone, its hours stay, the log knows; the archive brings every row back."""
    before, counted = digests(connection), hours(connection)
    first, *_ = space_release.chunks(owner, LATER)

    assert space_release.release(owner, filled, first) == 2 * ROWS
    assert digests(connection) == {} and hours(connection) == counted
    assert owner.execute("SELECT action FROM audit ORDER BY number DESC LIMIT 1").fetchone() == (
        "observations.released",
    )
    assert is_audited(owner)
    assert restore(connection, filled) == 2 * ROWS
    assert digests(connection) == before


def test_a_chunk_with_a_row_that_is_not_archived_stays(
    filled: Path, store: Store, connection: Connection, owner: Connection
) -> None:
    """One late reading, or one flag set after the archive was written: refused with the command that helps."""
    first, second = space_release.chunks(owner, LATER)
    with pytest.raises(NotReleased, match=r"100 rows of vale:n07:vw1\.frequency are not in the archive"):
        space_release.release(owner, filled, second)
    put(store, connection, 1, first=ROWS)
    with pytest.raises(NotReleased, match="1 rows of vale:n07"):
        space_release.release(owner, filled, first)
    archive.write(connection, filled, "vale", MONTH)
    with connection.transaction():
        revisions.set_quality(connection, draft(first_s=10, last_s=15), f"vale:{RAW}", 4)
    with pytest.raises(NotReleased, match=r"5 rows .* tailwatch archive write .* --month 2025-11"):
        space_release.release(owner, filled, first)

    assert len(space_release.chunks(owner, LATER)) == 2
    archive.write(connection, filled, "vale", MONTH)
    while rebuild(connection):
        pass
    assert space_release.release(owner, filled, first) == 2 * ROWS + 1


def test_what_comes_late_does_not_spoil_the_hours(
    filled: Path, store: Store, connection: Connection, owner: Connection
) -> None:
    """A reading of an hour that has left is stored, and the hour stands as it was counted from all its rows."""
    counted = hours(connection)
    space_release.release(owner, filled, space_release.chunks(owner, LATER)[0])
    put(store, connection, 1, first=ROWS)
    while rebuild(connection):
        pass

    assert hours(connection) == counted
    assert len(digests(connection)) == 1


def test_only_chunks_that_are_old_enough_are_looked_at(filled: Path, owner: Connection) -> None:
    """A chunk that ends later than the days kept is not among them."""
    assert space_release.chunks(owner, datetime.fromtimestamp(START_S, UTC) - timedelta(days=30)) == []
    assert [chunk.stop - chunk.start for chunk in space_release.chunks(owner, LATER)] == [timedelta(days=7)] * 2
    assert [month.name for month in HypertableChunk("t", MONTH.stop - timedelta(days=3), MONTH.stop).months] == [
        "2025-11"
    ]


def test_plain_postgresql_says_that_it_has_no_chunks(empty_database: TestDatabase) -> None:
    """Without TimescaleDB everything stays, and the sentence says so."""
    with connect(empty_database.conninfo()) as plain, pytest.raises(NotReleased, match="plain PostgreSQL"):
        space_release.chunks(plain, LATER)


def test_no_program_may_release(filled: Path, connection: Connection) -> None:
    """The role of ingest cannot drop a chunk."""
    first = space_release.chunks(connection, LATER)[0]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        space_release.release(connection, filled, first)
