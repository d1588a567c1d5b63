"""One child process: started in a group of its own, ended by its id, never left behind.

From the moment its program runs, a child dies with the process that started it (parent-death signal, set by `setpriv`),
also when that one is killed with -9; so a second `tailwatch up` never finds servers of the first.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import msgspec

from tailwatch import tools

KILL_WAIT_S: Final = 60.0
"""A killed process that waits for its disk ends when that answers: seconds later, where many write."""
POLL_S: Final = 0.01
WATCHDOG: Final = Path(__file__).with_name("watchdog.py")
"""Needs nothing but Python itself."""


class Command(msgspec.Struct, frozen=True):
    """What to start and how to end it. `user` (root only) is the system user the program runs as."""

    name: str
    argv: tuple[str, ...]
    cwd: Path | None = None
    env: dict[str, str] = {}
    user: str | None = None
    stop_signal: int = signal.SIGTERM
    stop_within_s: float = 5.0


class Process:
    """A started command. `output` takes both streams: an open file, or PIPE to read `stdout` line by line."""

    def __init__(self, command: Command, output: int | IO[bytes] = subprocess.DEVNULL) -> None:
        self.command = command
        self.is_asked_to_stop = False
        self.popen = subprocess.Popen(
            [*privileges(command), *command.argv],
            cwd=command.cwd,
            env={**os.environ, **command.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=False,  # the lock of the state folder is handed down (Python's own files are not)
        )

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def ask_to_stop(self) -> None:
        """Send the stop signal, once (a second one makes some programs drop their work), and do not wait."""
        if self.is_alive and not self.is_asked_to_stop:
            self.is_asked_to_stop = True
            self.popen.send_signal(self.command.stop_signal)

    def stop(self, is_urgent: Callable[[], bool] = lambda: False) -> int:
        """End it in order and return the exit code; with SIGKILL when its time is over or `is_urgent` turns true."""
        self.ask_to_stop()
        deadline_s = time.monotonic() + self.command.stop_within_s
        while self.is_alive and time.monotonic() < deadline_s and not is_urgent():
            time.sleep(POLL_S)
        if self.is_alive:
            self.kill()
        return self.popen.wait(KILL_WAIT_S)

    def kill(self) -> None:
        """End it and all it started with SIGKILL, as a power cut would."""
        family = _kill_family(self.pid)
        self.popen.wait(KILL_WAIT_S)
        # PostgreSQL does not start beside a worker of the killed one that has not let go of its memory yet.
        deadline_s = time.monotonic() + KILL_WAIT_S
        while not all(map(_has_ended, family)) and time.monotonic() < deadline_s:
            time.sleep(POLL_S)


def completed(command: Command, within_s: float, without: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with its words kept; `without`: beginnings of variables that it does not inherit.

    Raises subprocess.TimeoutExpired; what it has started has ended, too, then.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(without)}
    with subprocess.Popen(
        [*privileges(command), *command.argv],
        cwd=command.cwd,
        env={**inherited, **command.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            said, complained = child.communicate(timeout=within_s)
        except BaseException:
            _kill_family(child.pid)
            raise
    return subprocess.CompletedProcess(child.args, child.returncode, said, complained)


def _kill_family(pid: int) -> tuple[int, ...]:
    """SIGKILL a process and all that it has started; return their ids."""
    family = (pid, *descendants(pid))
    for one in family:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    return family


def _has_ended(pid: int) -> bool:
    """Whether a process is gone, or dead and only not yet collected by its parent."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state in "ZX"


def descendants(pid: int) -> list[int]:
    """Return the ids of all processes below `pid` (PostgreSQL's workers leave the group, so the tree is read)."""
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            text = children.read_text()
        except OSError:
            continue
        for child in map(int, text.split()):
            found += [child, *descendants(child)]
    return found


def privileges(command: Command) -> list[str]:
    """Return the words before a command: it dies with who started it, and runs as its user."""
    words = [tools.find("setpriv"), "--pdeathsig", signal.Signals(command.stop_signal).name.removeprefix("SIG")]
    if command.user is not None:
        words += ["--reuid", command.user, "--regid", command.user, "--init-groups", "--no-new-privs"]
    return [*words, "--"]


def watched(command: Command, within_s: int) -> Command:
    """Return the same command under a watchdog timer of the kernel: killed where it stands still for so long."""
    watchdog = (sys.executable, "-I", str(WATCHDOG), str(within_s))
    dies = privileges(msgspec.structs.replace(command, stop_signal=signal.SIGKILL))
    return msgspec.structs.replace(command, argv=(*watchdog, *dies, *command.argv), user=None)
