"""The history that fills in behind the running nodes: one import of observations after the other, and how far it is."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

import msgspec

from edge_agent import Progress
from tailwatch.exit_codes import ExitCode
from tailwatch.process import Command, Process
from tailwatch.site import ROOMS
from tailwatch.supervise import Tell

RETRY_AFTER_S: Final = 10.0
BAR_WIDTH: Final = 20
TOLD_SHARES: Final = 10
NAME: Final = "history"


class Filling:
    """Imports of some files. Turn it from the thread that made it: the import dies with that thread."""

    def __init__(self, files: Sequence[Path], facility: str, state_folder: Path, tell: Tell) -> None:
        self._sizes = {file: file.stat().st_size for file in files}
        self._waiting = sorted(files, key=lambda file: self._sizes[file])
        self._facility, self._state_folder, self._tell = facility, state_folder, tell
        self._process: Process | None = None
        self._due_s = 0.0
        self._began_s = time.monotonic()
        self._bytes_before = self._rows_before = self._told = 0
        self._progress = Progress(0, 0, 0, 0)

    @property
    def is_done(self) -> bool:
        """Whether the centre has all files."""
        return not self._waiting

    @property
    def share(self) -> float:
        """How much of all files is stored at the edge, 0 to 1."""
        total = sum(self._sizes.values())
        return (self._bytes_before + self._progress.bytes_done) / total if total else 1.0

    @property
    def rows(self) -> int:
        """Lines of the files that are stored."""
        return self._rows_before + self._progress.rows

    def turn(self) -> None:
        """Start the next import, or note how the running one ended."""
        if self.is_done:
            return
        if self._process is None and time.monotonic() >= self._due_s:
            self._start(self._waiting[0])
        elif self._process is not None and not self._process.is_alive:
            self._ended(self._process.popen.returncode)
        elif int(self.share * TOLD_SHARES) > self._told:
            self._told = int(self.share * TOLD_SHARES)
            self._tell(NAME, f"{self.share:.0%} of the history is at the gateway")

    def end(self) -> None:
        """End a running import in order; it is gone on with at the next start."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def bar(self) -> str:
        """Return the progress in one line; empty when it is done."""
        if self.is_done:
            return ""
        filled = int(self.share * BAR_WIDTH)
        return f"history {'━' * filled}{'╌' * (BAR_WIDTH - filled)} {self.share:4.0%}"

    def _start(self, file: Path) -> None:
        words = [sys.executable, "-P", "-m", "tailwatch", "observations", "import", str(file)]
        words += [
            "--facility",
            self._facility,
            "--map",
            str(file.with_suffix(".toml")),
            "--state",
            str(self._state_folder),
            "--json",
        ]
        environment = {"PYTHONPATH": str(ROOMS), "PYTHONUNBUFFERED": "1"}
        self._process = Process(Command(NAME, tuple(words), env=environment), subprocess.PIPE)
        if self._process.popen.stdout is not None:
            threading.Thread(target=self._read, args=(self._process.popen.stdout,), daemon=True).start()

    def _ended(self, code: int) -> None:
        self._process = None
        if code not in (ExitCode.DONE, ExitCode.FOUND):
            self._due_s = time.monotonic() + RETRY_AFTER_S
            self._tell(NAME, f"the import ended (exit code {code}); goes on in {RETRY_AFTER_S:.0f} s")
            return
        file = self._waiting.pop(0)
        self._bytes_before += self._sizes[file]
        self._rows_before += self._progress.rows
        self._progress = Progress(0, 0, 0, 0)
        if self.is_done:
            self._tell(NAME, f"all {self.rows} lines are stored, after {time.monotonic() - self._began_s:.0f} s")

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                try:
                    self._progress = msgspec.json.decode(line, type=Progress)
                except msgspec.MsgspecError:
                    self._tell(NAME, line.decode(errors="replace").rstrip())
