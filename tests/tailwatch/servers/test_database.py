"""PostgreSQL: its roles, its rights, TimescaleDB, and what a kill leaves."""

import os
from pathlib import Path

import psycopg
import pytest

from tailwatch.servers.server import NotReady
from tests.servers import Database, TestDatabase


def test_the_owner_makes_tables_and_the_others_do_not(database: TestDatabase) -> None:
    """Migrations run as the owner; ingest and api get only what a migration grants."""
    with psycopg.connect(database.conninfo("tailwatch_owner")) as owner:
        owner.execute("CREATE TABLE mine (id int)")

    for role in ("tailwatch_ingest", "tailwatch_api"):
        with psycopg.connect(database.conninfo(role)) as other, pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.execute("CREATE TABLE theirs (id int)")


def test_timescaledb_is_there_and_does_not_call_home(empty_database: TestDatabase) -> None:
    """The owner can make the extension, and telemetry is off."""
    with psycopg.connect(empty_database.conninfo()) as owner:
        owner.execute("CREATE EXTENSION timescaledb")
        level = owner.execute("SHOW timescaledb.telemetry_level").fetchone()

    assert level == ("off",)


def test_it_listens_on_loopback_with_passwords_only(cluster: Database) -> None:
    """A role without its password is refused."""
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"host=127.0.0.1 port={cluster.port} user=tailwatch_api password=wrong dbname=tailwatch")
    with psycopg.connect(cluster.conninfo("postgres")) as admin:
        assert admin.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


def test_what_was_committed_survives_a_kill(reachable_folder: Path) -> None:
    """kill -9 of the whole server, and the committed row is there on the next start; so are the roles."""
    database = Database.start(reachable_folder / "database")
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute("CREATE TABLE mine AS SELECT 1 AS id")

    database.kill()
    database.run()

    with psycopg.connect(database.conninfo()) as owner:
        assert owner.execute("SELECT id FROM mine").fetchall() == [(1,)]
    database.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another system user")
def test_a_folder_closed_to_its_user_is_told(reachable_folder: Path) -> None:
    """The sentence names the folder that is closed and the option that helps."""
    closed = reachable_folder / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(NotReady, match=r"closed is closed to the system user postgres.*--state"):
        Database.start(closed / "database")


def test_a_cluster_of_another_version_is_refused(reachable_folder: Path) -> None:
    """Nothing is overwritten; the sentence names both versions."""
    data = reachable_folder / "database" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")

    with pytest.raises(NotReady, match=r"15.*17"):
        Database.start(reachable_folder / "database")
