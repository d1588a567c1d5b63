"""The program publishes the stored facility file: an agent that connects finds it retained."""

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.ingest.conftest import VALE
from tests.ingest.site import PASSWORD, Site
from tests.ingest.waiting import until
from wire import topics


def test_an_agent_finds_the_stored_file(site: Site) -> None:
    """The retained message on `_edge/gw1/config` is the file, byte for byte."""
    site.start()
    user = topics.user_of_agent("vale", "gw1")
    found: list[mqtt.MQTTMessage] = []

    def take(_: object, __: object, message: mqtt.MQTTMessage) -> None:
        found.append(message)

    listener = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="listener", protocol=mqtt.MQTTv5)
    listener.username_pw_set(user, PASSWORD)
    listener.on_connect = lambda connected, *_: connected.subscribe(topics.agent_config("vale", "gw1"), qos=1)
    listener.on_message = take
    listener.connect("127.0.0.1", site.broker.port)
    listener.loop_start()
    until(lambda: bool(found))
    listener.disconnect()
    listener.loop_stop()
    assert bytes(found[0].payload) == VALE.read_bytes()
