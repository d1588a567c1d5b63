"""Tests of the schema itself: who may do what, and what nobody may do."""

import psycopg
import pytest
from psycopg import errors

from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading
from tests.servers import TestDatabase

CHANGES = ["UPDATE observation SET result = 0", "DELETE FROM observation", "TRUNCATE observation"]
OTHERS = ["DELETE FROM chapter", "DELETE FROM quarantine", "UPDATE quarantine SET raw = ''", "DELETE FROM commit_log"]
MEASURED = [
    "facility",
    "node",
    "instrument",
    "datastream",
    "observation",
    "latest",
    "chapter",
    "ledger_epoch",
    "ledger_day",
    "quarantine",
    "commit_log",
]


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
    sequence_state = "INSERT INTO chapter (facility_id, sender, epoch, sent) VALUES ('vale', 'n07', '00000000', 1)"
    with pytest.raises(errors.CheckViolation):
        connection.execute(sequence_state)
