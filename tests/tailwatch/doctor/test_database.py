"""Of the database: each right that was given beyond the least is named with the command that takes it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tailwatch.doctor import database as looks
from tailwatch.secrets import write_private
from tailwatch.servers.database import ADMIN, API, INGEST
from tests.api import site
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailwatch.doctor.findings import told, verdicts

TABLES = """
SELECT table_name, privilege_type FROM information_schema.role_table_grants
WHERE grantee = %s AND table_schema = 'public'
"""
WIDER = [
    ("GRANT DELETE ON observation TO tailwatch_api", "REVOKE DELETE ON TABLE observation FROM tailwatch_api;"),
    (
        "GRANT SELECT (password_hash) ON person TO tailwatch_api",
        "REVOKE SELECT (password_hash) ON TABLE person FROM tailwatch_api;",
    ),
    ("GRANT SELECT ON session TO PUBLIC", "REVOKE SELECT ON TABLE session FROM PUBLIC;"),
    ("GRANT TRIGGER ON quarantine TO tailwatch_ingest", "REVOKE TRIGGER ON TABLE quarantine FROM tailwatch_ingest;"),
    ("GRANT CREATE ON SCHEMA public TO tailwatch_ingest", "REVOKE CREATE ON SCHEMA public FROM tailwatch_ingest;"),
    (
        "GRANT EXECUTE ON FUNCTION audit_append TO tailwatch_api",
        "REVOKE EXECUTE ON FUNCTION audit_append(text,text,text,jsonb) FROM tailwatch_api;",
    ),
    (
        "CREATE FUNCTION door() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'",
        "REVOKE EXECUTE ON FUNCTION door() FROM PUBLIC;",
    ),
    ("REVOKE INSERT ON observation FROM tailwatch_ingest", "GRANT INSERT ON TABLE observation TO tailwatch_ingest;"),
]
ARCHIVED = "INSERT INTO log_archive (began_at, base_every_h, try_every_h) VALUES (now() - %s::interval, 24, 24)"
RESTORED = """
INSERT INTO restore_trial (began_at, ended_at, moment, verdict, month_count, row_count, differences)
SELECT now() - %(ago)s::interval, now() - %(ago)s::interval, now() - %(ago)s::interval, %(verdict)s, 1, 5, %(wrong)s"""
MORE_THAN_RIGHTS = [
    ("ALTER ROLE tailwatch_api CREATEROLE", "ALTER ROLE tailwatch_api NOCREATEROLE;"),
    ("ALTER ROLE tailwatch_owner SUPERUSER", "ALTER ROLE tailwatch_owner NOSUPERUSER;"),
    ("GRANT tailwatch_ingest TO tailwatch_api", "REVOKE tailwatch_ingest FROM tailwatch_api;"),
    ("GRANT pg_read_all_data TO tailwatch_api", "REVOKE pg_read_all_data FROM tailwatch_api;"),
    ("ALTER TABLE session OWNER TO tailwatch_api", "ALTER TABLE session OWNER TO tailwatch_owner;"),
]


@pytest.fixture(scope="module")
def filled(cluster: Database) -> Iterator[TestDatabase]:
    """A database with all migrations and observations, so that TimescaleDB has made parts."""
    with fresh_database(cluster, None) as fresh:
        site.build(fresh.conninfo())
        yield fresh


@contextmanager
def admin(database: TestDatabase) -> Iterator[looks.Connection]:
    with psycopg.connect(database.conninfo(ADMIN), autocommit=True) as connection:
        yield connection


def looked(connection: looks.Connection) -> list[tuple[str, str]]:
    return told([*looks.roles(connection), *looks.rights(connection)])


def test_a_database_as_it_is_made_is_good(filled: TestDatabase) -> None:
    """What migrations grant is what the table says, no less and no more; so a migration that grants changes it."""
    with psycopg.connect(filled.conninfo()) as owner:
        assert looked(owner) == []


@pytest.mark.parametrize("role", [API, INGEST])
def test_the_table_is_what_postgres_itself_says(filled: TestDatabase, role: str) -> None:
    """Read a second way, from the information schema of the SQL standard."""
    said = {
        (one.place, one.privilege)
        for one in looks.least(looks.FILE.read_text(), "x")
        if one.role == role and one.kind == "TABLE" and one.column is None
    }
    with psycopg.connect(filled.conninfo()) as owner:
        assert said == set(owner.execute(TABLES, (role,)).fetchall())


@pytest.mark.parametrize(("change", "fix"), WIDER)
def test_a_right_beyond_the_least_is_told_and_taken_back(filled: TestDatabase, change: str, fix: str) -> None:
    """The command that is named makes the database good again."""
    with psycopg.connect(filled.conninfo(), autocommit=True) as owner:
        owner.execute(change.encode())
        found = looked(owner)
        owner.execute(fix.encode())
        after = looked(owner)
        owner.execute(b"DROP FUNCTION IF EXISTS door")

    assert (found, after) == ([("database-rights", fix)], [])


@pytest.mark.parametrize(("change", "fix"), MORE_THAN_RIGHTS)
def test_a_role_that_is_more_than_its_rights_is_told_and_put_right(filled: TestDatabase, change: str, fix: str) -> None:
    """Attributes, memberships and what a role owns go around every GRANT."""
    with admin(filled) as connection:
        connection.execute(change.encode())
        try:
            found = told(looks.roles(connection))
        finally:
            connection.execute(fix.encode())
        connection.execute(b"GRANT SELECT ON session TO tailwatch_api")
        after = looked(connection)

    assert ("database-roles", fix) in found and after == []


def test_a_right_to_a_part_of_a_table_is_told(filled: TestDatabase) -> None:
    """TimescaleDB keeps observations in parts; a right to one of them goes around the table."""
    with admin(filled) as connection:
        (part,) = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'observation'::regclass LIMIT 1"
        ).fetchone() or ("",)
        connection.execute(f"GRANT DELETE ON {part} TO tailwatch_api".encode())
        found = looked(connection)
        connection.execute(found[0][1].encode())

        assert found == [("database-rights", f"REVOKE DELETE ON TABLE {part} FROM tailwatch_api;")]
        assert looked(connection) == []


def test_a_database_that_does_not_answer_or_is_of_another_release_is_told(
    tmp_path: Path, filled: TestDatabase, empty_database: TestDatabase
) -> None:
    """Its rights are then not known, which is no fault of theirs; where there is none there is no word."""
    file = tmp_path / "owner.conninfo"
    write_private(file, "host=127.0.0.1 port=9 user=x dbname=x")
    away = list(looks.look(tmp_path, file))
    write_private(file, empty_database.conninfo())
    empty = list(looks.look(tmp_path, file))
    write_private(file, filled.conninfo())

    assert verdicts(away) == verdicts(empty) == ["warning"] and "tailwatch up" in away[0].fix
    assert verdicts(looks.look(tmp_path, file)) == ["good", "good"]
    assert list(looks.look(tmp_path)) == []


@pytest.mark.parametrize(
    ("verdict", "ago", "said"),
    [(None, "0 h", "warning"), ("equal", "1 h", "good"), ("equal", "49 h", "fault"), ("different", "1 h", "fault")],
)
def test_a_restore_that_is_not_good_is_told(filled: TestDatabase, verdict: str | None, ago: str, said: str) -> None:
    """No word without an archive of the log; with one a trial that is old, or not equal, is a fault."""
    wrong = [] if verdict == "equal" else ["n07 2026-05"]
    with psycopg.connect(filled.conninfo()) as owner:
        none = list(looks.restore(owner))
        owner.execute(ARCHIVED, (ago,))
        if verdict is not None:
            owner.execute(RESTORED, {"ago": ago, "verdict": verdict, "wrong": wrong})
        found = list(looks.restore(owner))
        owner.rollback()

    assert none == []
    assert verdicts(found) == [said]
    assert found[0].code == "restore-trial"
    assert ("n07 2026-05" in found[0].says) is (verdict == "different")
