"""The audit chain on a real database: what writes it, and that every kind of tampering is found."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest import migrate
from ingest.versions import facility
from tailings.facility import parse
from tailwatch import chain, owner, people
from tailwatch.chain import ChainBroken, ChainHead
from tests.servers import TestDatabase

VALE = Path(__file__).parents[1] / "data" / "vale.toml"
PASSWORD = "correct horse battery staple"  # xkcd.com/936
FLIPS = {
    "at": "at = at + interval '1 microsecond'",
    "actor": "actor = 'user:9'",
    "action": "action = 'role.delete'",
    "subject": "subject = 'user:9'",
    "detail": "detail = replace(detail, 'read', 'reaD')",
    "previous": "previous = set_byte(previous, 31, get_byte(previous, 31) # 1)",
    "digest": "digest = set_byte(digest, 0, get_byte(digest, 0) # 128)",
}


@pytest.fixture
def written(database: TestDatabase) -> Iterator[TestDatabase]:
    """A database where a facility was applied, two users made and a role given."""
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        migrate.migrate(connection, migrate.migrations())
    text = VALE.read_text()
    with owner.connected(database.conninfo()) as connection:
        facility.register(connection, parse(text), text)
        people.add_user(connection, "ana", "Ana Maria", PASSWORD)
        people.grant(connection, "ana", "read", "vale")
        people.add_user(connection, "rui", "Rui", PASSWORD)
    yield database


def verified(database: TestDatabase, known: ChainHead | None = None) -> ChainHead:
    with owner.connected(database.conninfo()) as connection:
        return chain.verify(connection, known)


def tamper(database: TestDatabase, *statements: str) -> None:
    """Do what only the superuser can: change rows without the triggers."""
    with psycopg.connect(database.conninfo("postgres"), autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in statements:
            admin.execute(statement.encode())


def rows(database: TestDatabase, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.conninfo()) as connection:
        return connection.execute(query.encode()).fetchall()


def test_each_change_is_one_row_without_names(written: TestDatabase) -> None:
    """Facility, user and role stand in the log under the system user's number; no name, login or hash does."""
    found = rows(written, "SELECT actor, action, subject FROM audit ORDER BY number")
    text = str(rows(written, "SELECT * FROM audit"))

    assert found[:4] == [
        (f"system:{os.getuid()}", *what)
        for what in (
            ("facility.apply", "vale"),
            ("user.insert", "user:1"),
            ("person.insert", "user:1"),
            ("role.insert", "user:1"),
        )
    ]
    assert verified(written).number == len(found) == 6
    assert not any(word in text for word in ("ana", "Maria", "argon2"))


@pytest.mark.parametrize("column", FLIPS)
def test_a_changed_column_is_found(written: TestDatabase, column: str) -> None:
    """One bit of any column of a row in the middle, and the row is named."""
    tamper(written, f"UPDATE audit SET {FLIPS[column]} WHERE number = 4")

    with pytest.raises(ChainBroken, match="row 4"):
        verified(written)


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (["DELETE FROM audit WHERE number = 3"], "row 3 is missing"),
        (["DELETE FROM audit WHERE number = 6"], "ends at 5, its head says 6"),
        (["UPDATE audit SET number = 7 WHERE number = 6"], "row 6 is missing"),
        (["DELETE FROM audit"], "ends at 0"),
    ],
)
def test_a_missing_row_is_found(written: TestDatabase, statements: list[str], sentence: str) -> None:
    """Rows taken out, from the middle or the end."""
    tamper(written, *statements)

    with pytest.raises(ChainBroken, match=sentence):
        verified(written)


def test_a_chain_written_anew_is_found_by_a_head_kept_elsewhere(written: TestDatabase) -> None:
    """Who can write everything can make a whole chain; not one that goes through the head that was written down."""
    known = verified(written)
    tamper(
        written,
        "DELETE FROM audit WHERE number = 6",
        "UPDATE audit_head SET (number, digest) = (SELECT number, digest FROM audit WHERE number = 5)",
    )
    assert verified(written).number == 5

    with pytest.raises(ChainBroken, match="6 rows were there once"):
        verified(written, ChainHead.parse(str(known)))
    with owner.connected(written.conninfo()) as connection:
        people.disable(connection, "ana")
    with pytest.raises(ChainBroken, match="row 6 is not the one"):
        verified(written, known)


@pytest.mark.parametrize("role", ["tailwatch_owner", "tailwatch_ingest", "tailwatch_api"])
@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_no_program_changes_the_log(written: TestDatabase, role: str, change: str) -> None:
    """Not even the owner of the table."""
    refusals = (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(written.conninfo(role)) as connection, pytest.raises(refusals):
        connection.execute(change.encode())


def test_an_erased_user_leaves_a_number_and_a_whole_chain(written: TestDatabase) -> None:
    """The person is gone from every table; what it did stays under its number."""
    with owner.connected(written.conninfo()) as connection:
        people.erase(connection, "ana")

    assert verified(written).number > 6
    assert rows(written, "SELECT login FROM person") == [("rui",)]
    assert tuple(people_of(written)[0]) == (1, "(erased)", "", True, "vale:read")


def people_of(database: TestDatabase) -> list[people.User]:
    with owner.connected(database.conninfo()) as connection:
        return people.users(connection)
