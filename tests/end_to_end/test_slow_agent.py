"""Mosquitto with its default limit of 1,000 queued messages and an agent that stands still: it drops, nobody loses."""

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, Field
from tests.end_to_end.running_site import AGENT, RunningSite
from wire import topics

DEFAULT_LIMIT = 1000
FILLING = 9000
"""More than the limit and the agent's window of unacknowledged messages together."""


def limit_queue(site: RunningSite, messages: int) -> None:
    """Restart the broker with another limit, and wait until the agent is connected again."""
    told = len(site.lines)
    with site.down("broker"):
        site.site.broker.configuration(messages)
    site.until(lambda: site.has_told(told, AGENT, "connected link=site"), "the agent is connected again")


def fill(site: RunningSite, node: str) -> None:
    """Publish a pack again and again under a node's name until the queue of the agent is full."""
    access = site.site.access(topics.user_of_node("vale", node))
    client = mqtt.Client(CallbackAPIVersion.VERSION2, access.user)
    client.username_pw_set(access.user, access.password_file.read_text())
    client.max_inflight_messages_set(1000)
    client.connect(access.host, access.port)
    client.loop_start()
    payload = b'[{"bn":"vale:%s:","bt":1764079200,"n":"epoch","vs":"00000000"},{"n":"seq","v":0},{"n":"kept","v":0}]'
    sent = [client.publish(topics.obs("vale", node), payload % node.encode(), 1) for _ in range(FILLING)]
    sent[-1].wait_for_publish(30)
    assert all(message.is_published() for message in sent)
    client.disconnect()
    client.loop_stop()


def test_packs_dropped_by_the_broker_are_sent_again(site: RunningSite, field: Field) -> None:
    """Every pack was acknowledged by the broker and dropped by it; the node sends from its own outbox again."""
    told = len(site.lines)
    limit_queue(site, DEFAULT_LIMIT)
    try:
        with site.stopped(AGENT):
            fill(site, "n08")
            nodes = [field.start(name, interval_s=0.05, instruments=[BATTERY]) for name in ("n02", "n03")]
            site.until(lambda: all(len(node.made()) >= 40 for node in nodes), "the nodes have sent into a full queue")
        for node in nodes:
            node.finish()
    finally:
        limit_queue(site, 100_000_000)

    for node in nodes:
        assert_delivery(site, node)
    assert site.has_told(told, "broker", "messages are being dropped")
