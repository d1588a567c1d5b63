"""Runs a program under a watchdog timer of the kernel: `python -I watchdog.py SECONDS PROGRAM ...`.

Who stood still for longer than the others wait for it must not go on as if no time had passed. A leader of etcd that
does takes the leases of all for expired; its orders to revoke them reach the new leader, which carries them out
(etcd#15247; since #16822 it asks itself first whether it leads, which one that was stopped still believes). So the new
primary loses its lock, the old one takes it back, and what was acknowledged in between is rewound.

The timer is armed anew each second. Where that does not happen, because this machine is stopped, frozen or far too
busy, the kernel kills this process, also a stopped one, and the program dies with it (`process.watched` asks for that:
`setpriv --pdeathsig KILL`). By CLOCK_MONOTONIC, as etcd's leases: a clock that stands does not expire them either.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

REARMED_EVERY_S: Final = 1.0
SIGEV_SIGNAL: Final = 0
"""asm-generic/siginfo.h."""


class _SignalEvent(ctypes.Structure):
    """`struct sigevent` (timer_create(2)): 64 bytes where a pointer has 8."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("number", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("rest", ctypes.c_int * 12),
    )


class _TimerTimes(ctypes.Structure):
    """`struct itimerspec`: interval and first expiry, each in seconds and nanoseconds."""

    _fields_ = tuple((name, ctypes.c_long) for name in ("every_s", "every_ns", "in_s", "in_ns"))


class WatchdogTimer:
    """Kills this process when it was not armed anew for `within_s`; raises OSError where the kernel has none."""

    def __init__(self, within_s: int) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._times = _TimerTimes(in_s=within_s)
        self._timer = ctypes.c_void_p()
        event = _SignalEvent(number=signal.SIGKILL, notify=SIGEV_SIGNAL)
        self._must(self._libc.timer_create(time.CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(self._timer)))
        self.arm()

    def arm(self) -> None:
        """Begin to count anew."""
        self._must(self._libc.timer_settime(self._timer, 0, ctypes.byref(self._times), None))

    def _must(self, code: int) -> None:
        if code != 0:
            raise OSError(ctypes.get_errno(), "watchdog timer")


def main(words: Sequence[str]) -> int:
    """Run a program until it ends, hand the signals on that end it, and return its exit code as a shell does."""
    timer = WatchdogTimer(int(words[0]))
    child = subprocess.Popen(words[1:])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: child.send_signal(number))
    ended = os.pidfd_open(child.pid)
    while not select.select([ended], [], [], REARMED_EVERY_S)[0]:
        timer.arm()
    code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
