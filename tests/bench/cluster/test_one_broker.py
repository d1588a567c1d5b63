"""A cluster that has one broker: whether the count sees a loss, and the way back to one machine."""

from collections.abc import Iterator

import pytest

import edge_agent
from bench.cluster import rounds
from bench.cluster.trial import CENTRE, Trial
from tailwatch.ports import is_listening
from tailwatch.process import Process
from tests.bench.cluster.running import commands, running

pytestmark = [pytest.mark.foreign, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Trial]:
    """A cluster of one broker."""
    with running(("a",)) as made:
        yield made


def test_the_count_sees_what_an_ingest_loses_that_acknowledges_too_early(cluster: Trial) -> None:
    """The control: killed between its ack and its commit, it has lost what it acknowledged."""
    sent, lost = rounds.control(cluster)

    assert 0 < lost < sent


def test_the_way_back_to_one_machine_loses_nothing(cluster: Trial) -> None:
    """The last test here: by the commands of the page, while agents go on; what had no ack of the brokers is stored."""
    issue, up, provision = commands("Back to one machine")
    address = cluster.network.address
    cluster.settle()
    _, lost_before, _ = cluster.count()
    cluster.resume()
    cluster.until(lambda: any(one.unacked for one in cluster.agents), "something is on its way")
    cluster.end_cluster()
    cluster.do(CENTRE, issue, {"10.0.0.1": address})
    with (cluster.folder / "one.log").open("wb") as log:
        one_machine = Process(cluster.command(CENTRE, up, {"10.0.0.1": address}), log)
        try:
            cluster.until(lambda: is_listening(8883, address), "the one broker listens")
            for agent in cluster.agents:
                out = cluster.folder / f"one-{agent.agent}"
                cluster.do(CENTRE, provision, {"10.0.0.1": address, "gw1": agent.agent, "gateway": str(out)})
                agent.go_to(edge_agent.load(out / "edge_agent.toml").uplink)
            cluster.settle()
            _, lost, twice = cluster.count()
        finally:
            one_machine.stop()

    assert (lost - lost_before, twice) == (0, 0)
