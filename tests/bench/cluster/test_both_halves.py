"""Brokers and databases from one cluster file: a machine that has one of each is lost, and both halves go on."""

import pytest

from bench.cluster import rounds
from tests.bench.cluster.running import running

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(900)]


def test_a_machine_with_a_broker_and_a_database_is_killed() -> None:
    """Both at once, with -9, while four agents send; it is switched on again, and each reading is there once."""
    with running(workers=1, has_databases=True) as cluster:
        found = rounds.run(cluster, 1, kinds=("machine",))
        cluster.until(cluster.is_whole, "both halves are whole again")

    assert (found.lost, found.twice, found.has_newest) == (0, 0, True), found
    assert found.sent > 0
