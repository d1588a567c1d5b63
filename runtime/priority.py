"""The lowest priority of a program, so that whatever else the machine does goes first.

A nice value alone weighs among the processes of one session: Linux shares the processor between sessions first
(sched(7), "The autogroup feature"), and each of our programs has a session of its own.
"""

import os
from pathlib import Path
from typing import Final

LOWEST: Final = 19
AUTOGROUP: Final = Path("/proc/self/autogroup")


def take_lowest() -> None:
    """Give this process, and its session where it leads one, the lowest priority; what is forbidden stays as it is.

    A unit that forbids it (`SystemCallFilter=~@resources`) has set the same from outside.
    """
    for change in (_nice, _idle, _session):
        try:
            change()
        except OSError:  # not permitted, or the kernel has no such thing
            continue


def _nice() -> None:
    os.setpriority(os.PRIO_PROCESS, 0, LOWEST)


def _idle() -> None:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _session() -> None:
    if os.getsid(0) == os.getpid():
        AUTOGROUP.write_text(f"{LOWEST}\n")
