"""The pool: read only, limited in time, and back by itself when the database comes back."""

import asyncio
from typing import Any

import psycopg
import pytest

from api.http.database import DatabasePool
from tests.servers import TestDatabase


async def ask(conninfo: str, query: Any, timeout_s: float = 60) -> Any:
    async with DatabasePool(conninfo, 2, timeout_s) as database:
        return await database.tuple(query, {})


@pytest.mark.parametrize("role", ["tailwatch_api", "tailwatch_owner"])
def test_nothing_can_be_written(own_database: TestDatabase, role: str) -> None:
    """Neither the api's role nor a session of the owner's role can write through the pool."""
    with pytest.raises((psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.InsufficientPrivilege)):
        asyncio.run(ask(own_database.conninfo(role), "DELETE FROM quarantine"))


def test_the_role_of_the_api_may_not_write(own_database: TestDatabase) -> None:
    """The role itself has no right to write, also in a session that is not read only."""
    with psycopg.connect(own_database.conninfo("tailwatch_api")) as connection:
        for statement in (
            b"DELETE FROM quarantine",
            b"UPDATE latest SET result = 0",
            b"INSERT INTO observation SELECT",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)


def test_a_long_question_is_given_up(database: TestDatabase) -> None:
    """A statement that takes longer than its limit is cancelled by the database."""
    with pytest.raises(psycopg.errors.QueryCanceled):
        asyncio.run(ask(database.conninfo(), "SELECT pg_sleep(20)", timeout_s=0.1))


def test_a_session_speaks_utc(database: TestDatabase) -> None:
    """Times leave the database in UTC and ISO, whatever the server's own setting."""
    found = asyncio.run(ask(database.conninfo(), "SELECT current_setting('timezone'), current_setting('datestyle')"))

    assert found == ("UTC", "ISO, MDY")


def test_a_connection_that_the_database_ended_is_not_used(own_database: TestDatabase) -> None:
    """The next question finds a new connection, and nobody hears of it."""

    async def ask_twice() -> tuple[int, int]:
        async with DatabasePool(own_database.conninfo("tailwatch_api"), 2, 60) as database:
            (first,) = await database.tuple("SELECT pg_backend_pid()", {})
            with psycopg.connect(own_database.cluster.conninfo("postgres", own_database.name)) as admin:
                admin.execute("SELECT pg_terminate_backend(%s, 30000)", (first,))
            (second,) = await database.tuple("SELECT pg_backend_pid()", {})
        return first, second

    first, second = asyncio.run(ask_twice())

    assert first != second
