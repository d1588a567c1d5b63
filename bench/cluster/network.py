"""Machines that are network namespaces: each with an address of its own on a bridge, and a cable that can be pulled.

What is cut loses its packets without a word, as behind a switch that has died.
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

PREFIX: Final = 24
MOST_NAME: Final = 15
"""Of a network device [characters] (Linux, IFNAMSIZ)."""


class NoNamespaces(Exception):
    """This machine lets us make no network namespaces; the sentence says why."""


class Network(NamedTuple):
    """A bridge in the namespace of who called, and a namespace for each machine by name."""

    tag: str
    address: str
    """Of the bridge: that of this machine."""
    machines: Mapping[str, str]

    def namespace(self, machine: str) -> str:
        return f"{self.tag}-{machine}"

    def inside(self, machine: str) -> list[str]:
        """Return the words before a command that runs on a machine."""
        return ["ip", "netns", "exec", self.namespace(machine)]

    def pids(self, machine: str) -> list[str]:
        """Return the processes of a machine."""
        return _ip("netns", "pids", self.namespace(machine)).split()

    def cut(self, machine: str) -> None:
        """Pull the cable of a machine: nobody is told."""
        _ip("link", "set", self._cable(machine), "down")

    def join(self, machine: str) -> None:
        """Put the cable back."""
        _ip("link", "set", self._cable(machine), "up")

    def _cable(self, machine: str) -> str:
        return f"{self.tag}-{machine}-v"[:MOST_NAME]

    def make(self) -> None:
        """Make bridge, namespaces and cables; raise NoNamespaces."""
        _ip("link", "add", self.tag, "type", "bridge")
        _ip("addr", "add", f"{self.address}/{PREFIX}", "dev", self.tag)
        _ip("link", "set", self.tag, "up")
        for machine, address in self.machines.items():
            space, cable = self.namespace(machine), self._cable(machine)
            _ip("netns", "add", space)
            _ip(*f"link add {cable} type veth peer name eth0 netns {space}".split())
            _ip(*f"link set {cable} master {self.tag} up".split())
            _ip(*f"-n {space} addr add {address}/{PREFIX} dev eth0".split())
            _ip(*f"-n {space} link set eth0 up".split())
            _ip(*f"-n {space} link set lo up".split())

    def remove(self) -> None:
        """Remove what there is of it."""
        for machine in self.machines:
            _try("netns", "del", self.namespace(machine))
            _try("link", "del", self._cable(machine))
        _try("link", "del", self.tag)


def of_subnet(tag: str, subnet: str, machines: Sequence[str]) -> Network:
    """Return a network to be made: `subnet` is its first three numbers, this machine is .1, the others are .11 on."""
    return Network(tag, f"{subnet}.1", {name: f"{subnet}.{at}" for at, name in enumerate(machines, 11)})


@contextmanager
def network(tag: str, subnet: str, machines: Sequence[str]) -> Iterator[Network]:
    """A network for the block."""
    made = of_subnet(tag, subnet, machines)
    made.remove()
    try:
        made.make()
        yield made
    finally:
        made.remove()


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def _try(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=False)
