"""Faults of a real cluster in network namespaces: what agents sent stands once, and the cluster is whole again."""

import shutil
from collections.abc import Iterator

import pytest

from bench.cluster import rounds
from bench.cluster.trial import CENTRE, Trial
from tests.bench.cluster.running import commands, running

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Trial]:
    """A cluster of three brokers."""
    with running() as made:
        yield made


def test_kills_lose_nothing(cluster: Trial) -> None:
    """A broker, a worker and another broker are killed with -9 while four agents send."""
    kinds = ("kill", "worker", "kill")
    found = rounds.run(cluster, len(kinds), kinds=kinds)

    assert tuple(one.kind for one in found.rounds) == kinds
    assert (found.lost, found.twice, found.has_newest) == (0, 0, True), found
    assert found.sent > 0


def test_a_cut_as_a_frozen_broker_comes_back_heals(cluster: Trial) -> None:
    """While the one begins anew, the next loses its cable: none has the larger part. All go on by themselves."""
    found = rounds.run(cluster, 1, kinds=("freeze-cut",))
    cluster.until(cluster.is_whole, "the brokers hold every queue again")

    assert (found.lost, found.twice, found.has_newest) == (0, 0, True), found


def test_an_empty_broker_takes_the_place_of_a_dead_one(cluster: Trial) -> None:
    """By the commands of the page: its machine is gone with its data, and an empty one has its address and new keys."""
    forget, issue, prepare = commands("A machine that is dead")
    cluster.switch_off("b")
    shutil.rmtree(cluster.folder / "b")
    instead = {"10.0.0.12": cluster.network.machines["b"]}
    cluster.do("a", forget, instead)
    cluster.do(CENTRE, issue, instead)
    cluster.do(CENTRE, prepare, instead)
    cluster.copy_shared("b")
    cluster.switch_on("b")
    cluster.until(cluster.is_whole, "three brokers hold every queue again")
    newest = cluster.configure()
    cluster.until(lambda: all(one.version_hash == newest for one in cluster.agents), "the newest configuration")

    cluster.settle()
    sent, lost, twice = cluster.count()
    cluster.resume()
    assert (lost, twice) == (0, 0)
    assert sent > 0
