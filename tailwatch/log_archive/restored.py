"""A PostgreSQL on a restored folder, on a free port of loopback: read only at its target, or promoted there."""

import signal
import time
from pathlib import Path
from typing import Final

import psycopg

from tailwatch import tools
from tailwatch.log_archive.repository import Repository
from tailwatch.ports import LOOPBACK
from tailwatch.process import Command
from tailwatch.secrets import write_private
from tailwatch.servers.server import NotReady, Server
from tailwatch.system_users import give

REPLAYS_WITHIN_S: Final = 24 * 3600.0
POLL_S: Final = 0.1
LOG_CHARACTERS: Final = 300
STANDS: Final = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
DOORS: Final = f"host all all {LOOPBACK}/32 scram-sha-256\n"
OWN: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "ssl": "off",
    "shared_buffers": "64MB",
    "hot_standby": "on",
    "archive_mode": "off",
    "fsync": "off",
    "synchronous_standby_names": "",
    "log_line_prefix": "%p ",
}
"""Beside what the restored files say; nobody keeps this database."""


class RestoredDatabase(Server):
    """A server on the folder that pgBackRest filled; its certificates and doors are left out."""

    def __init__(self, folder: Path, port: int, repository: Repository) -> None:
        super().__init__(folder, port)
        self.data = folder / "data"
        self._repository = repository
        self.data.mkdir(mode=0o700, exist_ok=True)
        give(self.data, repository.user)

    def command(self) -> Command:
        doors = self.folder / "doors.conf"
        write_private(doors, DOORS)
        give(doors, self._repository.user)
        words = [f"--{name}={value}" for name, value in OWN.items()]
        words += [f"--port={self.port}", f"--hba_file={doors}"]
        return Command(
            "restored",
            (tools.find("postgres"), "-D", str(self.data), *words),
            cwd=Path("/"),
            user=self._repository.user,
            stop_signal=signal.SIGINT,
            stop_within_s=10.0,
        )

    def is_ready(self) -> bool:
        """Say whether the process runs: how long it reads the log before it answers, nobody knows."""
        return True

    def wait_for_target(self, conninfo: str) -> None:
        """Wait until it stands at its target; raise NotReady with the end of its log."""
        deadline_s = time.monotonic() + REPLAYS_WITHIN_S
        while not self._stands(conninfo):
            if self.process is None or not self.process.is_alive or time.monotonic() > deadline_s:
                raise NotReady(f"the log could not be read up to the moment: {self._last_words()}")
            time.sleep(POLL_S)

    def _stands(self, conninfo: str) -> bool:
        try:
            with psycopg.connect(conninfo, connect_timeout=5) as connection:
                return connection.execute(STANDS).fetchone() == (True,)
        except psycopg.Error:
            return False

    def _last_words(self) -> str:
        lines = [line for line in self.log_tail().splitlines() if "FATAL" in line or "PANIC" in line or "ERROR" in line]
        wrong = [line for line in lines if "starting up" not in line and "not yet accepting" not in line]
        return " ".join(wrong)[-LOG_CHARACTERS:] or self.log_tail()[-LOG_CHARACTERS:]
