"""Programs of the product for tests, each a process of its own, copied from one that has their modules loaded.

Loading is most of what the start of a program takes, and the suite starts some three hundred. Where it is what a test
looks at (memory, the first request), or where the environment must be there from the first instruction, a test starts
the program by its command.
"""

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[1]


class Program(Protocol):
    """A running program, as `subprocess.Popen` offers it."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


def start(module: str, words: Sequence[str], log: Path) -> Program:
    """Run `python -m module words` in the folder of the project; what it prints is added to a file."""
    return Copied(module, words, log)


def start_alone(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Program:
    """Run a command as a shell would, with something added to its environment."""
    with log.open("ab") as out:
        return subprocess.Popen(command, cwd=cwd, stderr=out, stdout=out, env=_environment(environment or {}))


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **more}


class Copied:
    """A copy of the process that has loaded what programs load."""

    def __init__(self, module: str, words: Sequence[str], log: Path) -> None:
        self._words = [module, *words]
        self._process = _context().Process(target=_run, args=(module, list(words), str(log), _environment({})))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._words, timeout or 0)
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.preloaded"])
    return context


def _run(module: str, words: list[str], log: str, environment: dict[str, str]) -> None:
    os.chdir(ROOT)
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for standard in (1, 2):
        os.dup2(file, standard)
    os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *words]
    sys.exit(importlib.import_module(module).main(words))
