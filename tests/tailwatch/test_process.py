"""Child processes: ended in order, ended by force, never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tailwatch.process import Command, Process, completed, descendants

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
WITH_CHILD = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"
PARENT = """
import sys, subprocess
from tailwatch.process import Command, Process
print(Process(Command("sleeper", ("sleep", "60"))).pid, flush=True)
sys.stdin.read()
"""


def python(code: str, **rest: float) -> Command:
    return Command("test", (sys.executable, "-c", code), **rest)  # type: ignore[arg-type]


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited 60 s"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")")[-1].split()[0] != "Z"


def test_it_ends_by_its_stop_signal() -> None:
    """A program that listens to SIGTERM ends by it."""
    process = Process(Command("sleeper", ("sleep", "60")))

    assert process.stop() == -signal.SIGTERM


def test_a_program_that_does_not_listen_is_killed() -> None:
    """After its time the stop becomes SIGKILL."""
    process = Process(python(STUBBORN, stop_within_s=0.1), subprocess.PIPE)
    assert process.popen.stdout is not None
    process.popen.stdout.readline()

    assert process.stop() == -signal.SIGKILL
    process.popen.stdout.close()


def test_kill_reaches_the_children_of_the_child() -> None:
    """As a power cut, kill leaves nothing of the tree."""
    process = Process(python(WITH_CHILD))
    wait_until(lambda: descendants(process.pid))
    children = descendants(process.pid)
    assert children and all(map(is_running, children))

    process.kill()

    wait_until(lambda: not any(map(is_running, children)))


def test_a_child_dies_with_its_parent() -> None:
    """Also when the parent is killed with -9 and can end nothing itself."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_until(lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n")  # by then setpriv has bound it

    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()

    wait_until(lambda: not is_running(child))


def test_a_signal_to_our_group_does_not_reach_it() -> None:
    """Ctrl-C in the terminal goes to the supervisor alone, which ends the parts in order."""
    process = Process(Command("sleeper", ("sleep", "60")))

    assert os.getpgid(process.pid) != os.getpgid(0)
    process.kill()


def test_a_command_that_takes_too_long_leaves_nothing_behind(tmp_path: Path) -> None:
    """What a script has started ends with it: `rabbitmqctl` is one, and each call that hung left its Erlang behind."""
    started = tmp_path / "started"
    with pytest.raises(subprocess.TimeoutExpired):
        completed(Command("slow", ("sh", "-c", f"sleep 600 & echo $! > {started}; wait")), 5.0)
    child = int(started.read_text())

    wait_until(lambda: not is_running(child))
