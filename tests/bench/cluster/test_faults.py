"""Faults of a real cluster in network namespaces: what agents sent stands once, and the cluster is whole again."""

from collections.abc import Iterator

import pytest

from bench.cluster import rounds
from bench.cluster.trial import Trial
from tests.bench.cluster.running import running

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Trial]:
    """A cluster of three brokers."""
    with running("twt") as made:
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
