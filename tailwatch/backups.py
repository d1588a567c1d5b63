"""Backup and restore: the database at one instant, with figures that prove it, and the secrets of the installation.

The dump and the figures are of one snapshot, so a backup is consistent while everything runs. What comes after it is
with the edge agents as far as their buffers still hold it; what they have freed since is named by the ledger as lost.
Folder: `database.dump` (pg_dump, custom format), `manifest.json` (figures), `secrets.tar`; all of mode 600.
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runtime.database_line import reach, same_server
from tailwatch import chain, tools
from tailwatch.owner import PROGRAM, Connection
from tailwatch.secrets import write_private

DUMP, MANIFEST, SECRETS = "database.dump", "manifest.json", "secrets.tar"
BROKER_SAVE: Final = "broker/data/mosquitto.db"
ASIDE: Final = ".before-restore"
PASSWORDS: Final = "database/secrets"
KEPT: Final = ("secrets", "pki", "ports.json", "cluster")
"""Of the state folder, beside the database's passwords: what no other place has, and the devices in the field know."""
WITHIN_S: Final = 24 * 3600
TABLES: Final = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name
"""
LEDGER: Final = """
SELECT coalesce(sum(sent), 0)::bigint, coalesce(sum(stored), 0)::bigint, coalesce(sum(quarantined), 0)::bigint,
       coalesce(sum(dropped), 0)::bigint, coalesce(sum(unreadable), 0)::bigint, coalesce(sum(lost), 0)::bigint,
       coalesce(sum(pending), 0)::bigint FROM sequence_state
"""
SCHEMA: Final = "schema_migration"
"""The table that each database has since release 0.2."""
READER_SCHEMA: Final = "grafana"
"""Views for a role that another cluster need not have (tailwatch/grafana/files/reader.sql, which makes them again)."""
LEDGER_WORDS: Final = ("sent", "stored", "quarantined", "dropped", "unreadable", "lost", "pending")


class BackupFailed(Exception):
    """The backup or restore did not come to its end, or is not equal; the sentence says what differs."""


class BackupManifest(msgspec.Struct, frozen=True):
    """The figures of a database at one instant."""

    taken_at: datetime
    rows: dict[str, int]
    ledger: dict[str, int]
    audit_head: str

    def differences(self, other: "BackupManifest") -> list[str]:
        """Return what is not equal, one sentence each."""
        mine, theirs = ({**one.rows, **{f"ledger {key}": n for key, n in one.ledger.items()}} for one in (self, other))
        keys = sorted(mine.keys() | theirs.keys())
        found = [
            f"{key}: {mine.get(key)} then, {theirs.get(key)} now" for key in keys if mine.get(key) != theirs.get(key)
        ]
        return found + (["the audit log ends elsewhere"] if self.audit_head != other.audit_head else [])

    def lines(self) -> list[str]:
        """Return what a person reads of them."""
        observations, rows = self.rows.get("observation", 0), sum(self.rows.values())
        return [
            f"{observations} observations, {rows} rows in {len(self.rows)} tables",
            f"ledger: {', '.join(f'{key} {count}' for key, count in self.ledger.items())}",
            f"audit head: {self.audit_head}",
        ]


def figures(connection: Connection) -> BackupManifest:
    """Count a database; raises ChainBroken when its audit log is not whole."""
    names = [row[0] for row in connection.execute(TABLES).fetchall()]
    rows = {name: _count(connection, name) for name in names}
    sums = connection.execute(LEDGER).fetchone() or ()
    ledger = dict(zip(LEDGER_WORDS, sums, strict=True))
    return BackupManifest(datetime.now(UTC), rows, ledger, str(chain.verify(connection)))


def back_up(conninfo: str, state: Path, to: Path) -> BackupManifest:
    """Write a backup of a running installation into the new folder `to`; raise BackupFailed."""
    to.mkdir(mode=0o700, parents=True)
    with psycopg.connect(reach(conninfo, PROGRAM, "primary")) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        words = ["--format=custom", f"--snapshot={row[0]}", f"--file={to / DUMP}", f"--exclude-schema={READER_SCHEMA}"]
        with _private_files():
            _run("pg_dump", same_server(conninfo, connection), *words)
        manifest = figures(connection)
    pack_secrets(state, to / SECRETS, state / PASSWORDS)
    write_private(to / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)).decode())
    return manifest


def manifest_of(source: Path) -> BackupManifest:
    """Return the figures of a backup; raise BackupFailed where the folder holds no finished one, or one of 0.1."""
    try:
        found = msgspec.json.decode((source / MANIFEST).read_bytes(), type=BackupManifest)
    except OSError as error:
        why = error.strerror
        raise BackupFailed(f"{source / MANIFEST} cannot be read ({why}): is this the folder of one backup?") from error
    except msgspec.DecodeError as error:
        raise BackupFailed(f"{source / MANIFEST} cannot be read: {error}. Is this a finished backup?") from error
    if SCHEMA not in found.rows:
        raise BackupFailed(
            f"{source / MANIFEST}: rows has no {SCHEMA}, so the backup is of release 0.1, whose tables no later release"
            " reads: restore it with release 0.1."
        )
    return found


def restore(conninfo: str, source: Path) -> BackupManifest:
    """Fill the empty database of `conninfo` (a superuser's) from a backup and compare; raise BackupFailed."""
    then = manifest_of(source)
    with psycopg.connect(conninfo, autocommit=True) as connection, _timescale(connection):
        _run("pg_restore", conninfo, "--exit-on-error", "--single-transaction", str(source / DUMP))
    with psycopg.connect(conninfo) as connection:
        now = figures(connection)
    if differences := then.differences(now):
        raise BackupFailed("the restored database is not the one that was backed up: " + "; ".join(differences))
    return now


def unpack_secrets(source: Path, state: Path, below: str = "") -> None:
    """Put passwords and certificates back into a state folder; only those whose path begins with `below`."""
    with tarfile.open(source / SECRETS) as tar:
        tar.extractall(state, [member for member in tar if member.name.startswith(below)], filter="data")


def forget_acks(state: Path) -> None:
    """Make the broker begin anew: its retained acks are of the database that is gone, and an agent that reads one
    would free batches that the restored database never saw. What else it held, nodes and agents send again."""
    (state / BROKER_SAVE).unlink(missing_ok=True)


@contextmanager
def replacing(folder: Path) -> Iterator[None]:
    """Set a database's folder aside for the block: gone when it succeeds, back in its place when it fails."""
    aside = folder.with_name(folder.name + ASIDE)
    if aside.exists():
        raise BackupFailed(f"{aside} is the database from before a restore that was cut: put it back, or delete it")
    if folder.exists():
        folder.rename(aside)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if aside.exists():
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _timescale(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Prepare a database for chunks, where the library is loaded (TimescaleDB manual, "Logical backup")."""
    has = connection.execute("SELECT current_setting('timescaledb.disable_load', true) IS NOT NULL").fetchone()
    if has != (True,):
        yield
        return
    connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    connection.execute("SELECT timescaledb_pre_restore()")
    try:
        yield
    finally:
        connection.execute("SELECT timescaledb_post_restore()")


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def _run(tool: str, conninfo: str, *words: str) -> None:
    """Run a program of PostgreSQL; the password goes through its environment, which others cannot see."""
    parts = conninfo_to_dict(conninfo)
    password = str(parts.pop("password", ""))
    command = [tools.find(tool), "--no-password", f"--dbname={make_conninfo('', **parts)}", *words]
    env = {**os.environ, "PGPASSWORD": password}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    if done.returncode != 0:
        raise BackupFailed(f"{tool} failed: {done.stderr.strip()[-500:]}")


def pack_secrets(state: Path, file: Path, passwords: Path) -> None:
    """Write passwords and certificates of a state folder, and the passwords of its database, into a private file."""
    kept = {name: state / name for name in KEPT} | {PASSWORDS: passwords}
    with _private_files(), tarfile.open(file, "w") as tar:
        for name, source in kept.items():
            if source.exists():
                tar.add(source, name)


@contextmanager
def _private_files() -> Iterator[None]:
    """What is made meanwhile is for us alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
