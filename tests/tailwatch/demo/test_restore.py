"""The demo itself backed up while it runs, its database deleted, restored: equal, and what is missing is named."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from tailwatch import backups, owner, tools
from tailwatch.process import descendants
from tailwatch.servers import database_in
from tailwatch.servers.database import ADMIN
from tailwatch.state import StateFolder
from tests.tailwatch.demo.test_demo import REPORTING, Demo

MORE, HELD = 2, 5
"""Readings of a node that come after the backup, and batches that the gateway holds at the end."""
COMMAND_WITHIN_S = 300
FILLED_WITHIN_S = 400
SENT_AGAIN_WITHIN_S = 240
"""A pack that the killed broker held goes out again when no mark has moved for a minute."""
LIVE = """
SELECT node_id, extract(epoch FROM phenomenon_time)::float8 FROM observation JOIN datastream ON id = datastream_id
WHERE name LIKE '%%:battery.voltage' AND extract(epoch FROM phenomenon_time) > %s"""
ACKS = "SELECT epoch, through FROM sequence_state WHERE sender = '_edge/gw1'"
Readings = dict[str, set[float]]
"""Unix times of what a node measured since the demo began (the last of the history is of that very moment); each of its
packs has one battery voltage."""


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_demo_is_restored_and_names_what_is_missing(reachable_folder: Path, tmp_path: Path) -> None:
    """Backup in the middle of the filling, power cut, database deleted, restored from the backup, run to its end.

    Every row of the backup is there again. What the gateway still held comes again; what it had freed on the word of
    the lost database is gone, and the ledger counts exactly that: batches by the gateway's own numbers, packs by the
    readings that the lost database had.
    """
    state = reachable_folder / "state"
    demo = Demo(reachable_folder)
    demo.until(lambda: demo.reporting() >= REPORTING, "seven nodes report")
    demo.until(lambda: "% of the history" in demo.log.read_text(), "history comes")
    before = live(state)
    backup = Path(tailwatch("backup", str(tmp_path / "first"), state).splitlines()[-1])
    demo.until(lambda: all(len(live(state)[node]) >= len(before[node]) + MORE for node in ("n01", "n02")), "more comes")
    lost = cut_power(demo, state)
    held = gateway(state)
    shutil.rmtree(state / "database")

    assert "restored and equal" in tailwatch("restore", str(backup), state, "--replace")
    marks = look_into(state, backup, tmp_path / "second")
    senders, sequence_states, now = run_to_the_end(reachable_folder, state)

    missing = {node: times - now[node] for node, times in lost.items()}
    assert all(before[node] <= now[node] for node in before), "a reading of the backup is gone"
    assert missing["n01"] and {node: senders[node]["lost"] for node in missing} == {
        node: len(times) for node, times in missing.items()
    }
    assert {row["epoch"]: row["counts"]["lost"] for row in sequence_states if row["sender"] == "_edge/gw1"} == {
        epoch: max(0, kept - 1 - marks[epoch]) for epoch, kept in held.items()
    }


def cut_power(demo: Demo, state: Path) -> Readings:
    """End everything with SIGKILL while the gateway holds what ingest did not take; return what is then lost."""
    started = next(line for line in demo.log.read_text().splitlines() if line.split()[:2] == ["ingest", "started"])
    os.kill(int(started.split()[-1].rstrip(")")), signal.SIGSTOP)
    demo.until(lambda: holding(state) >= HELD, "the gateway holds what comes")
    found = live(state)
    for pid in (demo.popen.pid, *descendants(demo.popen.pid)):
        with suppress(ProcessLookupError):  # they go down with the first one
            os.kill(pid, signal.SIGKILL)
    demo.popen.wait()
    return found


def look_into(state: Path, backup: Path, to: Path) -> dict[str, int]:
    """Compare the restored database row by row with its backup; return the gateway's marks by epoch."""
    with StateFolder(state) as opened:
        database = database_in(opened.subfolder("database", 0o711), opened.ports.port_of("database"))
        database.prepare()
        database.run()
        try:
            backups.back_up(database.conninfo(ADMIN), state, to)
            with psycopg.connect(database.conninfo(ADMIN)) as connection:
                marks: dict[str, int] = dict(connection.execute(ACKS).fetchall())
        finally:
            database.stop()
    there, here = contents(backup), contents(to)
    gone, more = there - here, here - there
    assert there
    # The restore itself is a row of the audit log, and so moves its head.
    assert sorted(table for table, _ in gone) == ["public.audit_head"]
    assert sorted(table for table, _ in more) == ["public.audit", "public.audit_head"]
    assert set(more.values()) == {1}
    return marks


def run_to_the_end(folder: Path, state: Path) -> tuple[dict[str, Any], list[dict[str, Any]], Readings]:
    """Start the demo again until all of its history is stored; return the ledger and what nodes have there."""
    demo = Demo(folder)
    demo.until(lambda: "lines are stored, after" in demo.log.read_text(), "the history ends", FILLED_WITHIN_S)
    demo.until(lambda: demo.reporting() >= {"n01", "n02"}, "nodes report again")
    demo.until(lambda: pending(demo) == 0, "all is here", SENT_AGAIN_WITHIN_S)
    senders = {row["sender"]: row["counts"] for row in demo.rows("ledger", "senders")}
    found = senders, demo.rows("ledger", "sequence_states"), live(state)
    assert demo.ctrl_c() == 0
    return found


def pending(demo: Demo) -> int:
    """Packs and batches that are on the way."""
    return sum(row["counts"]["pending"] for row in demo.rows("ledger", "sequence_states"))


def tailwatch(command: str, argument: str, state: Path, *words: str) -> str:
    """What a command says that succeeds, as an operator types it."""
    line = [sys.executable, "-m", "tailwatch", command, argument, "--state", str(state), *words]
    done = subprocess.run(line, capture_output=True, text=True, timeout=COMMAND_WITHIN_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def live(state: Path) -> Readings:
    """What the database has of each node since the demo began."""
    began_s = msgspec.json.decode((state / "dam.json").read_bytes())["began_s"]
    found: Readings = {}
    with psycopg.connect(owner.conninfo(state, None)) as connection:
        for node, time_s in connection.execute(LIVE, (began_s,)):
            found.setdefault(node, set()).add(time_s)
    return found


def gateway(state: Path) -> dict[str, int]:
    """The first batch that the gateway holds, by its epoch: of the agent, and of the import beside it."""
    found = {}
    for file in (state / "agents").rglob("buffer.sqlite"):
        with closing(sqlite3.connect(file)) as buffer:
            epoch, kept = buffer.execute("SELECT epoch, kept FROM agent").fetchone()
        found[epoch] = kept
    return found


def holding(state: Path) -> int:
    """Batches that the agent holds."""
    with closing(sqlite3.connect(state / "agents" / "demo-gw1" / "buffer.sqlite")) as buffer:
        return int(buffer.execute("SELECT count(*) FROM outbox").fetchone()[0])


def contents(backup: Path) -> Counter[tuple[str, int]]:
    """The rows of a backup as PostgreSQL's own tool prints them: how often each checksum is in each table."""
    command = [tools.find("pg_restore"), "--data-only", "--file=-", str(backup / "database.dump")]
    rows: Counter[tuple[str, int]] = Counter()
    table = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(b"COPY "):
                table = line.split()[1].decode()
            elif line == b"\\.\n":
                table = ""
            elif table.startswith(("public.", "_timescaledb_internal._hyper_")):
                rows[table, zlib.crc32(line)] += 1
    assert process.returncode == 0
    return rows
