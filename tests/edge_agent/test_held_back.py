"""A node of a later release at a gateway: its packs wait with it until the gateway is upgraded."""

import time

from edge_agent.buffer.store import BUFFER_FILE
from edge_agent.report.status_report import read_sheet
from edge_agent.report.status_report_text import sheet_text
from tests.edge_agent.world import EPOCH, World, pack_bytes, wait_until
from wire import acks, topics

ACK, OTHER_ACK = topics.ack("vale", "n07"), topics.ack("vale", "n02")


def later(seq: int) -> bytes:
    return pack_bytes(seq, {"vw1.frequency": 2831.4}).replace(b'"vs":"9f3a01bc"', b'"vs":"9f3a01bc","p":3', 1)


def test_packs_of_a_later_node_wait_until_the_gateway_is_upgraded(world: World) -> None:
    """None is acknowledged, stored or in quarantine, the gateway says why, another node goes on; then all arrive."""
    node, other, centre = world.node(), world.node("n02"), world.centre()
    node.subscribe(ACK)
    other.subscribe(OTHER_ACK)
    with world.agent():
        for seq in range(3):
            node.publish(topics.obs("vale", "n07"), later(seq))
        other.publish(topics.obs("vale", "n02"), pack_bytes(0, {"vw1.frequency": 2831.4}, "n02"))
        wait_until(lambda: other.on(OTHER_ACK), "the other node's ack")
        wait_until(
            lambda: b'"held_back":{"node n07"' in (world.settings.state_dir / "state.json").read_bytes(), "state"
        )
        sheet = sheet_text(read_sheet(world.settings, time.time_ns() // 1_000_000, world.log))

        assert node.on(ACK) == [] and not any(name == "n07" for name, _, _ in centre.packs())
        assert all(not one.quarantine for one in centre.batches.values())
        assert "node n07 speaks protocol 3, this release understands 1 to 2: upgrade the gateway; 3 packs in" in sheet
    assert (world.settings.state_dir / BUFFER_FILE).exists()
    with world.agent(protocol=3):
        for seq in range(3):
            node.publish(topics.obs("vale", "n07"), later(seq))
        wait_until(lambda: node.on(ACK) and acks.decode(node.on(ACK)[-1]) == (EPOCH, 2), "the ack of the last pack")
        wait_until(lambda: {seq for name, _, seq in centre.packs() if name == "n07"} == {0, 1, 2}, "all packs")
    for client in (node, other, centre):
        client.close()
