"""A commit that the server gave up waiting for: it is on the primary, perhaps on no standby, and a promotion loses it.

PostgreSQL answers such a COMMIT with success and a warning; here no standby comes, so each commit waits.
"""

import threading
from collections.abc import Iterator

import psycopg
import pytest

from ingest.database import DatabaseLink, connect
from ingest.store import newest_acks
from tests.ingest.site import Site
from tests.ingest.test_main import LEDGER, batches, values
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase

INGEST = "tailwatch_ingest"
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = %s"
INSERT = "INSERT INTO commit_log (facility_ids, datastream_ids, rows) VALUES ('{}', '{}', 1)"


class Standby:
    """The synchronous standby that never comes."""

    def __init__(self, cluster: Database, name: str) -> None:
        self._admin = psycopg.connect(cluster.conninfo("postgres", name), autocommit=True)
        self._name = name

    def is_awaited(self, is_awaited: bool) -> None:
        """Let each commit wait for it, or none."""
        # The session that says so must not wait for it itself.
        self._admin.execute("SET synchronous_commit = local")
        names = "nobody" if is_awaited else ""
        self._admin.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self._admin.execute("SELECT pg_reload_conf()")
        until(lambda: self._admin.execute("SHOW synchronous_standby_names").fetchone() == (names,))

    def waiting(self) -> list[int]:
        """The backends whose commit waits."""
        return [pid for (pid,) in self._admin.execute(WAITING, (self._name,))]

    def give_up(self) -> int:
        """Cancel what waits, as a time limit or an operator does; return one that waited."""
        until(lambda: bool(self.waiting()))
        for pid in (found := self.waiting()):
            self._admin.execute("SELECT pg_cancel_backend(%s)", (pid,))
        return found[0]

    def close(self) -> None:
        self.is_awaited(False)
        self._admin.close()


@pytest.fixture
def standby(database: TestDatabase) -> Iterator[Standby]:
    made = Standby(database.cluster, database.name)
    yield made
    made.close()


def test_a_commit_in_doubt_is_done_again(database: TestDatabase, standby: Standby) -> None:
    """The work comes back once the standby has it; to who does not listen the server says at once that it is done."""
    line = DatabaseLink(database.conninfo(INGEST), threading.Event(), lambda _: None)
    done = threading.Event()
    line.transact(lambda connection: connection.execute("SELECT 1"))
    standby.is_awaited(True)
    with connect(database.conninfo(INGEST)) as careless:
        control = threading.Thread(target=careless.execute, args=(INSERT,))
        control.start()
        standby.give_up()
        control.join(60)
    assert not control.is_alive()

    ours = threading.Thread(target=lambda: (line.transact(lambda one: one.execute(INSERT)), done.set()))
    ours.start()
    first = standby.give_up()
    until(lambda: bool(standby.waiting()) and standby.waiting() != [first])
    assert not done.is_set()

    standby.is_awaited(False)
    ours.join(60)
    assert done.is_set()
    assert line.retries == 1
    line.close()


def test_what_is_only_read_waits_too(vale: TestDatabase, standby: Standby) -> None:
    """Acks read at the start are told once the standby has what they say; to read them alone waits for nobody."""
    line = DatabaseLink(vale.conninfo(INGEST), threading.Event(), lambda _: None)
    told = threading.Event()
    standby.is_awaited(True)
    line.transact(newest_acks)
    ours = threading.Thread(target=lambda: (line.confirm(newest_acks), told.set()))
    ours.start()
    until(lambda: bool(standby.waiting()))
    assert not told.is_set()

    standby.is_awaited(False)
    ours.join(60)
    assert told.is_set()
    line.close()


def test_no_ack_without_data(site: Site, standby: Standby) -> None:
    """The rows of a cancelled commit are visible and no ack is told of them, until the standby has them; all once."""
    first, second = batches(2)
    site.start()
    agent = site.agent()
    agent.send(first)
    agent.wait_for_ack(0)
    standby.is_awaited(True)
    agent.send(second)
    until(lambda: bool(standby.give_up() and site.stored() == values(2)))
    until(lambda: "canceling wait for synchronous replication" in site.log("ingest-1"))
    assert agent.has_no_ack()

    standby.is_awaited(False)
    agent.wait_for_ack(1)
    assert site.stored() == values(2)
    assert site.query(LEDGER, "n07")[0][:2] == (2, 2)
