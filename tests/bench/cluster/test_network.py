"""A network of machines is its own: beside another run, and beside what a killed one has left."""

import json
import socket
import subprocess
from typing import Final

import pytest

from bench.cluster import network as bench_network
from bench.cluster.network import Network, NoNamespaces, network
from tests.bench.cluster.running import skipped_without_namespaces

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster")]

DISCARD: Final = 9
"""A port where nothing listens (RFC 863)."""


def bridges() -> set[str]:
    """The bridges there are."""
    said = subprocess.run(["ip", "-json", "link", "show", "type", "bridge"], capture_output=True, text=True, check=True)
    return {one["ifname"] for one in json.loads(said.stdout or "[]") if one}


def hears(made: Network, machine: str) -> bool:
    """Say whether a machine is reached from this one by its own address: where nothing listens, it refuses."""
    try:
        socket.create_connection((made.machines[machine], DISCARD), timeout=1.0).close()
    except ConnectionRefusedError:
        return True
    except TimeoutError:
        return False
    raise AssertionError("something listens in a namespace where nothing was started")


def test_two_networks_with_machines_of_one_name_stand_side_by_side() -> None:
    """Each has its own bridge, subnet and namespaces; what is cut in one is heard in the other; both are gone after."""
    with skipped_without_namespaces(), network(["a", "b"]) as first, network(["a"]) as second:
        first.cut("a")
        heard = [hears(first, "a"), hears(first, "b"), hears(second, "a")]
        both = {first.tag, second.tag}
        there = bridges()

    assert len(both) == 2
    assert both <= there
    assert heard == [False, True, True]
    assert not both & bridges()


def test_what_a_killed_run_has_left_is_passed_over_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bridge may still carry its machines: another number is taken, and where none is free the sentence says so."""
    with skipped_without_namespaces(), network(["a"]) as left:
        number = int(left.tag.removeprefix("twb"))
        monkeypatch.setattr(bench_network, "NUMBERS", range(number, number + 1))
        with pytest.raises(NoNamespaces, match="1 bridges is taken: remove what killed runs"), network(["a"]):
            pass
        assert hears(left, "a")
