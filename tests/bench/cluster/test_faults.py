"""Faults of a real cluster in network namespaces: what agents sent stands once when brokers and workers are killed."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bench.cluster import rounds
from bench.cluster.network import NoNamespaces, network
from bench.cluster.trial import BROKERS, trial

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(900)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the brokers' user reaches."""
    with tempfile.TemporaryDirectory(prefix="tailwatch-cluster-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def results(folder: Path, count: int, kinds: Sequence[str]) -> rounds.Results:
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    subnet = f"10.{os.getpid() // 200 % 200 + 20}.{os.getpid() % 200 + 20}"
    try:
        with network("twt", subnet, BROKERS) as made, trial(made, folder) as cluster:
            return rounds.run(cluster, count, kinds=kinds)
    except NoNamespaces:
        pytest.skip("not even root may make network namespaces here")


def test_kills_lose_nothing(folder: Path) -> None:
    """Two brokers, one after the other, and a worker are killed with -9 while four agents send."""
    found = results(folder, 3, ("kill", "worker"))

    assert [one.kind for one in found.rounds] == ["kill", "worker", "kill"]
    assert (found.lost, found.twice, found.has_newest) == (0, 0, True), found
    assert found.sent > 0
