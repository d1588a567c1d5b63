"""Machines that are network namespaces: each with an address of its own on a bridge, and a cable that can be pulled.

What is cut loses its packets without a word, as behind a switch that has died. The name of a bridge is what is taken
first: of two runs at the same time, and beside what a killed one has left, each has a bridge and a subnet of its own.
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

PREFIX: Final = 24
NUMBERS: Final = range(1, 255)
"""Of bridges and their subnets."""
MOST_NAME: Final = 15
"""Of a network device [characters] (Linux, IFNAMSIZ)."""
IS_TAKEN: Final = "File exists"
"""What ip(8) says of a name that is there."""


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

    def take(self) -> bool:
        """Make the bridge; False where there is one of that name already. Raise NoNamespaces."""
        try:
            _ip("link", "add", self.tag, "type", "bridge")
        except NoNamespaces as error:
            if IS_TAKEN in str(error):
                return False
            raise
        return True

    def build(self) -> None:
        """Make namespaces and cables on the bridge that is there; raise NoNamespaces."""
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
        """Remove what there is of it, the bridge last: until then nobody else takes its name."""
        for machine in self.machines:
            _try("netns", "del", self.namespace(machine))
            _try("link", "del", self._cable(machine))
        _try("link", "del", self.tag)


@contextmanager
def network(machines: Sequence[str]) -> Iterator[Network]:
    """A network for the block, by the first number that is free; raise NoNamespaces."""
    made = next((one for one in (_numbered(at, machines) for at in NUMBERS) if one.take()), None)
    if made is None:
        raise NoNamespaces(f"each of {len(NUMBERS)} bridges is taken: remove what killed runs have left (ip link)")
    try:
        made.build()
        yield made
    finally:
        made.remove()


def _numbered(number: int, machines: Sequence[str]) -> Network:
    """Return a network to be made: this machine is .1, the others are .11 on."""
    subnet = f"10.231.{number}"
    return Network(f"twb{number}", f"{subnet}.1", {name: f"{subnet}.{at}" for at, name in enumerate(machines, 11)})


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def _try(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=False)
