"""Tests of the schema itself: who may do what, and what nobody may do."""

import psycopg
import pytest
from psycopg import errors

from api.access.queries import IDLE_H, LONGEST_DAYS
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
    " WHERE schemaname = 'public' AND table_name <> 'schema_migration'"
    " AND (table_name <> 'rollup_day' OR column_name = 'last_received')",  # the others are LIKE rollup_hour
    "function": "SELECT DISTINCT proname, '' FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
    " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')",
    "trigger": "SELECT DISTINCT tgname, '' FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
    " WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace AND tgname <> 'ts_insert_blocker'",
}
"""The names that are read from the files, but for those that PostgreSQL and TimescaleDB give by themselves."""


CAPTURED = r"""
SELECT DISTINCT p.proname, argument.name FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
CROSS JOIN LATERAL unnest(p.proargnames[:p.pronargs]) AS argument (name)
JOIN pg_class c ON c.relnamespace = p.pronamespace AND c.relkind IN ('r', 'v')
    AND p.prosrc ~ ('\m' || c.relname || '\M')
JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = argument.name AND t.attnum > 0
WHERE p.pronamespace = 'public'::regnamespace AND l.lanname = 'sql'
  AND p.prosrc ~ ('(?<![.])\m' || argument.name || '\M')"""
"""Functions in SQL and those of their arguments that are also a column of a table which is named in their text, where
the name stands alone in it."""
LOOKED_AT = {
    ("choose_language", "language"),
    ("days_of", "start"),
    ("hours_of", "start"),
    ("issue_command", "body"),
    ("issue_command", "kind"),
    ("sight_digest", "document"),
    ("sight_digest", "number"),
    ("sight_digest", "version"),
}
"""Where the name alone means the argument, no table with that column being in reach, or the column as a target."""


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


REFUSED = (
    ("phenomenon_time = now()", DERIVED),
    ("phenomenon_time = phenomenon_time + interval '1 s'", DERIVED),
    ("datastream_id = 0", DERIVED),
    ("result = NULL", DERIVED),
    ("quality = 9", DERIVED),
    ("result = 6", RAW),
    ("cfg = 6", RAW),
)
"""What no revision may do to an observation."""


def test_only_derived_results_may_be_revised(store: Store, connection: Connection, vale: TestDatabase) -> None:
    """Inside a revision, and only there, a derived result may change; nothing moves to another time."""
    fill(store, connection)
    change = "UPDATE observation SET {} WHERE datastream_id = (SELECT id FROM datastream WHERE name = 'vale:{}')"
    with psycopg.connect(vale.conninfo("tailwatch_owner"), autocommit=True) as owner:
        for revision in ("", open_revision(connection)):
            owner.execute("SELECT set_config('tailwatch.revision', %s, false)", (revision,))
            for what, name in REFUSED:
                with pytest.raises(errors.RestrictViolation):
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


OF_OTHERS = [
    "INSERT INTO session (digest, account_id) VALUES (sha256('x'), 1)",
    "UPDATE session SET last_seen_at = now()",
    "DELETE FROM session",
    "UPDATE person SET password_hash = 'x'",
    "SELECT password_hash FROM person",
    "SELECT * FROM password_reset",
    "INSERT INTO password_reset VALUES (1, sha256('x'), now() + interval '1 h')",
    "SELECT replace_password(1, 'x', NULL, 'x')",
    "SELECT audit_append('user:1', 'x', 'x', '{}')",
    "INSERT INTO command (kind, facility_id, body, author) VALUES ('annotate', 'vale', '{}', 'user:1')",
    "UPDATE command SET stop_requested_by = 'user:1'",
    "UPDATE failed_login_budget SET entries = 0",
]


@pytest.mark.parametrize("statement", OF_OTHERS)
def test_the_api_has_no_way_around_the_secrets_of_people(vale: TestDatabase, statement: str) -> None:
    """No session, password, code or command in the name of another; no row of the audit log, and no hash to steal."""
    with psycopg.connect(vale.conninfo("tailwatch_api")) as api, pytest.raises(errors.InsufficientPrivilege):
        api.execute(statement.encode())


def test_the_api_acts_for_nobody_whose_secret_it_has_not(vale: TestDatabase) -> None:
    """With all that it can read (salt, digests) it begins, ends and changes nothing; with the secret it does."""
    with psycopg.connect(vale.conninfo("tailwatch_owner"), autocommit=True) as owner:
        owner.execute("INSERT INTO account DEFAULT VALUES")
        owner.execute("INSERT INTO person (account_id, login, password_hash) VALUES (1, 'ana', '$v$salt$hash')")
    with psycopg.connect(vale.conninfo("tailwatch_api"), autocommit=True) as api:

        def ask(call: str, *values: object) -> object:
            row = api.execute(f"SELECT {call}".encode(), values).fetchone()
            assert row is not None
            return row[0]

        begin = "begin_session('ana', %s, sha256(%s), '', '')"
        salt = ask("password_salt('ana')")
        guessed = ask(begin, salt, b"token")
        began = ask(begin, "$v$salt$hash", b"token")
        digest = ask("encode(digest, 'escape') FROM session")
        issue = "issue_command(%s, 'annotate', 'vale', '{}')"
        stolen = [ask(call, digest) for call in (issue, "end_session(%s)", "change_password(%s, '$v$salt$hash', 'x')")]
        issued = ask(issue, "token")
        by = ask("author FROM command WHERE id = %s", issued)
        changed = ask("change_password('token', 'wrong', 'x')")

    assert (salt, guessed, began) == ("$v$salt", None, 1)
    assert (stolen, by, changed) == ([None, None, False], "user:1", False)


@pytest.mark.parametrize(
    ("age_h", "idle_h", "is_over"),
    [
        (0.0, 0.0, False),
        (IDLE_H + 1, IDLE_H - 0.01, False),
        (IDLE_H + 1, IDLE_H + 0.01, True),
        (LONGEST_DAYS * 24 - 0.01, 0.0, False),
        (LONGEST_DAYS * 24 + 0.01, 0.0, True),
    ],
)
def test_a_session_ends_when_the_api_says_that_it_does(
    vale: TestDatabase, age_h: float, idle_h: float, is_over: bool
) -> None:
    """The database ends it without use, and by its age; cookies and pages say the same times."""
    query = "SELECT is_session_over(now() - %s * interval '1 h', now() - %s * interval '1 h')"
    with psycopg.connect(vale.conninfo("tailwatch_api")) as api:
        assert api.execute(query, (age_h, idle_h)).fetchone() == (is_over,)


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


def test_no_column_takes_the_place_of_an_argument(vale: TestDatabase) -> None:
    """In a function in SQL a column wins over an argument of its name (PostgreSQL, "CREATE FUNCTION"), also one that a
    later migration adds: then the function asks for something else, and nobody is told. The control had that fault.
    """
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        found = set(owner.execute(CAPTURED.encode()).fetchall())
        owner.execute(
            "CREATE FUNCTION zone_of(number integer) RETURNS interval LANGUAGE sql STABLE AS $$ SELECT standard_offset"
            " FROM datastream d JOIN facility f ON f.id = d.facility_id WHERE d.id = number $$"
        )
        broken = set(owner.execute(CAPTURED.encode()).fetchall())

    assert found == LOOKED_AT
    assert broken - found == {("zone_of", "number")}


def test_the_names_in_the_files_are_those_of_the_catalog(vale: TestDatabase) -> None:
    """What tests/schema_names.py reads from the files is what PostgreSQL made of them: the glossary misses no name."""
    read = set(schema_names.names(schema_names.migrations()))
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        made = {kind: set(owner.execute(query.encode()).fetchall()) for kind, query in CATALOG.items()}

    for kind, found in made.items():
        assert {(one.name, one.table) for one in read if one.kind == kind} == found, kind


def test_a_table_that_is_read_by_the_programs_is_granted(vale: TestDatabase) -> None:
    """Ingest reads all but people, keys, photos, signatures and policies; a table without a grant is found here."""
    query = "SELECT t FROM unnest(%s::text[]) t WHERE NOT has_table_privilege('tailwatch_ingest', t, 'SELECT')"
    tables = [one.name for one in schema_names.names(schema_names.migrations()) if one.kind in ("table", "view")]
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        closed = {name for (name,) in owner.execute(query, (tables,)).fetchall()}

    assert closed == {"account", "person", "account_role", "api_key", "api_key_use", "session"} | {
        "password_reset",
        "failed_login_budget",
        "evidence",
        "annual_statement",
        "policy_record",
        "policy_freeze",
    }
