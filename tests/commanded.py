"""Ingest's side of commands at work over a database of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from ingest.commands import CommandRunner, kinds
from tests.ingest.waiting import until
from tests.servers import TestDatabase


@contextmanager
def command_runner_of(database: TestDatabase) -> Iterator[None]:
    """A command runner that has offered its kinds: asked before that, the api knows none."""
    started = CommandRunner(database.conninfo("tailwatch_ingest"), kinds())
    started.start()
    with psycopg.connect(database.conninfo(), autocommit=True) as owner:
        until(lambda: owner.execute("SELECT count(*) FROM command_kind").fetchone() == (len(kinds()),))
    yield
    started.close()
