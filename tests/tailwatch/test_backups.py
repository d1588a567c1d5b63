"""Backup and restore on real databases, while ingest's side goes on writing."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tailwatch import backups, chain, owner, people
from tailwatch.backups import BackupFailed
from tests.api import site
from tests.servers import Database, TestDatabase, fresh_database

PASSWORD = "correct horse battery staple"  # xkcd.com/936


@pytest.fixture
def built(database: TestDatabase) -> TestDatabase:
    """The site of the api's tests, with a user."""
    site.build(database.conninfo())
    with owner.connected(database.conninfo()) as connection:
        people.add_user(connection, "ana", "Ana", PASSWORD)
    return database


@pytest.fixture
def empty(cluster: Database) -> Iterator[TestDatabase]:
    with fresh_database(cluster, None) as fresh:
        yield fresh


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a secret."""
    folder = tmp_path / "state"
    (folder / "secrets" / "mqtt").mkdir(parents=True)
    (folder / "secrets" / "mqtt" / "n07").write_text("the password of n07")
    return folder


def test_what_comes_back_is_equal(built: TestDatabase, empty: TestDatabase, state: Path, tmp_path: Path) -> None:
    """Rows, ledger and audit chain are those of the instant; what was written later is not in it; rights are."""
    then = backups.back_up(built.conninfo(), state, tmp_path / "backup")
    with psycopg.connect(built.conninfo()) as later:
        site.commit(later, [1])
    now = backups.restore(empty.conninfo("postgres"), tmp_path / "backup")

    assert now.differences(then) == [] and now.rows["observation"] == site.LEVEL_ROWS + 2
    with psycopg.connect(empty.conninfo("tailwatch_api")) as api:
        assert api.execute("SELECT count(*) FROM commit_log").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            api.execute("DELETE FROM observation")


def test_the_restored_database_goes_on(built: TestDatabase, empty: TestDatabase, state: Path, tmp_path: Path) -> None:
    """New observations, a new user and its audit row find their place; raw stays protected."""
    backups.back_up(built.conninfo(), state, tmp_path / "backup")
    backups.restore(empty.conninfo("postgres"), tmp_path / "backup")
    with psycopg.connect(empty.conninfo()) as connection:
        site.store(connection, site.NEVER, site.T0, 1.0)
    with owner.connected(empty.conninfo()) as connection:
        before = chain.verify(connection).number
        people.add_user(connection, "rui", "Rui", PASSWORD)
        assert chain.verify(connection).number == before + 2
    with psycopg.connect(empty.conninfo()) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("DELETE FROM observation")


def test_the_backup_is_private_and_brings_the_secrets_back(built: TestDatabase, state: Path, tmp_path: Path) -> None:
    """Every file of it is of mode 600; passwords of the field come back with their folders."""
    backups.back_up(built.conninfo(), state, tmp_path / "backup")
    backups.unpack_secrets(tmp_path / "backup", tmp_path / "new")

    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "backup").iterdir()} == {0}
    assert (tmp_path / "new" / "secrets" / "mqtt" / "n07").read_text() == "the password of n07"


def test_a_backup_that_is_not_equal_is_told(
    built: TestDatabase, empty: TestDatabase, state: Path, tmp_path: Path
) -> None:
    """A manifest with another figure: the restore says which table differs, and by how much."""
    backups.back_up(built.conninfo(), state, tmp_path / "backup")
    file = tmp_path / "backup" / backups.MANIFEST
    content = json.loads(file.read_text())
    content["rows"]["observation"] += 1
    file.write_text(json.dumps(content))

    with pytest.raises(BackupFailed, match=rf"observation: {site.LEVEL_ROWS + 3} then, {site.LEVEL_ROWS + 2} now"):
        backups.restore(empty.conninfo("postgres"), tmp_path / "backup")


@pytest.mark.parametrize("cut", ["half", "none"])
def test_an_unfinished_backup_is_refused(
    built: TestDatabase, empty: TestDatabase, state: Path, tmp_path: Path, cut: str
) -> None:
    """Half a dump, or no manifest (it is written last): nothing is restored."""
    backups.back_up(built.conninfo(), state, tmp_path / "backup")
    if cut == "half":
        dump = tmp_path / "backup" / backups.DUMP
        dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    else:
        (tmp_path / "backup" / backups.MANIFEST).unlink()

    with pytest.raises(BackupFailed):
        backups.restore(empty.conninfo("postgres"), tmp_path / "backup")
    with psycopg.connect(empty.conninfo()) as connection:
        assert connection.execute("SELECT to_regclass('observation')").fetchone() == (None,)


def test_a_backup_of_the_first_release_is_refused(
    built: TestDatabase, empty: TestDatabase, state: Path, tmp_path: Path
) -> None:
    """A backup of 0.1 has no schema_migration: it is named with what to do, and nothing is restored."""
    backups.back_up(built.conninfo(), state, tmp_path / "backup")
    file = tmp_path / "backup" / backups.MANIFEST
    content = json.loads(file.read_text())
    content["rows"]["schema_version"] = content["rows"].pop("schema_migration")
    file.write_text(json.dumps(content))

    with pytest.raises(BackupFailed, match=r"rows has no schema_migration.*release 0\.1.*restore it with release 0\.1"):
        backups.restore(empty.conninfo("postgres"), tmp_path / "backup")
    with psycopg.connect(empty.conninfo()) as connection:
        assert connection.execute("SELECT to_regclass('observation')").fetchone() == (None,)
