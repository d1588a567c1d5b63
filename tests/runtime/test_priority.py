"""The lowest priority of a program."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from runtime.priority import take_lowest
take_lowest()
print("taken", flush=True)
sys.stdin.read()
"""


def session_of(pid: int | str) -> str | None:
    """What the kernel says of the session of a process; None: it does not share by sessions."""
    file = Path(f"/proc/{pid}/autogroup")
    return file.read_text() if file.exists() else None


def test_a_program_with_a_session_of_its_own_gives_way_to_all_sessions() -> None:
    """Nice 19, the idle policy, and 19 for its session, by which Linux shares first (sched(7)); its parent stays."""
    pipe = subprocess.PIPE
    before = session_of("self")
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=pipe, stdout=pipe, start_new_session=True) as child:
        assert child.stdout is not None and child.stdout.readline() == b"taken\n"

        found = os.getpriority(os.PRIO_PROCESS, child.pid), os.sched_getscheduler(child.pid)
        session = session_of(child.pid)
        child.communicate()

    assert found == (19, os.SCHED_IDLE)
    assert session is None or session.endswith("nice 19\n")
    assert session_of("self") == before


def test_a_program_in_the_session_of_another_leaves_that_session_alone() -> None:
    """What runs in a terminal is nice itself; the other programs of the terminal are not."""
    pipe = subprocess.PIPE
    before = session_of("self")
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=pipe, stdout=pipe) as child:
        assert child.stdout is not None and child.stdout.readline() == b"taken\n"
        nice = os.getpriority(os.PRIO_PROCESS, child.pid)
        child.communicate()

    assert (nice, session_of("self")) == (19, before)
