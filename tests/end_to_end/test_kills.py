"""kill -9 of each program and server while a node sends: nothing is lost, nothing is stored twice."""

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, Field, FieldNode
from tests.end_to_end.proxy import Proxy
from tests.end_to_end.running_site import AGENT, RunningSite

AGENT_KILLS = 50
NODE_KILLS = 15
LONGEST_LIFE_S = 0.5
HAS_COMMITTED = """
SELECT 1 FROM pg_stat_activity WHERE usename = 'tailwatch_ingest'
HAVING bool_or(state = 'idle' AND query = 'COMMIT') AND NOT bool_or(state = 'active')
"""
WAITING_FOR_A_LOCK = """
SELECT 1 FROM pg_stat_activity WHERE usename = 'tailwatch_ingest' AND wait_event_type = 'Lock' LIMIT 1
"""


def start(field: Field, node: str = "n02") -> FieldNode:
    return field.start(node, interval_s=0.05, instruments=[BATTERY])


def test_ingest_killed_inside_its_transaction(site: RunningSite, field: Field) -> None:
    """Observations are written but not committed when it dies; they come again."""
    with psycopg.connect(site.site.database.conninfo()) as holder:
        holder.execute("LOCK TABLE commit_log IN EXCLUSIVE MODE")
        node = start(field)
        site.until(lambda: site.rows(WAITING_FOR_A_LOCK) == [(1,)], "ingest is inside its transaction")
        site.kill("ingest")
    node.finish()

    assert_delivery(site, node)


def test_ingest_killed_between_commit_and_ack(site: RunningSite, field: Field) -> None:
    """The database has the batch and nobody was told; it comes again and is stored once."""
    with Proxy(site.site.database.port) as proxy, ingest_through(site, proxy):
        node = start(field)
        site.until(lambda: node.stored_count(), "ingest stores through the proxy")
        proxy.hold_after(b"COMMIT")
        site.until(proxy.held.is_set, "ingest has sent its COMMIT")
        site.until(lambda: site.rows(HAS_COMMITTED) == [(1,)], "the database has committed, its answer is held")
        site.process("ingest").kill()
    node.finish()

    assert_delivery(site, node)


@contextmanager
def ingest_through(site: RunningSite, proxy: Proxy) -> Iterator[None]:
    """Let ingest reach the database through the proxy; afterwards it is to come back directly."""
    conninfo = site.state.folder / "settings" / "tailwatch_ingest.conninfo"
    direct = conninfo.read_text()
    conninfo.write_text(direct.replace(f"port={site.site.database.port}", f"port={proxy.port}"))
    try:
        site.kill("ingest")
        yield
    finally:
        conninfo.write_text(direct)
        site.kill("ingest")


def test_edge_agent_killed_at_random_moments(site: RunningSite, field: Field) -> None:
    """Fifty times, anywhere between its start and its next commit."""
    moments = random.Random(2)
    node = start(field)
    connecting_s = min(time_to_connect_s(site), LONGEST_LIFE_S)
    for _ in range(AGENT_KILLS):
        site.kill(AGENT)
        site.process(AGENT)
        time.sleep(moments.uniform(0, 2 * connecting_s))
    node.finish()

    assert_delivery(site, node)


def time_to_connect_s(site: RunningSite) -> float:
    """Kill the agent once and see how long it takes until it takes packs again, on this machine now."""
    told, start_s = len(site.lines), time.monotonic()
    site.kill(AGENT)
    site.until(lambda: site.has_told(told, AGENT, "connected link=site"), "the agent is connected again")
    return time.monotonic() - start_s


def test_node_killed_in_the_middle_of_a_publish(site: RunningSite, field: Field) -> None:
    """At random moments of its life, each time with packs on the way; the outbox goes on where it was."""
    moments = random.Random(3)
    node = field.start("n03", interval_s=0.02, instruments=[BATTERY])
    for _ in range(NODE_KILLS):
        time.sleep(moments.uniform(0.02, LONGEST_LIFE_S))
        node.kill()
        node.start()
    node.finish()

    assert_delivery(site, node)


def test_database_killed(site: RunningSite, field: Field) -> None:
    """The whole server dies in the middle of the stream and comes back."""
    node = start(field)
    site.until(lambda: node.stored_count(), "the first packs are stored")
    site.kill("database")
    node.finish()
    site.until(site.is_answering, "the api has the database again")

    assert_delivery(site, node)


@pytest.mark.parametrize("comes_back_with", ["nothing", "an old save"])
def test_broker_killed_with_packs_queued(site: RunningSite, field: Field, comes_back_with: str) -> None:
    """Sessions, queue and retained messages are gone, or those of an old save come back."""
    saved = site.site.broker.folder / "data" / "mosquitto.db"
    old = site.folder / "old.db"
    first = start(field, "n03")
    site.until(lambda: first.stored_count(), "the first packs are stored")
    save_broker(site, saved, old)
    node = start(field)
    with site.stopped(AGENT):
        site.until(lambda: len(node.made()) >= 20, "twenty packs lie with the broker")
        with site.down("broker"):
            saved.unlink(missing_ok=True)
            if comes_back_with == "an old save":
                shutil.copy2(old, saved)
                shutil.chown(saved, *owner(saved.parent))
        site.process("broker")
    for sender in (first, node):
        sender.finish()
        assert_delivery(site, sender)


def save_broker(site: RunningSite, saved: Path, old: Path) -> None:
    """Have Mosquitto write its file now (SIGUSR1), and keep a copy."""
    before = saved.stat().st_mtime_ns if saved.exists() else 0
    os.kill(site.process("broker").pid, signal.SIGUSR1)
    site.until(lambda: saved.exists() and saved.stat().st_mtime_ns > before, "the broker has saved")
    shutil.copy2(saved, old)


def owner(path: Path) -> tuple[int, int]:
    return path.stat().st_uid, path.stat().st_gid
