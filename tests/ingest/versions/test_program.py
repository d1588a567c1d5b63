"""The program publishes the stored facility file: an agent that connects finds it retained."""

from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.ingest.conftest import VALE
from tests.ingest.site import PASSWORD, Site
from tests.ingest.waiting import until
from tests.tailings.tarp.plans import OVERTOPPING
from wire import topics


def test_an_agent_finds_the_stored_file(site: Site) -> None:
    """The retained message on `_edge/gw1/config` is the file, byte for byte."""
    site.start()
    user = topics.user_of_agent("vale", "gw1")
    found: list[mqtt.MQTTMessage] = []

    def take(_: object, __: object, message: mqtt.MQTTMessage) -> None:
        found.append(message)

    client_id, _, _ = topics.client_ids_of_agent("vale", "gw1")
    listener = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, protocol=mqtt.MQTTv5)
    listener.username_pw_set(user, PASSWORD)
    listener.on_connect = lambda connected, *_: connected.subscribe(topics.agent_config("vale", "gw1"), qos=1)
    listener.on_message = take
    listener.connect("127.0.0.1", site.broker.port)
    listener.loop_start()
    until(lambda: bool(found))
    listener.disconnect()
    listener.loop_stop()
    assert bytes(found[0].payload) == VALE.read_bytes()


@pytest.mark.case("4", "ingest that starts with such a file says so, keeps the stored version and goes on")
def test_a_file_with_a_level_out_of_reach_is_not_taken_in_at_the_start(site: Site, tmp_path: Path) -> None:
    """The log has line, number and what stands in the way; the process is subscribed, and version 1 is in force."""
    site.start()
    site.facility = tmp_path / "vale.toml"
    text = VALE.read_text().replace("version = 1\n", "version = 2\n", 1) + OVERTOPPING
    site.facility.write_text(text.replace("value = 340.5", "value = 341.5"))
    site.start("ingest-2")

    log = site.log("ingest-2")
    assert "ERROR ingest facility-refused" in log
    assert "red needs n01:pond.level above 341.5 m, and the highest value that passes is 341 m." in log
    assert site.query("SELECT version FROM facility") == [(1,)]
