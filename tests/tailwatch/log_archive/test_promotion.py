"""A promotion at the end of a segment whose zeros have not all come: the archive has it, and what follows.

Two real servers, of which one follows the other by a line that ends; the script and pgBackRest are those of a cluster.
"""

import socket
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tailwatch.cluster.archive import SCRIPT, script
from tailwatch.log_archive import CONFIGURATION_FILE, Repository, archiving_parameters, argv, variables
from tailwatch.log_archive.keeping import CHECKED_BY_SCRIPT
from tailwatch.log_archive.repository import ArchivedDatabase
from tailwatch.process import Command, completed
from tailwatch.servers.database import ADMIN, USER
from tailwatch.system_users import give, user_when_root
from tests.bad_line import SEGMENT_BYTES, BadLine
from tests.ingest import waiting
from tests.servers import Database, server_folder
from tests.standby import Pair

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(600)]
until = partial(waiting.until, within_s=240)
ENOUGH_BYTES = 400_000
"""Of the log: what is written, and some of the zeros behind it."""
WRITTEN = "INSERT INTO told VALUES (1)"
SWITCH = "SELECT pg_walfile_name(pg_current_wal_lsn()), pg_switch_wal()"
REPLAYED = "SELECT pg_last_wal_replay_lsn() > %s, pg_last_wal_receive_lsn() < pg_last_wal_replay_lsn()"


class EndingLine(BadLine):
    """Ends once `left` bytes came from the server; None: never."""

    left: int | None = None

    def _take(self, source: socket.socket, to) -> None:
        if source.getpeername()[1] != self._target_port:
            super()._take(source, to)
        data = b"."
        while data and (self.left is None or self.left > 0):
            try:
                data = source.recv(SEGMENT_BYTES)
            except OSError:
                data = b""
            if self.left is not None:
                self.left -= len(data)
            to.put((0.0, data))


class ArchivedPair:
    """A primary that hands nothing over, and a standby with the script."""

    def __init__(self, folder: Path, pair: Pair, line: EndingLine) -> None:
        self.pair, self.line = pair, line
        self.log = folder / "log"
        self.user = user_when_root(USER)
        self.repository = Repository(
            self.log,
            folder / "own",
            user=self.user,
            database=lambda: ArchivedDatabase(pair.first.data, pair.first.port),
            line=variables(pair.first.conninfo(ADMIN, "postgres")),
            further=CHECKED_BY_SCRIPT,
        )
        self.repository.prepare()
        self._configuration = folder / "own" / CONFIGURATION_FILE
        text = script(pair.second.data, folder / "own", self._configuration)
        self._script = folder / SCRIPT
        self._script.write_text(text)
        give(self._script, self.user)

    def begin(self) -> None:
        """Begin the archive, and have the standby follow by the line, and keep a slot as those of a cluster do."""
        first, second = self.pair.first, self.pair.second
        self.restart(first, {"archive_mode": "on", "archive_command": "true"})
        self.repository.make()
        say(first, "CREATE TABLE told (n int)", WRITTEN)
        source = make_conninfo(first.conninfo(ADMIN), port=self.line.port)
        say(second, f"ALTER SYSTEM SET primary_conninfo = '{source}'")
        self.restart(second, archiving_parameters("always", f"sh {self._script} %p %f"))
        until(lambda: say(second, "SELECT to_regclass('told') IS NOT NULL") == (True,))
        say(second, "SELECT pg_create_physical_replication_slot('other', true)")

    def hand_over(self, server: Database, name: str) -> None:
        """Have a server hand a segment over."""
        words = argv(self._configuration, "archive-push", f"--pg1-path={server.data}")
        argument = str(server.data / "pg_wal" / name)
        done = completed(Command("push", (*words, argument), cwd=Path("/"), user=self.user), 60)
        assert done.returncode == 0, done.stdout + done.stderr

    def restart(self, server: Database, further: dict[str, str]) -> None:
        server.stop()
        server.further = further
        server.prepare()
        server.run()

    def has(self, name: str) -> bool:
        return any(self.log.glob(f"archive/*/*/*/{name}-*"))


def say(server: Database, *statements: str, values: Sequence[object] | None = None) -> tuple | None:
    with psycopg.connect(server.conninfo(ADMIN, "postgres"), autocommit=True) as admin:
        for statement in statements:
            cursor = admin.execute(statement, values)
        return cursor.fetchone() if cursor.description else None


@pytest.fixture
def archived() -> Iterator[ArchivedPair]:
    with server_folder(is_durable=False) as folder, Pair(folder) as pair, EndingLine(pair.first.port) as line:
        made = ArchivedPair(folder, pair, line)
        made.begin()
        yield made


@pytest.mark.parametrize("is_there", [False, True])
def test_the_last_segment_of_the_former_primary(archived: ArchivedPair, is_there: bool) -> None:
    """It is handed over, or was by the one that died, with other bytes behind its end; the log goes on either way."""
    first, second = archived.pair.first, archived.pair.second
    archived.line.left = ENOUGH_BYTES
    say(first, WRITTEN)
    name, end = say(first, SWITCH)
    until(lambda: say(second, REPLAYED, values=(end,)) == (True, True))
    if is_there:
        archived.hand_over(first, name)
    first.kill()
    if is_there:
        second.kill()
        with (second.data / "pg_wal" / name).open("r+b") as file:
            file.seek(-1_000_000, 2)
            file.write(b"\xaa" * 1_000_000)
        second.run()
    say(second, "SELECT pg_promote()", WRITTEN)
    following, _ = say(second, SWITCH)
    until(lambda: archived.has(following))
    until(lambda: archived.has(name))

    assert (name[:8], following[:8]) == ("00000001", "00000002")
    assert say(second, "SELECT count(*) FROM told") == (3,)
    waiting = second.data / "pg_wal" / "archive_status"
    until(lambda: (waiting / f"{name}.done").exists() and not (waiting / f"{name}.ready").exists())
