"""Backup and restore of a running site by the real commands: equal, then the edge sends again, and the ledger names
what nobody holds any more."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from firmware.build import build
from tailwatch.site import ROOMS
from tests.end_to_end.compare import SUMMANDS
from tests.end_to_end.field import BATTERY, FACILITY, Field, FieldNode
from tests.end_to_end.running_site import AGENT, RunningSite, running_site

NODE, READING, AGENT_SENDER = "n02", "battery.voltage", "_edge/gw1"
PACKS = 20
COMMAND_WITHIN_S = 120
STORED = """
SELECT extract(epoch FROM phenomenon_time)::float8 FROM observation JOIN datastream ON datastream.id = datastream_id
WHERE name = %s"""
PENDING = "SELECT sum(pending)::int FROM sequence_state"
AGENTS_ACK = "SELECT through FROM sequence_state WHERE sender = '_edge/gw1'"
FIGURES = """
SELECT (SELECT count(*) FROM observation), (SELECT count(*) FROM sequence_state), (SELECT count(*) FROM datastream),
       (SELECT sum(sent) FROM sequence_state), (SELECT sum(stored) FROM sequence_state)"""
NEWEST_IN_AUDIT = """
SELECT number, action, detail::jsonb->>'backup', number - 1 || ':' || encode(previous, 'hex')
FROM audit ORDER BY number DESC LIMIT 1"""


class Lost(NamedTuple):
    """A site whose database is deleted: its backup, the times [s] that were stored, the first batch the agent holds."""

    backup: Path
    stored: set[float]
    agent_holds: int


class Restored(NamedTuple):
    """What the database knows when it is back: the times [s] that are stored, and the agent's ack."""

    stored: set[float]
    ack: int


@pytest.fixture
def site() -> Iterator[RunningSite]:
    """A site of this test, which ends and comes back in it."""
    with running_site() as running:
        yield running


@pytest.fixture
def node(site: RunningSite, tmp_path: Path) -> Iterator[FieldNode]:
    """A node that sends a pack each 0.1 s."""
    build(tmp_path / "unix", "unix")
    field = Field(site, tmp_path / "unix")
    yield field.start(NODE, interval_s=0.1, instruments=[BATTERY])
    field.end()


def test_a_restored_site_is_equal_and_names_what_is_missing(site: RunningSite, node: FieldNode, tmp_path: Path) -> None:
    """Backup while a node sends, all of the database deleted, restored, restarted.

    What the agent held comes again, also what the lost database had acknowledged meanwhile. Its batches that
    it had freed come from nowhere: they are in the ledger as lost, those of the agent and those of the node, and none
    of it as still on its way.
    """
    lost = lose_the_database(site, node, tmp_path)
    told = tailwatch(site, "restore", str(lost.backup))
    restored = look_at_restored(site, lost.backup)
    come_back(site)
    node.finish()
    site.until(lambda: site.rows(PENDING) == [(0,)], "nothing is on its way")

    assert "restored and equal" in told
    missing = made(node) - stored(site)
    assert missing and missing <= lost.stored - restored.stored, "the backup or the edge had some of these"
    assert ledger(site, NODE, node.epoch)["lost"] == len(missing)
    assert agents_lost(site) == lost.agent_holds - 1 - restored.ack > 0
    assert f'tailwatch_packs_lost{{facility="vale"}} {float(len(missing))}' in metrics(site)


def lose_the_database(site: RunningSite, node: FieldNode, tmp_path: Path) -> Lost:
    """Back up, let more come, then end everything and delete the cluster.

    The last batches are stored and acknowledged while the agent hears nothing: it holds them, and the ack of the lost
    database waits for it at the broker.
    """
    site.until(lambda: node.stored_count() >= PACKS, "the first packs are stored")
    told = tailwatch(site, "backup", str(tmp_path / "backups"))
    backup = Path(told.splitlines()[-1])
    at_backup = node.stored_count()
    site.until(lambda: node.stored_count() >= at_backup + PACKS, "more packs are stored after the backup")
    with site.stopped("ingest"):
        count = len(node.made())
        site.until(lambda: len(node.made()) >= count + PACKS, "packs come while ingest rests")
        os.kill(site.process(AGENT).pid, signal.SIGSTOP)
        at_rest = node.stored_count()
    site.until(lambda: node.stored_count() >= at_rest + PACKS // 2, "ingest stores what the agent had sent")
    before = stored(site)
    site.process(AGENT).kill()
    node.kill()
    site.end()
    shutil.rmtree(site.folder / "state" / "database")
    return Lost(backup, before, agent_holds(site))


def look_at_restored(site: RunningSite, backup: Path) -> Restored:
    """Start the database alone and compare it with the manifest of the backup; one row more tells of the restore."""
    manifest = json.loads((backup / "manifest.json").read_text())
    rows, sums = manifest["rows"], manifest["ledger"]
    database = site.site.database
    database.run()
    try:
        (found,) = site.rows(FIGURES)
        ((ack,),) = site.rows(AGENTS_ACK)
        (told,) = site.rows(NEWEST_IN_AUDIT)
        restored = Restored(stored(site), int(str(ack)))
    finally:
        site.leave_database()
        database.stop()
    assert found == (
        *[rows[name] for name in ("observation", "sequence_state", "datastream")],
        sums["sent"],
        sums["stored"],
    )
    assert told == (rows["audit"] + 1, "backup.restore", backup.name, manifest["audit_head"])
    assert len(restored.stored) >= PACKS
    return restored


def come_back(site: RunningSite) -> None:
    """Start all of it, and the agent once more.

    What the agent sends before ingest has subscribed, the broker acknowledges and drops; the agent would send it again
    after `resend_after_s` without an ack, and does at once when it starts.
    """
    told = len(site.lines)
    site.come_back()
    site.until(lambda: site.has_told(told, "ingest", "connected link=broker"), "ingest has subscribed")
    site.kill(AGENT)


def tailwatch(site: RunningSite, *words: str) -> str:
    """What a command says that succeeds, as an operator types it."""
    command = [sys.executable, "-P", "-m", "tailwatch", *words, "--state", str(site.folder / "state")]
    done = subprocess.run(
        command,
        cwd=site.folder,
        env={"PYTHONPATH": str(ROOMS), "PATH": "/usr/sbin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=COMMAND_WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def stored(site: RunningSite) -> set[float]:
    """Unix times of the node's stored readings."""
    return {float(str(time_s)) for (time_s,) in site.rows(STORED, f"{FACILITY}:{NODE}:{READING}")}


def made(node: FieldNode) -> set[float]:
    """Unix times of the node's readings that are certainly on its flash."""
    journal = node.journal()
    found = [reading for seq in journal.kept for reading in journal.made[seq] if reading.name == READING]
    return {reading.time_ms / 1000 for reading in found if reading.time_ms is not None}


def ledger(site: RunningSite, sender: str, epoch: str) -> dict[str, int]:
    """The counts of one sequence state as the api tells them; they add up, and nothing is on its way."""
    sequence_states = site.get(f"facilities/{FACILITY}/ledger", sender=sender)["sequence_states"]
    assert isinstance(sequence_states, list)
    counts: dict[str, int] = next(
        sequence_state["counts"] for sequence_state in sequence_states if sequence_state["epoch"] == epoch
    )
    assert counts["sent"] == sum(counts[name] for name in SUMMANDS), counts
    assert counts["pending"] == 0, counts
    return counts


def agents_lost(site: RunningSite) -> int:
    """Batches of the agent that the ledger calls lost, in all its sequence states."""
    epochs = site.rows("SELECT epoch FROM sequence_state WHERE sender = %s", AGENT_SENDER)
    return sum(ledger(site, AGENT_SENDER, str(epoch))["lost"] for (epoch,) in epochs)


def agent_holds(site: RunningSite) -> int:
    """The first batch that the agent still holds; all before it are freed."""
    file = site.folder / "state" / "agents" / AGENT / "buffer.sqlite"
    with closing(sqlite3.connect(file)) as buffer:
        return int(buffer.execute("SELECT kept FROM agent").fetchone()[0])


def metrics(site: RunningSite) -> str:
    """The figures for Prometheus."""
    return httpx.get(f"{site.site.api_url}/metrics", timeout=60).text
