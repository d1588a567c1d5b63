"""Machines as network namespaces on one bridge; what listens there is reached from this namespace at 10.231.7.1.

A machine that is cut off loses its packets in silence, as one whose cable is pulled: nobody hears a reset.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

NETWORK: Final = "10.231.{net}"
OWN: Final = 1
FIRST: Final = 11
CLONE_NEWNET: Final = 0x40000000
"""linux/sched.h."""


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


class Machines:
    """The machines `a`, `b`, `c`; root alone may make them. `net` tells two sets of them apart."""

    def __init__(self, names: Sequence[str], net: int) -> None:
        self.bridge = f"twb{net}"
        self._net, self._names = net, list(names)
        self._made: list[str] = []

    def __enter__(self) -> Self:
        _ip("link", "add", self.bridge, "type", "bridge")
        _ip("addr", "add", f"{self.address_of_here}/24", "dev", self.bridge)
        _ip("link", "set", self.bridge, "up")
        for name in self._names:
            space, near = self.space(name), self._near(name)
            _ip("netns", "add", space)
            self._made.append(space)
            _ip(*f"link add {near} type veth peer name eth0 netns {space}".split())
            _ip(*f"link set {near} master {self.bridge} up".split())
            _ip(*f"-n {space} addr add {self.address(name)}/24 dev eth0".split())
            _ip(*f"-n {space} link set eth0 up".split())
            _ip(*f"-n {space} link set lo up".split())
        return self

    def __exit__(self, *_: object) -> None:
        for name in self._names:
            self.kill(name)
        for space in self._made:
            subprocess.run(["ip", "netns", "del", space], check=False)
        subprocess.run(["ip", "link", "del", self.bridge], check=False)

    @property
    def address_of_here(self) -> str:
        return f"10.231.{self._net}.{OWN}"

    def address(self, name: str) -> str:
        return f"10.231.{self._net}.{FIRST + self._names.index(name)}"

    def space(self, name: str) -> str:
        return f"twb{self._net}{name}"

    def _near(self, name: str) -> str:
        return f"twv{self._net}{name}"

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """What is started in the block belongs to that machine."""
        own, there = os.open("/proc/thread-self/ns/net", os.O_RDONLY), os.open(f"/run/netns/{self.space(name)}", 0)
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
        _ip("link", "set", self._near(name), "down")

    def connect(self, name: str) -> None:
        """Let its packets pass again."""
        _ip("link", "set", self._near(name), "up")

    def _signal(self, name: str, number: int) -> int:
        """Send a signal to each process of a machine that has not ended; return to how many."""
        count = 0
        for pid in _ip("netns", "pids", self.space(name)).split():
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
