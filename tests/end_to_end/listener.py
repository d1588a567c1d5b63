"""A listener at the broker of a running site, with the rights of ingest."""

import json
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.end_to_end.running_site import RunningSite
from wire import topics


class Listener:
    """What the agent and the node say of themselves at the broker, as ingest hears it."""

    def __init__(self, site: RunningSite) -> None:
        self.heard: dict[str, dict[str, Any]] = {}
        access = site.site.access(topics.CENTRE_USER)
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="listener", protocol=mqtt.MQTTv5)
        self.client.username_pw_set(access.user, access.password_file.read_text().strip())
        self.client.on_connect = lambda client, *_: client.subscribe(topics.agent_state("vale", "gw1"), 1)
        self.client.on_message = self._hear
        self.client.connect(access.host, access.port)
        self.client.loop_start()

    def _hear(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        self.heard[message.topic] = json.loads(message.payload)

    def state(self, part: str) -> dict[str, Any]:
        """A part of the agent's newest state: configuration, backlog, alarms ..."""
        found: dict[str, Any] = self.heard.get(topics.agent_state("vale", "gw1"), {}).get(part, {})
        return found

    def configuration(self) -> dict[str, Any]:
        """Version, hash and refusal that the agent reports."""
        return self.state("configuration")

    def alarm(self) -> dict[str, Any]:
        """How the plan `charge` stands at the agent."""
        found: dict[str, Any] = self.state("alarms").get("charge", {})
        return found

    def forget(self) -> None:
        """What comes from now on is news."""
        self.heard.clear()

    def publish(self, text: str) -> None:
        """Give the agent a facility file as a centre of another version might, past the checks of this one."""
        self.client.publish(topics.agent_config("vale", "gw1"), text, 1, True).wait_for_publish(10)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
