"""The programs of Tailwatch as processes of their own, with a hand on them: start, wait, freeze, look at the memory."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench import kernel
from bench.figures import WrongResult
from tailwatch.process import Command, Process

POLL_S: Final = 0.02
READY_WITHIN_S: Final = 60.0


class Program:
    """A running `python -m ...`; its lines go to `log_file`."""

    def __init__(self, command: Command, log_file: Path) -> None:
        self.name = command.name
        self._log_file = log_file
        with log_file.open("wb") as log:
            self._process = Process(command, log)

    def wait_until(self, is_ready: Callable[[], bool], within_s: float = READY_WITHIN_S) -> None:
        """Wait for the program; raise WrongResult with its last lines when it ends or takes too long."""
        deadline_s = time.monotonic() + within_s
        while not is_ready():
            if not self._process.is_alive or time.monotonic() > deadline_s:
                raise WrongResult(f"{self.name} does not answer:\n{self._log_file.read_text()[-2000:]}")
            time.sleep(POLL_S)

    def has_said(self, words: str, times: int = 1) -> bool:
        """Whether its log has these words so often."""
        return self._log_file.read_text().count(words) >= times

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop it (SIGSTOP) for the block: it is connected, and what is sent to it waits at the broker."""
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def forget_peak(self) -> None:
        """Begin to watch its memory anew."""
        kernel.forget_peak(self._process.pid)

    def peak_mb(self) -> float:
        """Return its highest resident memory [MB] since `forget_peak`."""
        return kernel.peak_mb(self._process.pid)

    def memory_mb(self) -> float:
        """Return its resident memory now [MB]."""
        self.forget_peak()
        return self.peak_mb()

    def cpu_s(self) -> float:
        """Return its processor time so far [s]."""
        return kernel.cpu_s(self._process.pid)

    def main_thread_s(self) -> float:
        """Return the processor time of its main thread so far [s], fine enough for a single answer."""
        return kernel.main_thread_s(self._process.pid)

    def stop(self) -> None:
        """End it in order."""
        self._process.stop()
