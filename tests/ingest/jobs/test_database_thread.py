"""A thread aside: it has a connection of its own, and ends when it is told to, started or not."""

import threading

from ingest.jobs.database_thread import DatabaseThread
from tests.ingest.waiting import until
from tests.servers import TestDatabase


class Counter(DatabaseThread):
    """Counts its rounds on the database."""

    rounds = 0

    def _run(self) -> None:
        while not self._stop.wait(0.01):
            self.rounds += self._line.transact(lambda connection: connection.execute("SELECT 1").rowcount)


def test_it_works_until_it_is_closed(database: TestDatabase) -> None:
    """Rounds go on after the start; after the end no thread of that name is left and no round is made."""
    aside = Counter("counter", database.conninfo("tailwatch_ingest"))
    aside.start()
    until(lambda: aside.rounds > 2)
    aside.close()

    assert "counter" not in [thread.name for thread in threading.enumerate()]
    assert aside.rounds > 2


def test_what_never_began_can_be_closed(database: TestDatabase) -> None:
    """A program that fails while it starts closes all it has made."""
    aside = Counter("counter", database.conninfo("tailwatch_ingest"))
    aside.close()

    assert aside.rounds == 0
