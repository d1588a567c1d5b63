"""The watchdog timer of the kernel: what stood still too long does not go on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tailwatch.cluster.database import LOOP_S, RETRY_S, TTL_S
from tailwatch.cluster.etcd import STANDS_AT_MOST_S
from tailwatch.process import Command, watched
from tailwatch.watchdog import REARMED_EVERY_S, WatchdogTimer
from tests.ingest.waiting import until

WITHIN_S = 2
ENDS_WITHIN_S = 20.0
COUNTS = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"


@contextmanager
def started(script: str = COUNTS) -> Iterator[subprocess.Popen[str]]:
    """A program under the timer, as a cluster runs its store."""
    command = watched(Command("counts", (sys.executable, "-c", script)), WITHIN_S)
    with subprocess.Popen(command.argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def child_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def test_stopped_for_too_long_both_are_killed_where_they_stand() -> None:
    """Nobody continues them, and nobody else kills them: the kernel does, and the program never goes on."""
    with started() as process:
        child = child_of(process)
        for pid in (child, process.pid):
            os.kill(pid, signal.SIGSTOP)

        assert process.wait(ENDS_WITHIN_S) == -signal.SIGKILL
        until(lambda: is_gone(child), ENDS_WITHIN_S)


def test_a_program_that_is_stopped_alone_stands_for_ever() -> None:
    """The control: without a timer a stopped process is there after twice that time, and goes on."""
    with subprocess.Popen([sys.executable, "-c", COUNTS], stdout=subprocess.PIPE, text=True) as process:
        child_of(process)
        process.send_signal(signal.SIGSTOP)
        time.sleep(2 * WITHIN_S)
        process.send_signal(signal.SIGCONT)

        assert process.poll() is None
        process.kill()


def test_what_runs_is_left_alone() -> None:
    """The timer is armed anew: a program that takes longer than that ends by itself, with its own exit code."""
    with started(f"import time; time.sleep({WITHIN_S + 1.5}); raise SystemExit(7)") as process:
        assert process.wait(ENDS_WITHIN_S) == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_end_reaches_the_program(number: signal.Signals) -> None:
    """It ends in order, and its exit code is told."""
    ends = f"import os, signal, time; signal.signal({int(number)}, lambda *_: os._exit(5)); "
    with started(ends + COUNTS) as process:
        child_of(process)
        process.send_signal(number)

        assert process.wait(ENDS_WITHIN_S) == 5


def test_a_program_that_was_killed_is_told_as_a_shell_does() -> None:
    """128 and the number of the signal (POSIX, 2.8.2 of the shell)."""
    with started() as process:
        os.kill(child_of(process), signal.SIGKILL)

        assert process.wait(ENDS_WITHIN_S) == 128 + signal.SIGKILL


def test_no_lease_of_a_living_primary_expires_while_its_store_may_stand() -> None:
    """Patroni keeps its lease every LOOP_S, RETRY_S later at worst; what stands for less than the rest goes on."""
    assert STANDS_AT_MOST_S + LOOP_S + RETRY_S < TTL_S
    assert REARMED_EVERY_S < STANDS_AT_MOST_S / 2


def test_a_kernel_without_the_timer_is_said() -> None:
    """A negative time is refused by timer_settime(2) (EINVAL)."""
    with pytest.raises(OSError, match="watchdog timer"):
        WatchdogTimer(-1)
