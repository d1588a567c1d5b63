"""Tests of the archive: written once, verified, read by others, and brought back equal by hash."""

import json
from pathlib import Path

import psycopg
import pyarrow.parquet
import pytest

from ingest import archive, revisions
from ingest.archive import ArchiveDamaged, Month, contents, parquet, restoration
from ingest.store import Store, commit, forget
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading
from tests.ingest.revisions.asked import draft, number_of
from tests.ingest.revisions.test_replacement import replace, replacement
from tests.servers import TestDatabase

MONTH = Month("2025-11")
RECEIVED = """
SELECT datastream_id, received_at, count(*), min(phenomenon_time) FROM observation GROUP BY 1, 2 ORDER BY 1, 2"""
EPOCHS = (f"{number:08x}" for number in range(1 << 31))


def put(store: Store, connection: Connection, count: int, first: int = 0, name: str = RAW) -> None:
    """Store readings, one a second, every tenth missing and every seventh suspect."""
    some = []
    for number in range(first, first + count):
        value = None if number % 10 == 9 else number / 7
        tests = "spike,gross_range" if value is not None and number % 7 == 0 else None
        some.append(reading(START_S + number, value, name, tests, None if name == RAW else 1))
    for part in range(0, len(some), 2500):
        with connection.transaction():
            written = store.write(connection, [arrival(message(0, some[part : part + 2500], epoch=next(EPOCHS)))])
        store.committed(written)


def digests(connection: Connection) -> dict[str, str]:
    """The digest of every datastream in the database."""
    names = connection.execute("SELECT name, id FROM datastream").fetchall()
    tables = {name: contents.stored(connection, number, MONTH.start, MONTH.stop) for name, number in names}
    return {name: contents.digest(table) for name, table in tables.items() if table.num_rows}


def drop_all(vale: TestDatabase) -> None:
    """Drop every chunk, as the owner's retention would."""
    with psycopg.connect(vale.conninfo("tailwatch_owner"), autocommit=True) as owner:
        owner.execute("SELECT drop_chunks('observation', older_than => timestamptz '2100-01-01')")


def restore(connection: Connection, folder: Path) -> int:
    """Bring the month back."""
    return archive.restore(connection, folder, "vale", MONTH, lambda share: None)


def test_archived_dropped_restored_equal_by_hash(
    store: Store, connection: Connection, vale: TestDatabase, tmp_path: Path
) -> None:
    """200,000 rows come back with every time, value, flag, name of a test and time of reception."""
    put(store, connection, 150_000)
    put(store, connection, 50_000, name=DERIVED)
    before, received = digests(connection), connection.execute(RECEIVED).fetchall()
    part = archive.write(connection, tmp_path, "vale", MONTH)
    assert part is not None and part.rows == 200_000
    drop_all(vale)
    assert digests(connection) == {}

    assert restore(connection, tmp_path) == 200_000
    assert (digests(connection), connection.execute(RECEIVED).fetchall()) == (before, received)
    assert restore(connection, tmp_path) == 0


def test_a_part_from_before_receptions_is_read(store: Store, connection: Connection, tmp_path: Path) -> None:
    """A file without the column is the same rows, by their digest; when they were received nobody knows."""
    put(store, connection, 500)
    archive.write(connection, tmp_path, "vale", MONTH)
    file = tmp_path / "vale" / "2025-11.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(file).drop_columns(["received_at"]), tmp_path / "old")
    (new,), (old,) = (dict(parquet.read(one)).values() for one in (file, tmp_path / "old"))

    assert contents.digest(old) == contents.digest(new)
    assert (old["received_at"].null_count, new["received_at"].null_count) == (500, 0)


def test_others_can_read_it(store: Store, connection: Connection, tmp_path: Path) -> None:
    """DuckDB reads the same rows; units, calibrations, flags, licence and the facility file stand in the metadata."""
    import duckdb

    put(store, connection, 1000)
    part = archive.write(connection, tmp_path, "vale", MONTH)
    assert part is not None
    file = tmp_path / "vale" / part.file
    query = f"SELECT datastream::text, count(*), count(result), sum(result), max(quality) FROM '{file}' GROUP BY 1"
    kept = [number / 7 for number in range(1000) if number % 10 != 9]
    assert duckdb.sql(query).fetchall() == [(f"vale:{RAW}", 1000, 900, pytest.approx(sum(kept)), 9)]

    told = json.loads(pyarrow.parquet.read_schema(file).metadata[b"tailwatch"])
    assert told["licence"] == "CC-BY-4.0"
    assert told["datastreams"][f"vale:{RAW}"]["unit"] == "Hz"
    assert told["calibrations"]["n07:vw1"][0]["gauge_factor_kpa_per_digit"] == -0.1795
    assert told["quality"]["flags"]["9"] == "missing"
    assert 'id = "vale"' in told["facility_file"]


def test_what_comes_late_or_changes_goes_into_an_addendum(
    store: Store, connection: Connection, vale: TestDatabase, tmp_path: Path
) -> None:
    """A month is written once; late rows and revised ones are a second part, and both together are what is stored."""
    put(store, connection, 1000)
    put(store, connection, 1000, name=DERIVED)
    first = archive.write(connection, tmp_path, "vale", MONTH)
    assert first is not None
    assert archive.write(connection, tmp_path, "vale", MONTH) is None
    put(store, connection, 50, first=2000)
    replace(connection, replacement(connection, {3: 33.0, 4: 44.0}))
    with connection.transaction():
        revisions.set_quality(connection, draft(first_s=10, last_s=15), f"vale:{RAW}", 4)
    second = archive.write(connection, tmp_path, "vale", MONTH)

    assert second is not None and (second.part, second.rows) == (1, 50 + 2 + 5)
    assert archive.write(connection, tmp_path, "vale", MONTH) is None
    before = digests(connection)
    drop_all(vale)
    assert restore(connection, tmp_path) == 2050
    assert digests(connection) == before
    rows = connection.execute("SELECT part, rows, sha256 FROM archive_part ORDER BY part").fetchall()
    assert rows == [(one.part, one.rows, one.sha256) for one in (first, second)]


def test_late_rows_are_found_when_their_commits_are_forgotten(
    store: Store, connection: Connection, vale: TestDatabase, tmp_path: Path
) -> None:
    """A month whose commits are no longer in the log is compared row by row, once; then the log is enough again."""
    put(store, connection, 100)
    archive.write(connection, tmp_path, "vale", MONTH)
    put(store, connection, 50, first=200)
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        owner.execute("ALTER TABLE commit_log ALTER id RESTART WITH 2000000")
    with connection.transaction():
        commit.write(connection, {"vale"}, [])
    assert forget(connection) == 2
    late = archive.write(connection, tmp_path, "vale", MONTH)
    assert late is not None and (late.part, late.rows) == (1, 50)
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        owner.execute("ALTER TABLE commit_log ALTER id RESTART WITH 4000000")
    with connection.transaction():
        commit.write(connection, {"vale"}, [])
    forget(connection)

    assert archive.write(connection, tmp_path, "vale", MONTH) is None
    known = connection.execute("SELECT max(through_commit) FROM archive_part").fetchone()
    assert known == connection.execute("SELECT max(id) FROM commit_log").fetchone() == (4_000_000,)


def test_restoring_touches_nothing_that_is_there(store: Store, connection: Connection, tmp_path: Path) -> None:
    """A value that was revised after it was archived stays as it is."""
    put(store, connection, 500, name=DERIVED)
    archive.write(connection, tmp_path, "vale", MONTH)
    replace(connection, replacement(connection, {3: 33.0}))
    before = digests(connection)
    assert restore(connection, tmp_path) == 0
    assert digests(connection) == before


def test_restored_into_an_empty_database(store: Store, connection: Connection, tmp_path: Path) -> None:
    """A datastream that the database had nothing of gets its newest value and its counters."""
    put(store, connection, 500)
    archive.write(connection, tmp_path, "vale", MONTH)
    file = tmp_path / "vale" / "2025-11.parquet"
    number = number_of(connection, DERIVED)
    table = dict(parquet.read(file))[f"vale:{RAW}"]
    restoration.bring_back(connection, "vale", number, MONTH, table)
    row = connection.execute(
        "SELECT observation_count, extract(epoch FROM phenomenon_time)::float8 FROM latest WHERE datastream_id = %s",
        (number,),
    ).fetchone()
    assert row == (500, START_S + 499)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda file: file.unlink(), "is missing"),
        (lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"), "was changed"),
    ],
)
def test_damage_is_found(store: Store, connection: Connection, tmp_path: Path, damage: object, sentence: str) -> None:
    """A missing or changed file is named, and nothing is restored from it."""
    put(store, connection, 100)
    archive.write(connection, tmp_path, "vale", MONTH)
    assert len(archive.verify(tmp_path, "vale").parts) == 1
    assert callable(damage)
    damage(tmp_path / "vale" / "2025-11.parquet")
    with pytest.raises(ArchiveDamaged, match=sentence):
        archive.verify(tmp_path, "vale")
    with pytest.raises(ArchiveDamaged, match=sentence):
        restore(connection, tmp_path)


def test_only_months_that_are_over_are_listed(store: Store, connection: Connection) -> None:
    """A month is archived when it is over."""
    put(store, connection, 10)
    put(store, connection, 10, first=86_400 * 10)
    assert archive.months(connection, "vale", Month("2025-12").start) == [MONTH]
    assert archive.months(connection, "vale", Month("2026-01").start) == [MONTH, Month("2025-12")]
    assert archive.months(connection, "gone", Month("2026-01").start) == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_ten_million_rows(store: Store, connection: Connection, vale: TestDatabase, tmp_path: Path) -> None:
    """10,000,000 rows archived, dropped and restored are equal by hash."""
    with psycopg.connect(vale.conninfo("tailwatch_owner"), autocommit=True) as owner:
        owner.execute(
            "INSERT INTO observation SELECT d.id, timestamptz '2025-11-01' + n * interval '1 s', sin(n), 1, NULL, NULL"
            " FROM (SELECT id FROM datastream WHERE formula IS NULL ORDER BY id LIMIT 5) d,"
            " generate_series(0, 1999999) n"
        )
        owner.execute(
            "INSERT INTO latest SELECT datastream_id, max(phenomenon_time), 0, 1, NULL, now(), count(*),"
            " min(phenomenon_time) FROM observation GROUP BY 1"
        )
    before = digests(connection)
    part = archive.write(connection, tmp_path, "vale", MONTH)
    assert part is not None and part.rows == 10_000_000
    drop_all(vale)
    assert restore(connection, tmp_path) == 10_000_000
    assert digests(connection) == before
