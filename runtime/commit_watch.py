"""Whether a COMMIT was answered cleanly: PostgreSQL says "committed" with a warning where it gave up waiting.

A backend that is cancelled while it waits for the synchronous standby answers COMMIT with success and a warning: the
transaction is on this server, perhaps on no other, and a promotion of the standby loses it (PostgreSQL source,
src/backend/replication/syncrep.c, SyncRepWaitForLSN; Patroni manual, "Replication modes"). Such a commit is in doubt.
"""

from typing import Any, Final, Self

import psycopg
from psycopg.errors import Diagnostic

WARNING: Final = "WARNING"


class CommitInDoubt(psycopg.OperationalError):
    """The server said that a commit may not outlive it; the work is to be repeated at the primary of the moment."""


class CommitWatch:
    """Hears the warnings of a connection while it is entered. `begin` is right before the COMMIT, `check` after it."""

    def __init__(self, connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._warnings: list[str] = []

    def __enter__(self) -> Self:
        self._connection.add_notice_handler(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.remove_notice_handler(self._hear)

    def begin(self) -> None:
        """Forget what came before."""
        self._warnings.clear()

    def check(self) -> None:
        """Raise CommitInDoubt when the server warned since `begin`."""
        if self._warnings:
            raise CommitInDoubt(self._warnings[0])

    def _hear(self, said: Diagnostic) -> None:
        if said.severity_nonlocalized == WARNING:
            self._warnings.append(said.message_primary or WARNING)
