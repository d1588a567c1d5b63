"""Troubles of the centre that pass by themselves: a disk full or read-only, data a year late, a clock that steps."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.fake_clock import FakeClock
from tests.ingest.batches import START_S, message, pack, reading
from tests.ingest.conftest import VALE
from tests.ingest.site import Site
from tests.ingest.test_main import LEDGER, batches, values
from tests.ingest.waiting import until
from tests.servers import Database, server_folder, small_disk

YEAR_S = 365 * 86_400
READ_ONLY = 'ALTER DATABASE "{name}" SET default_transaction_read_only = {on}'
CUT = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'tailwatch_ingest'"
DISK, ROWS = "400m", 4000
LEFT_BYTES = 300_000


def test_a_read_only_database_is_waited_out(site: Site) -> None:
    """As a standby that is not yet promoted: nothing is acknowledged meanwhile, afterwards all is stored once."""
    site.start()
    agent = site.agent()
    agent.send(*batches(2))
    agent.wait_for_ack(1)
    with psycopg.connect(site.database.conninfo("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(READ_ONLY.format(name=site.name, on="on").encode())
        admin.execute(CUT)
        agent.send(*batches(3, first=2))
        until(lambda: "read-only" in site.log("ingest-1"))
        assert site.stored() == values(2)
        admin.execute(READ_ONLY.format(name=site.name, on="off").encode())
        admin.execute(CUT)
    agent.wait_for_ack(4)

    assert site.stored() == values(5)
    assert site.query(LEDGER, "n07") == [(5, 5, 0, 0, 0)]


@pytest.fixture
def on_small_disk() -> Iterator[tuple[Site, Path]]:
    """Ingest whose database has a file system of its own, and that file system."""
    with small_disk(DISK) as disk, server_folder() as folder:
        own = Database.start(disk / "database")
        with Site.open(folder, own, "tailwatch", VALE) as site:
            yield site, disk
        own.stop()


def many(seq: int) -> bytes:
    """A batch with so many readings, of its own hour."""
    start_s = START_S + 2 * ROWS * seq
    return message(seq, [reading(start_s + at, at / 10) for at in range(ROWS)], [pack(seq, at_s=start_s)])


def test_a_full_disk_is_waited_out(on_small_disk: tuple[Site, Path]) -> None:
    """Batches that find no room stay with the broker and the agents; with room again each is stored, once."""
    site, disk = on_small_disk
    site.start()
    agent = site.agent()
    agent.send(many(0))
    agent.wait_for_ack(0)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - LEFT_BYTES))
    sent = 0
    while "database-lost" not in site.log("ingest-1") and sent < 100:
        sent += 1
        agent.send(many(sent))
    assert "No space left" in site.log("ingest-1")
    acked_while_full = len(site.stored()) // ROWS

    ballast.unlink()
    if site.database.process is None or not site.database.process.is_alive:
        site.database.run()  # as the supervisor does: without room for its log it ends
    agent.wait_for_ack(sent)

    assert acked_while_full <= sent
    assert len(site.stored()) == len(set(site.stored())) == ROWS * (sent + 1)
    assert site.query(LEDGER, "n07") == [(sent + 1, sent + 1, 0, 0, 0)]


def test_data_of_a_year_ago_is_stored_in_its_place(site: Site) -> None:
    """A node found again in the field: its rows stand among the old ones, the newest value stays the newest."""
    site.start()
    agent = site.agent()
    agent.send(message(0, [reading(START_S, 1.0)], [pack(0)]))
    agent.wait_for_ack(0)
    old_s = START_S - YEAR_S
    agent.send(message(1, [reading(old_s + at, at / 10) for at in range(1000)], [pack(1, at_s=old_s)]))
    agent.wait_for_ack(1)

    stored = [(time_s, result) for _, time_s, result in site.stored()]
    latest = site.query("SELECT extract(epoch FROM phenomenon_time)::float8, result FROM latest")
    assert stored == [(old_s + at, at / 10) for at in range(1000)] + [(START_S, 1.0)]
    assert latest == [(START_S, 1.0)]
    assert site.query(LEDGER, "n07") == [(2, 2, 0, 0, 0)]


def test_a_clock_that_steps_loses_nothing(site: Site, tmp_path: Path) -> None:
    """A year forward and a day back while batches arrive: times are the node's, acks do not look at ours."""
    clock = FakeClock(tmp_path)
    site.start(environment=clock.environment)
    agent = site.agent()
    for number, offset in enumerate(("+1y", "-1d", "+0")):
        agent.send(*batches(3, first=6 * number))
        clock.step(offset)
        agent.send(*batches(3, first=6 * number + 3))
        agent.wait_for_ack(6 * number + 5)

    assert site.stored() == values(18)
    assert site.query(LEDGER, "n07") == site.query(LEDGER, "_edge/gw1") == [(18, 18, 0, 0, 0)]
