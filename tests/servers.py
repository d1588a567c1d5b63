"""Real servers for tests: the classes that `tailwatch up` itself runs, in folders that end with the test run."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ingest.migrate import migrate, migrations
from tailwatch.servers import Broker, Database
from tailwatch.servers.database import ADMIN

__all__ = ["Broker", "Database", "TestDatabase", "fresh_database", "server_folder", "small_disk"]


class TestDatabase:
    """An empty database of one test in the shared cluster; `conninfo(role)` connects to it."""

    __test__ = False

    def __init__(self, cluster: Database, name: str) -> None:
        self.cluster = cluster
        self.name = name

    def conninfo(self, role: str = "tailwatch_owner") -> str:
        return self.cluster.conninfo(role, self.name)


TEMPLATE = "test_template"
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 6 << 30
"""Two workers' clusters take one at the most; containers often have 64 MB there."""


def _make_template(cluster: Database) -> None:
    with psycopg.connect(cluster.conninfo(ADMIN, "postgres")) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone():
            return
    cluster.make_database(TEMPLATE)
    with psycopg.connect(cluster.conninfo("tailwatch_owner", TEMPLATE)) as connection:
        migrate(connection, migrations())


@contextmanager
def server_folder(is_durable: bool = True) -> Iterator[Path]:
    """Give a folder that the system users of the servers can reach (pytest's own are closed to them).

    In memory, where there is room, unless it `is_durable`: a database a test is a thousand files made and deleted, and
    ext4 looks through all it deleted within seconds for each file that it makes.
    """
    in_memory = not is_durable and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES
    folder = Path(tempfile.mkdtemp(prefix="tailwatch-test-", dir=MEMORY if in_memory else None))
    os.chmod(folder, 0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """Give a file system of its own, so large ("1m"); skips the test where nobody may mount one."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root; run the tests as root to fill a disk")
    with server_folder() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)]
        if subprocess.run(mount, check=False).returncode != 0:
            pytest.skip("this container may not mount a tmpfs; run the tests where it may")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def fresh_database(cluster: Database, is_empty: bool = False) -> Iterator[TestDatabase]:
    """Make a database with a name of its own, with all migrations unless `is_empty`, and drop it afterwards.

    The migrations are applied once a cluster, to a template: a copy of it takes a tenth of their time.
    """
    name = f"test_{uuid.uuid4().hex[:12]}"
    if not is_empty:
        _make_template(cluster)
    cluster.make_database(name, None if is_empty else TEMPLATE)
    try:
        yield TestDatabase(cluster, name)
    finally:
        cluster.drop_database(name)
