"""Who else asks for the share of ingest: real programs on a real broker with the rights of `tailwatch up`."""

import threading

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from ingest.receive.subscribe import SUBSCRIPTION
from tests.ingest.site import FACILITY, PASSWORD, Site
from tests.ingest.test_main import batches, values
from wire import topics


def test_ingest_gets_everything_while_a_gateway_asks_for_its_share(site: Site) -> None:
    """It is refused in the SUBACK; every batch of another gateway is stored and acknowledged."""
    site.start()
    granted: list[ReasonCode] = []
    is_answered = threading.Event()
    got: list[bytes] = []
    client_id, _, _ = topics.client_ids_of_agent(FACILITY, "gw2")
    thief = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, protocol=mqtt.MQTTv5)
    thief.username_pw_set(topics.user_of_agent(FACILITY, "gw2"), PASSWORD)
    thief.on_subscribe = lambda _, __, ___, codes, ____: (granted.extend(codes), is_answered.set())[1]
    thief.on_message = lambda _, __, message: got.append(message.payload)
    thief.on_connect = lambda *_: thief.subscribe(SUBSCRIPTION, 1)
    thief.connect("127.0.0.1", site.broker.port)
    thief.loop_start()
    assert is_answered.wait(60)

    agent = site.agent()
    agent.send(*batches(20))
    agent.wait_for_ack(19)
    thief.disconnect()
    thief.loop_stop()

    assert ([str(code) for code in granted], got) == (["Not authorized"], [])
    assert site.stored() == values(20)
