"""What can be done to machines of a network: started in, killed, frozen, cut off.

A machine that is cut off loses its packets in silence, as one whose cable is pulled: nobody hears a reset.
"""

import ctypes
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.cluster.network import Network

CLONE_NEWNET: Final = 0x40000000
"""linux/sched.h."""


class Machines:
    """The machines of a network that there is."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def end(self) -> None:
        """Kill all that runs on all of them."""
        for name in self._network.machines:
            self.kill(name)

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """What is started in the block belongs to that machine."""
        own, there = (
            os.open("/proc/thread-self/ns/net", os.O_RDONLY),
            os.open(f"/run/netns/{self._network.namespace(name)}", 0),
        )
        try:
            _enter(there)
            yield
        finally:
            _enter(own)
            os.close(own)
            os.close(there)

    def kill(self, name: str) -> None:
        """End all that runs on a machine, as a power cut does."""
        while self._signal(name, signal.SIGKILL):
            continue

    def freeze(self, name: str) -> None:
        """Stop all that runs there; its system goes on acknowledging what it is sent."""
        self._signal(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let it go on where it stood."""
        self._signal(name, signal.SIGCONT)

    def cut_off(self, name: str) -> None:
        """Drop each packet from and to a machine, without a word."""
        self._network.cut(name)

    def connect(self, name: str) -> None:
        """Let its packets pass again."""
        self._network.join(name)

    def _signal(self, name: str, number: int) -> int:
        """Send a signal to each process of a machine that has not ended; return to how many."""
        count = 0
        for pid in self._network.pids(name):
            if _has_ended(pid):
                continue
            try:
                os.kill(int(pid), number)
            except ProcessLookupError:
                continue
            count += 1
        return count


def _enter(space: int) -> None:
    """Have this thread, and what it starts, see that network (setns(2); Python has it from 3.12 on)."""
    if ctypes.CDLL(None, use_errno=True).setns(space, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _has_ended(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (OSError, IndexError):
        return True
