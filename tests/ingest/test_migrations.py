"""Tests of the schema itself: who may do what, and what nobody may do."""

import psycopg
import pytest
from psycopg import errors

from ingest.store import Store
from ingest.values import Connection
from tests import schema_names
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading
from tests.servers import TestDatabase

CHANGES = ["UPDATE observation SET result = 0", "DELETE FROM observation", "TRUNCATE observation"]
OTHERS = [
    "DELETE FROM sequence_state",
    "DELETE FROM quarantine",
    "UPDATE quarantine SET raw = ''",
    "DELETE FROM commit_log",
]
MEASURED = [
    "facility",
    "node",
    "instrument",
    "datastream",
    "observation",
    "latest",
    "sequence_state",
    "ledger_epoch",
    "ledger_day",
    "quarantine",
    "commit_log",
]
CATALOG = {
    "table": "SELECT tablename, '' FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'",
    "view": "SELECT viewname, '' FROM pg_views WHERE schemaname = 'public'",
    "column": "SELECT column_name, table_name FROM information_schema.columns JOIN pg_tables ON tablename = table_name"
    " WHERE schemaname = 'public' AND table_name NOT IN ('schema_migration', 'rollup_day')",  # LIKE rollup_hour
    "function": "SELECT DISTINCT proname, '' FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
    " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')",
    "trigger": "SELECT DISTINCT tgname, '' FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
    " WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace AND tgname <> 'ts_insert_blocker'",
}
"""The names that are read from the files, but for those that PostgreSQL and TimescaleDB give by themselves."""


def fill(store: Store, connection: Connection) -> None:
    """Store one raw and one derived observation."""
    with connection.transaction():
        store.write(connection, [arrival(message(0, [reading(START_S), reading(START_S, 5.0, DERIVED, None, 1)]))])


@pytest.mark.parametrize("role", ["tailwatch_owner", "tailwatch_ingest", "tailwatch_api"])
@pytest.mark.parametrize("change", CHANGES)
def test_observations_are_not_changed_or_deleted(
    store: Store, connection: Connection, vale: TestDatabase, role: str, change: str
) -> None:
    """No role of a program can change a raw result or delete an observation, not even the owner of the table."""
    fill(store, connection)
    refusals = (errors.RestrictViolation, errors.InsufficientPrivilege)
    with psycopg.connect(vale.conninfo(role)) as other, pytest.raises(refusals):
        other.execute(change.encode())

    assert connection.execute("SELECT sum(result) FROM observation").fetchone() == (2836.4,)


def test_only_derived_results_may_be_revised(store: Store, connection: Connection, vale: TestDatabase) -> None:
    """Inside a revision, and only there, a derived result may change; nothing moves to another time."""
    fill(store, connection)
    change = "UPDATE observation SET {} WHERE datastream_id = (SELECT id FROM datastream WHERE name = 'vale:{}')"
    with psycopg.connect(vale.conninfo("tailwatch_owner"), autocommit=True) as owner:
        for revision in ("", open_revision(connection)):
            owner.execute("SELECT set_config('tailwatch.revision', %s, false)", (revision,))
            for what, name in (("phenomenon_time = now()", DERIVED), ("result = 6", RAW), ("cfg = 6", RAW)):
                with pytest.raises((errors.RestrictViolation, errors.CheckViolation)):  # a chunk has its own bounds
                    owner.execute(change.format(what, name).encode())
        owner.execute(change.format("result = 6", DERIVED).encode())

    assert connection.execute("SELECT sum(result) FROM observation").fetchone() == (2837.4,)
    assert connection.execute("SELECT result, quality, cfg FROM superseded").fetchall() == [(5.0, 2, 1)]


@pytest.mark.parametrize("role", ["tailwatch_ingest", "tailwatch_api"])
def test_no_program_makes_users_roles_or_keys(vale: TestDatabase, role: str) -> None:
    """Only the owner's commands do (decision 10); no program has the right, whatever it is asked."""
    tables = ("account", "person", "account_role", "api_key")
    query = "SELECT t FROM unnest(%s::text[]) t WHERE has_table_privilege(%s, t, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        assert owner.execute(query, (list(tables), role)).fetchall() == []
        assert owner.execute(query, (list(tables), "tailwatch_owner")).fetchall() == [(one,) for one in tables]


def open_revision(connection: Connection) -> str:
    """Open a revision by hand; return its number."""
    row = connection.execute(
        "INSERT INTO revision (facility_id, kind, author, reason, cfg, functions, from_time, to_time, done_until)"
        " VALUES ('vale', 'rederive', 'user:1', 'test', 1, '', now(), now() + interval '1 s', now()) RETURNING id"
    ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("statement", OTHERS)
def test_ingest_deletes_nothing(connection: Connection, statement: str) -> None:
    """The books and the quarantine are added to and never emptied."""
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize("table", MEASURED)
def test_the_api_reads_what_was_measured_and_never_writes_it(vale: TestDatabase, table: str) -> None:
    """Measurements and their books are open to the api for reading alone."""
    rights = "SELECT has_table_privilege(%s, 'SELECT'), has_table_privilege(%s, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    with psycopg.connect(vale.conninfo("tailwatch_api")) as api:
        assert api.execute(rights, (table, table)).fetchone() == (True, False)


def test_the_sum_of_the_ledger_is_checked_by_the_database(connection: Connection) -> None:
    """A sequence state whose words do not add up cannot be written."""
    sequence_state = (
        "INSERT INTO sequence_state (facility_id, sender, epoch, sent) VALUES ('vale', 'n07', '00000000', 1)"
    )
    with pytest.raises(errors.CheckViolation):
        connection.execute(sequence_state)


def test_the_names_in_the_files_are_those_of_the_catalog(vale: TestDatabase) -> None:
    """What tests/schema_names.py reads from the files is what PostgreSQL made of them: the glossary misses no name."""
    read = set(schema_names.names(schema_names.migrations()))
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        made = {kind: set(owner.execute(query.encode()).fetchall()) for kind, query in CATALOG.items()}

    for kind, found in made.items():
        assert {(one.name, one.table) for one in read if one.kind == kind} == found, kind


def test_a_table_that_is_read_by_the_programs_is_granted(vale: TestDatabase) -> None:
    """Ingest reads each table but those of people and their keys; a new table without a grant is found here."""
    query = "SELECT t FROM unnest(%s::text[]) t WHERE NOT has_table_privilege('tailwatch_ingest', t, 'SELECT')"
    tables = [one.name for one in schema_names.names(schema_names.migrations()) if one.kind in ("table", "view")]
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        closed = {name for (name,) in owner.execute(query, (tables,)).fetchall()}

    assert closed == {"account", "person", "account_role", "api_key", "api_key_use", "session"}
