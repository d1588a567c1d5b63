"""The supervisor: order of start and end, restart with back-off, refusal when a needed part does not come up."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tailwatch.process import Command
from tailwatch.supervise import FIRST_WAIT_S, NotStarted, SitePart, Supervisor

SLEEPER = ("sleep", "60")


class Told(list[tuple[str, str]]):
    """What the operator was told, in order."""

    def __call__(self, part: str, line: str) -> None:
        self.append((part, line))

    def of(self, word: str) -> list[str]:
        return [part for part, line in self if word in line]


def poll_until(supervisor: Supervisor, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited 60 s"
        supervisor.poll()
        time.sleep(0.01)


def test_parts_end_stage_by_stage_the_last_first() -> None:
    """What was started first ends last."""
    told = Told()
    parts = [SitePart(Command(name, SLEEPER), stage) for name, stage in (("database", 0), ("ingest", 1), ("agent", 2))]
    supervisor = Supervisor(parts, told)

    supervisor.start()
    supervisor.end()

    assert told.of("started") == ["database", "ingest", "agent"]
    assert told.of("ended") == ["agent", "ingest", "database"]


def test_a_part_that_ends_for_good_is_left(tmp_path: Path) -> None:
    """An agent that gave way to another of its name ends with a code that nobody answers with a new start."""
    told = Told()
    again = tmp_path / "started"
    line = ("sh", "-c", f"echo x >> {again}; exit 3")
    supervisor = Supervisor([SitePart(Command("vale-gw1", line), 0, ends_for_good=(3,))], told)
    supervisor.start()
    watched = supervisor.watched["vale-gw1"]

    poll_until(supervisor, lambda: watched.state == "ended")
    supervisor.poll()
    supervisor.end()

    assert watched.restarts == 0 and again.read_text() == "x\n"
    assert ("vale-gw1", "ended (exit code 3), as its last lines say; it is not started again") in told


def test_a_part_that_dies_is_started_again_and_told() -> None:
    """The operator reads how it ended; the new process is another one."""
    told = Told()
    supervisor = Supervisor([SitePart(Command("ingest", SLEEPER), 0)], told)
    supervisor.start()
    watched = supervisor.watched["ingest"]
    assert watched.process is not None
    first = watched.process
    first.kill()

    poll_until(supervisor, lambda: watched.restarts == 1 and watched.process is not None)

    assert watched.process is not first
    assert ("ingest", f"died (signal 9); starts again in {FIRST_WAIT_S:.1f} s") in told
    supervisor.end()


def test_a_part_that_dies_again_waits_longer() -> None:
    """The wait doubles, so that a broken part does not burn the machine."""
    told = Told()
    supervisor = Supervisor([SitePart(Command("broken", (sys.executable, "-c", "raise SystemExit(3)")), 0)], told)
    supervisor.start()

    poll_until(supervisor, lambda: len(told.of("died")) >= 2)

    waits = [line for _, line in told if "died" in line]
    assert waits[0].endswith("in 0.2 s")
    assert waits[1].endswith("in 0.4 s")
    supervisor.end()


def test_what_a_part_writes_is_told_with_its_name() -> None:
    """Each line comes with the name of its part, bad bytes included."""
    told = Told()
    words = (sys.executable, "-c", r"import sys; sys.stdout.buffer.write(b'one \xff\ntwo'); sys.stdout.flush()")
    supervisor = Supervisor([SitePart(Command("writer", words), 0)], told)
    supervisor.start()

    poll_until(supervisor, lambda: ("writer", "two") in told)

    assert ("writer", "one \N{REPLACEMENT CHARACTER}") in told
    supervisor.end()


def test_a_needed_part_that_ends_at_its_start_ends_the_start() -> None:
    """Without its database nothing else is started."""
    told = Told()
    broken = Command("database", (sys.executable, "-c", "raise SystemExit(1)"))
    parts = [SitePart(broken, 0, lambda: False, is_needed=True), SitePart(Command("ingest", SLEEPER), 1)]

    with pytest.raises(NotStarted, match="database"):
        Supervisor(parts, told).start()

    assert told.of("started") == ["database"]


def test_prepare_runs_when_the_part_is_ready_and_before_the_next() -> None:
    """Tables are made between the start of the database and the start of ingest."""
    told = Told()
    database = SitePart(Command("database", SLEEPER), 0, lambda: True, prepare=lambda: told("database", "prepared"))
    supervisor = Supervisor([database, SitePart(Command("ingest", SLEEPER), 1)], told)

    supervisor.start()

    events = [(part, line.split()[0]) for part, line in told]
    assert events == [("database", "started"), ("database", "prepared"), ("ingest", "started")]
    supervisor.end()


def test_an_urgent_end_does_not_wait() -> None:
    """A second Ctrl-C ends a part that does not listen by force, long before its time."""
    told = Told()
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    supervisor = Supervisor([SitePart(Command("deaf", (sys.executable, "-c", deaf), stop_within_s=100), 0)], told)
    supervisor.start()
    poll_until(supervisor, lambda: ("deaf", "on") in told)

    supervisor.end(is_urgent=lambda: True)

    assert ("deaf", "ended (signal 9)") in told


def test_a_part_is_started_in_its_turn_only() -> None:
    """While a part that nobody needs is waited for, those behind it are not started before it and then again."""
    told = Told()
    ready_at = time.monotonic() + 0.3
    parts = [
        SitePart(Command("api", SLEEPER), 0, is_ready=lambda: time.monotonic() > ready_at),
        SitePart(Command("node", SLEEPER), 1),
    ]
    supervisor = Supervisor(parts, told)

    supervisor.start()

    assert told.of("started") == ["api", "node"]
    supervisor.end()
