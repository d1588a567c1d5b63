"""Brokers and databases from one cluster file: a machine that has one of each is lost, and both halves go on."""

import os
import tempfile
from pathlib import Path

import pytest

from bench.cluster import rounds
from bench.cluster.network import NoNamespaces, network
from bench.cluster.trial import BROKERS, trial

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(900)]


def test_a_machine_with_a_broker_and_a_database_is_killed() -> None:
    """Both at once, with -9, while four agents send; it is switched on again, and each reading is there once."""
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    subnet = f"10.{os.getpid() // 200 % 200 + 20}.{os.getpid() % 200 + 20}"
    with tempfile.TemporaryDirectory(prefix="tailwatch-cluster-") as name:
        Path(name).chmod(0o711)
        try:
            with (
                network("twh", subnet, BROKERS) as made,
                trial(made, Path(name), has_databases=True, workers=1) as cluster,
            ):
                found = rounds.run(cluster, 1, kinds=("machine",))
                cluster.until(cluster.is_whole, "both halves are whole again")
        except NoNamespaces:
            pytest.skip("not even root may make network namespaces here")

    assert (found.lost, found.twice, found.has_newest) == (0, 0, True), found
    assert found.sent > 0
