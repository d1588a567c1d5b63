"""What a broker and a database have in common: start, wait until it answers, stop, kill, restart."""

import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final, Self

from tailwatch.process import Command, Process
from tailwatch.system_users import closed_folder

READY_WITHIN_S: Final = 30.0
POLL_S: Final = 0.02
LOG_TAIL_CHARACTERS: Final = 2000


class NotReady(Exception):
    """A server ended or did not answer in time; the text holds the end of its log."""


class Server(ABC):
    """One server in one folder; its output goes to `log_file`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.log_file = folder / "server.log"
        self.process: Process | None = None
        self.ready_within_s = READY_WITHIN_S

    @abstractmethod
    def command(self) -> Command:
        """Return what a supervisor starts."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Say whether the server answers."""

    def run(self) -> Self:
        """Start the process and wait until it answers; raise NotReady."""
        with self.log_file.open("ab") as log:
            self.process = Process(self.command(), log)
        deadline = time.monotonic() + self.ready_within_s
        while not self.is_ready():
            if not self.process.is_alive or time.monotonic() > deadline:
                self.process.kill()
                raise NotReady(f"{self.command().name} does not answer: {self.log_tail()}")
            time.sleep(POLL_S)
        return self

    def stop(self) -> None:
        """End it in order; nothing to do when it does not run."""
        if self.process is not None:
            self.process.stop()
            self.process = None

    def kill(self) -> None:
        """End it with SIGKILL, with all its workers."""
        if self.process is not None:
            self.process.kill()
            self.process = None

    def restart(self) -> Self:
        """Stop it in order if it runs, and start it on the same folder and port."""
        self.stop()
        return self.run()

    def log_tail(self) -> str:
        """Return the last lines the server wrote."""
        return self.log_file.read_text(errors="replace")[-LOG_TAIL_CHARACTERS:] if self.log_file.exists() else ""


def require_reachable(folder: Path, user: str | None) -> None:
    """Raise NotReady, naming the closed folder, when another system user could not come to `folder`."""
    closed = None if user is None else closed_folder(folder)
    if closed is not None:
        raise NotReady(
            f"{closed} is closed to the system user {user}, whom the server must run as. "
            "Choose a folder under /var/lib with --state, or do not run as root"
        )
