"""Real servers for tests: the classes that `tailwatch up` itself runs, in folders that end with the test run."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from ingest.migrate import migrate, migrations
from tailwatch.servers import Broker, Database

__all__ = [
    "MIGRATED",
    "Broker",
    "Database",
    "Template",
    "TestDatabase",
    "fresh_database",
    "server_folder",
    "small_disk",
]


class TestDatabase:
    """An empty database of one test in the shared cluster; `conninfo(role)` connects to it."""

    __test__ = False

    def __init__(self, cluster: Database, name: str) -> None:
        self.cluster = cluster
        self.name = name

    def conninfo(self, role: str = "tailwatch_owner") -> str:
        return self.cluster.conninfo(role, self.name)


class Template(NamedTuple):
    """What databases of tests are copies of: it is filled once a cluster. `source` is what it is itself a copy of."""

    name: str
    fill: Callable[[TestDatabase], None]
    source: "Template | None" = None


def _migrate(database: TestDatabase) -> None:
    with psycopg.connect(database.conninfo()) as connection:
        migrate(connection, migrations())


MIGRATED = Template("test_migrated", _migrate)
"""A copy takes a tenth of the migrations' time."""
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 6 << 30
"""Two workers' clusters take one at the most; containers often have 64 MB there."""


_MADE: set[tuple[Path, str]] = set()
"""The templates that this process has filled, each in the cluster of a folder."""


def _made(cluster: Database, template: Template | None) -> str | None:
    """Return the name of a template, which is filled at its first use."""
    if template is None:
        return None
    if (cluster.folder, template.name) not in _MADE:
        cluster.make_database(template.name, _made(cluster, template.source))
        template.fill(TestDatabase(cluster, template.name))
        _MADE.add((cluster.folder, template.name))
    return template.name


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
def fresh_database(cluster: Database, template: Template | None = MIGRATED) -> Iterator[TestDatabase]:
    """Make a database with a name of its own, a copy of the template (None: an empty one), and drop it afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    cluster.make_database(name, _made(cluster, template))
    try:
        yield TestDatabase(cluster, name)
    finally:
        cluster.drop_database(name)
