"""The archive of three databases (network namespaces), which hand their log over to a fourth machine by pgBackRest.

The commands are those of docs/operating/database-cluster.md, read from there.
"""

import re
import shlex
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from typer.testing import CliRunner

from bench.failover import rounds
from bench.failover.load import FACILITY, RAW, START_S, Load
from bench.failover.testbed import WHOLE_WITHIN_S, FailoverTestbed, failover_testbed, until
from runtime.database_line import reach
from tailwatch import log_archive, toml
from tailwatch.__main__ import app
from tailwatch.cluster.archive import ArchiveMachine
from tailwatch.cluster.file import BackupTable
from tailwatch.exit_codes import ExitCode
from tailwatch.process import Command, Process
from tailwatch.secrets import write_private
from tailwatch.servers.database import ADMIN, API
from tailwatch.state import StateFolder
from tests.api.server import ApiServer
from tests.servers import Database, server_folder

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(900), pytest.mark.xdist_group("log-archive-cluster")]
PAGE = Path(__file__).parents[3] / "docs" / "operating" / "database-cluster.md"
BASE, _, RESTORE = re.findall(r"^    tailwatch ((?:backup|restore) .*-.*)$", PAGE.read_text(), re.MULTILINE)
"""The last names a folder, a state folder and a time; between them is the trial."""
STORED = """
SELECT count(*), count(DISTINCT phenomenon_time) FROM observation JOIN datastream d ON d.id = datastream_id
WHERE d.name = %s AND phenomenon_time < to_timestamp(%s)"""


class ArchivedCluster:
    """Three machines under load, and the one that keeps their archive."""

    def __init__(self, folder: Path, testbed: FailoverTestbed) -> None:
        self.testbed = testbed
        self.state = folder / "here"
        self.log = folder / "log"
        (self.state / "settings").mkdir(parents=True, mode=0o755)
        here, keys = testbed.file.machine("here"), testbed.keys["here"]
        machine = ArchiveMachine(self.state / "log-archive", testbed.file, here, testbed.secrets)
        url_file, settings = self.state / "settings" / "backup.conninfo", log_archive.file_below(self.state)
        write_private(url_file, machine.conninfo(keys.authority))
        write_private(settings, toml.encode(machine.prepare(keys, self.state, url_file)))
        self.keeper = machine.open(settings)
        self.door = machine.door
        self.server: Process | None = None

    def open(self) -> None:
        """Let the databases hand their log over."""
        with (self.state / "server.log").open("ab") as log:
            self.server = Process(self.door.command(), log)

    def close(self) -> None:
        """Stop taking the log."""
        if self.server is not None:
            self.server.stop()

    def command(self, line: str) -> str:
        """Run a command of the page, until there is a primary that it can ask, and return what it says."""
        words = line if "--state" in line else f"{line} --state {self.state}"
        told = []

        def is_done() -> bool:
            done = CliRunner().invoke(app, shlex.split(words))
            told.append(done.output)
            assert done.exit_code in (ExitCode.DONE, ExitCode.REFUSED), done.output
            return done.exit_code == ExitCode.DONE

        until(is_done, rounds.GOES_ON_WITHIN_S)
        return told[-1]

    def moment(self) -> datetime:
        """Return what the clock of the primary says."""
        with psycopg.connect(reach(self.testbed.conninfo(), "test")) as connection:
            (at,) = connection.execute("SELECT clock_timestamp()").fetchone()
        return at


@pytest.fixture(scope="module")
def archived() -> Iterator[ArchivedCluster]:
    with server_folder(is_durable=False) as folder, failover_testbed(folder, BackupTable(folder / "log")) as testbed:
        made = ArchivedCluster(folder, testbed)
        made.open()
        try:
            testbed.fill()
            until(testbed.is_whole, WHOLE_WITHIN_S)
            made.keeper.begin()
            yield made
        finally:
            made.close()


def test_a_moment_after_a_promotion_comes_back_with_each_acknowledged_reading(
    archived: ArchivedCluster, reachable_folder: Path
) -> None:
    """The base is of a primary that is lost with a segment it had not handed over; the moment is of the next one."""
    testbed = archived.testbed
    with Load(testbed.conninfo()) as load:
        until(lambda: load.acked > 5, rounds.GOES_ON_WITHIN_S)
        archived.command(BASE)
        archived.close()
        _go_on(load)
        with psycopg.connect(reach(testbed.conninfo(ADMIN), "test"), autocommit=True) as admin:
            admin.execute("SELECT pg_switch_wal()")
        _go_on(load)
        testbed.machines.kill(testbed.primary())
        archived.open()
        _go_on(load)
        acked, at, acked_by_then = load.acked, archived.moment(), load.acked
        _go_on(load)
    archived.keeper.repository.archive_now()
    words = RESTORE.replace("/srv/log", str(archived.log)).replace("/var/lib/restored", str(reachable_folder / "state"))
    archived.command(re.sub(r"\S+$", at.isoformat(), words))
    with StateFolder(reachable_folder / "state") as state:
        cluster = Database(state.folder / "database", state.ports.port_of("database")).run()
        try:
            with psycopg.connect(cluster.conninfo()) as connection:
                of_all = connection.execute(STORED, (f"{FACILITY}:{RAW}", START_S + 60 * (acked + 1))).fetchone()
                of_later = connection.execute(
                    STORED, (f"{FACILITY}:{RAW}", START_S + 60 * (acked_by_then + 5))
                ).fetchone()
        finally:
            cluster.stop()

    assert of_all == (3 * (acked + 1), 3 * (acked + 1))
    assert of_later[0] <= 3 * (acked_by_then + 1) + 3  # with the batch that was on its way then


def test_the_machine_of_the_archive_tries_a_restore_by_itself_and_the_page_says_so(
    archived: ArchivedCluster, tmp_path: Path
) -> None:
    """The program that `up` runs there, over two databases that are left, without a word of anybody."""
    settings = log_archive.file_below(archived.state)
    with (tmp_path / "keeper.log").open("wb") as log:
        keeper = Process(Command("keeper", (sys.executable, "-m", "tailwatch.log_archive", str(settings))), log)
    server = ApiServer(tmp_path, archived.testbed.conninfo(API))
    archived.testbed.folder.joinpath("pki").chmod(0o755)
    try:
        server.start()
        with httpx.Client(base_url=server.url, timeout=60) as client:
            address = f"/f/{FACILITY}/ledger"
            until(lambda: "Equal at the last trial" in client.get(address).text, rounds.GOES_ON_WITHIN_S)
            text = client.get(address).text
    finally:
        server.stop()
        keeper.stop()

    assert "Restore, tried" in text and "One is due every 24" in text
    assert archived.keeper.due() == (False, False)


def _go_on(load: Load) -> None:
    """Wait for batches that are acknowledged."""
    before = load.acked
    until(lambda: load.acked > before + 5, rounds.GOES_ON_WITHIN_S)
