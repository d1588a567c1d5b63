"""Tests of the migration runner, on a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.database import connect
from ingest.migrate import Migration, MigrationFailed, SchemaMismatch, check, migrate, migrations
from ingest.values import Connection
from tests.servers import TestDatabase

ONE = Migration(1, "0001_one.sql", "CREATE TABLE one (id integer)")
TWO = Migration(2, "0002_two.sql", "CREATE TABLE two (id integer); INSERT INTO two VALUES (1)")
TORN = Migration(2, "0002_two.sql", "CREATE TABLE two (id integer); SELECT * FROM nothing")


@pytest.fixture
def owner(empty_database: TestDatabase) -> Iterator[Connection]:
    """A connection of the owner to an empty database."""
    with connect(empty_database.conninfo("tailwatch_owner")) as connection:
        yield connection


def tables(connection: Connection) -> list[str]:
    """The tables of the schema, but the runner's own."""
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in rows if name != "schema_migration"]


def test_each_migration_is_applied_once(owner: Connection) -> None:
    """A second run changes nothing; a later file is added alone."""
    assert migrate(owner, [ONE]) == ["0001_one.sql"]
    assert migrate(owner, [ONE, TWO]) == ["0002_two.sql"]
    assert migrate(owner, [ONE, TWO]) == []
    assert owner.execute("SELECT count(*) FROM two").fetchone() == (1,)


def test_our_own_migrations_apply_twice(owner: Connection) -> None:
    """The files of this program apply to an empty database, and a second time do nothing."""
    assert len(migrate(owner, migrations())) == len(migrations())
    assert migrate(owner, migrations()) == []
    check(owner, migrations())


def test_a_migration_that_fails_half_way_leaves_nothing(owner: Connection) -> None:
    """What a failing file did before its error is undone, the files before it stay, and it can be repaired."""
    with pytest.raises(MigrationFailed, match=r"0002_two\.sql.*nothing"):
        migrate(owner, [ONE, TORN])
    assert tables(owner) == ["one"]

    assert migrate(owner, [ONE, TWO]) == ["0002_two.sql"]


def test_a_newer_schema_is_left_alone(owner: Connection) -> None:
    """A program older than the schema refuses to run and to migrate, and says what to update."""
    migrate(owner, [ONE, TWO])
    for refuse in (check, migrate):
        with pytest.raises(SchemaMismatch, match=r"version 2 is newer .* version 1: update the program"):
            refuse(owner, [ONE])
    assert tables(owner) == ["one", "two"]


def test_an_older_or_empty_schema_is_named(owner: Connection) -> None:
    """A program newer than the schema says which file is missing."""
    with pytest.raises(SchemaMismatch, match=r"0001_one\.sql is missing: run it with --migrate"):
        check(owner, [ONE])
    migrate(owner, [ONE])
    with pytest.raises(SchemaMismatch, match=r"0002_two\.sql is missing"):
        check(owner, [ONE, TWO])


def test_an_applied_file_must_not_change(owner: Connection) -> None:
    """A file that was edited after it was applied is noticed."""
    migrate(owner, [ONE])
    with pytest.raises(SchemaMismatch, match=r"0001_one\.sql"):
        check(owner, [Migration(1, "0001_one.sql", "CREATE TABLE other (id integer)")])


def test_a_database_of_the_first_release_is_refused(owner: Connection) -> None:
    """Nothing is made in a database of 0.1, and the sentence names it, why, and what to do."""
    owner.execute("CREATE TABLE schema_version (number integer PRIMARY KEY, name text, checksum text)")
    owner.execute("INSERT INTO schema_version VALUES (1, '0001_facility.sql', 'x')")
    for refuse in (check, migrate):
        with pytest.raises(SchemaMismatch, match=r"database test_\w+: it is of release 0\.1 .* give an empty database"):
            refuse(owner, [ONE])

    assert tables(owner) == ["schema_version"]


@pytest.mark.parametrize("names", [("0001_a.sql", "0003_b.sql"), ("0001_a.sql", "0001_b.sql"), ("one.sql",)])
def test_files_are_numbered_without_a_gap(tmp_path: Path, names: tuple[str, ...]) -> None:
    """A missing number, one that stands twice and a wrong name are refused."""
    for name in names:
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(SchemaMismatch, match="without a gap"):
        migrations(tmp_path)
