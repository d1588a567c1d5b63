"""Faults of a real cluster in network namespaces: what agents sent stands once, when brokers and workers are killed.

Freezes and cuts are of the benchmark alone: a cut after a freeze does not always heal (limits in
docs/operating/cluster.md).
One cluster serves all tests of this file, in their order: each leaves it whole.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.cluster import rounds
from bench.cluster.network import NoNamespaces, network
from bench.cluster.trial import BROKERS, Trial, trial
from tests.bench.cluster.operating import commands, run_on

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(1500)]
HASTY = "bench.cluster.hasty"
STILL_S = 10.0
"""Several times what the hasty ingest waits before it stores."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Trial]:
    """A cluster of three brokers, in a folder that their user reaches."""
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    subnet = f"10.{os.getpid() // 200 % 200 + 20}.{os.getpid() % 200 + 20}"
    with tempfile.TemporaryDirectory(prefix="tailwatch-cluster-") as name:
        Path(name).chmod(0o711)
        try:
            with network("twt", subnet, BROKERS) as made, trial(made, Path(name)) as running:
                yield running
        except NoNamespaces:
            pytest.skip("not even root may make network namespaces here")


def test_kills_lose_nothing(cluster: Trial) -> None:
    """A broker, a worker and another broker are killed with -9 while four agents send."""
    kinds = ("kill", "worker", "kill")
    found = rounds.run(cluster, len(kinds), kinds=kinds)

    assert tuple(one.kind for one in found.rounds) == kinds
    assert (found.lost, found.twice, found.has_newest) == (0, 0, True), found
    assert found.sent > 0


def test_an_empty_broker_takes_the_place_of_a_dead_one(cluster: Trial) -> None:
    """By the commands of the page: the others forget it, it joins, holds each queue, and nothing was lost meanwhile."""
    cluster.until(cluster.is_whole, "the cluster is whole before")
    cluster.switch_off("b")
    shutil.rmtree(cluster.folder / "b")
    for command in commands("A machine that is dead"):
        run_on(cluster, "a", command)
    cluster.copy_shared("b")
    cluster.switch_on("b")
    cluster.until(cluster.is_whole, "the empty machine holds every queue")
    newest = cluster.configure()
    cluster.until(lambda: all(one.version_hash == newest for one in cluster.agents), "all have the configuration")
    cluster.settle()
    _, lost, twice = cluster.count()
    cluster.resume()

    assert (lost, twice) == (0, 0)


def test_an_ingest_that_answers_too_early_is_found(cluster: Trial) -> None:
    """The control: it says that it holds what it has not stored, its worker dies, and the same count finds the loss."""
    before = count_at_rest(cluster)
    cluster.run_ingest(HASTY)
    rounds.run(cluster, 2, kinds=("worker",))
    cluster.run_ingest("ingest")

    assert before == 0
    assert count_at_rest(cluster) > 0


def count_at_rest(cluster: Trial) -> int:
    """How many readings are lost, once nothing more is being stored."""
    cluster.settle()
    lost, since_s = cluster.count()[1], time.monotonic()
    while time.monotonic() - since_s < STILL_S:
        cluster.supervisor.poll()
        time.sleep(1.0)
        if (now := cluster.count()[1]) != lost:
            lost, since_s = now, time.monotonic()
    cluster.resume()
    return lost
