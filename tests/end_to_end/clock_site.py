"""A site whose gateway has a clock of its own that a test sets wrong, with a relay, a plan and somebody who is told."""

import itertools
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tailwatch.servers.database import ADMIN
from tailwatch.supervise import SitePart
from tests.api import people
from tests.api.people import bearer
from tests.edge_agent.world import pack_bytes
from tests.end_to_end.running_site import AGENT, AGENT_SETTINGS, VALE, RunningSite, put_settings
from tests.fake_clock import FakeClock
from tests.outside import Outside
from tests.servers import server_folder
from wire import topics

POND_PLAN = """
[tarp.overtopping]
failure_mode = "overtopping"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
lowered_by = "Engineer of Record"
[[tarp.overtopping.levels]]
level = "yellow"
when = { datastream = "n01:pond.level", test = "above", value = 337.5, hysteresis = 0.2 }
actions = [{ who = "operator", what = "inspect the beach", within_h = 4.0 }]
[[tarp.overtopping.levels]]
level = "orange"
when = { datastream = "n01:pond.level", test = "above", value = 338.5, hysteresis = 0.2 }
actions = [{ who = "operator", what = "stop the inflow", within_h = 1.0 }]
"""
EPOCHS = itertools.count(0x0C10C000)


class Node:
    """One node at the site's broker, whose packs a test writes; each `boot` is an epoch of its own."""

    def __init__(self, site: "ClockSite", name: str) -> None:
        self.name, self.seq, self.epoch = name, -1, f"{next(EPOCHS):08x}"
        self.replies: list[dict[str, int]] = []
        access = site.site.access(topics.user_of_node("vale", name))
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=access.user)
        self.client.username_pw_set(access.user, access.password_file.read_text())
        self.client.on_connect = lambda client, *_: client.subscribe(topics.time_reply("vale", name), 1)
        self.client.on_message = lambda _, __, message: self.replies.append(json.loads(message.payload))
        self.client.connect(access.host, access.port)
        self.client.loop_start()

    def send(self, time_s: float, **readings: float) -> None:
        """Publish one pack of this time; `pond__level=337.0` is the datastream pond.level."""
        self.seq += 1
        named: dict[str, float | str] = {name.replace("__", "."): value for name, value in readings.items()}
        payload = pack_bytes(self.seq, named, self.name, epoch=self.epoch, time_s=round(time_s))
        self.client.publish(topics.obs("vale", self.name), payload, 1).wait_for_publish(30)

    def ask_time(self, nonce: int) -> None:
        """Ask the gateway for the time."""
        request = json.dumps({"nonce": nonce}).encode()
        self.client.publish(topics.time("vale", self.name), request, 0).wait_for_publish(30)

    def close(self) -> None:
        """Leave the broker."""
        self.client.disconnect()
        self.client.loop_stop()


class ClockSite(RunningSite):
    """The parts of `tailwatch up`; only the agent's time of day is `clock`. `agent` and `ingest` are more settings."""

    outside: Outside
    ingest_settings: Mapping[str, str] = {}
    outputs = ""

    def _open(self) -> None:
        self.clock = FakeClock(self.folder)
        outputs = self.folder / "outputs"
        outputs.mkdir(exist_ok=True)
        outputs.chmod(0o777)  # the agent may be another user than who runs the tests
        self.relay = outputs / "relay"
        super()._open()

    def _changed(self, part: SitePart) -> SitePart:
        if part.name == "ingest":
            put_settings(part, self.ingest_settings)
        if part.name != AGENT:
            return part
        put_settings(part, self.agent_settings, self.outputs.replace("RELAY", str(self.relay)))
        # By env(1), not for setpriv too: what libfaketime shares it would make as root, and the agent not be let to it.
        changed = ["/usr/bin/env", *(f"{name}={value}" for name, value in self.clock.environment.items())]
        command = msgspec.structs.replace(part.command, argv=(*changed, *part.command.argv))
        return msgspec.structs.replace(part, command=command)

    @contextmanager
    def node(self, name: str) -> Iterator[Node]:
        """A node for the block."""
        made = Node(self, name)
        try:
            yield made
        finally:
            made.close()

    def key(self) -> str:
        """A key of an administrator of the facility."""
        return people.add_key(self.site.database.conninfo(ADMIN), "admin", "approve", "annotate", "read")

    def ask(self, kind: str, body: dict[str, object], key: str) -> dict[str, Any]:
        """Ask by the api and wait until ingest has carried it out; return the outcome."""
        command = {"kind": kind, "facility": "vale", "body": body}
        with httpx.Client(base_url=self.site.api_url, headers=bearer(key), timeout=60) as client:
            asked = client.post("/api/v1/commands", json=command)
            assert asked.status_code == 202, asked.text
            place = asked.headers["location"]
            self.until(lambda: client.get(place).json()["state"] not in ("issued", "running"), f"{kind} is over")
            answer: dict[str, Any] = client.get(place).json()
        assert answer["state"] == "done", answer
        outcome: dict[str, Any] = answer["outcome"]
        return outcome

    def called(self, words: str, within_s: float = 90) -> None:
        """Wait until a notification with these words has gone out."""
        self.until(lambda: any(words in one for one in self.outside.subjects()), f"{words!r} is told", within_s)

    def agent_state(self) -> dict[str, Any]:
        """What the agent says of itself, in its state folder."""
        file = self.state.folder / "agents" / AGENT / "state.json"
        found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        return found


@contextmanager
def clock_site(
    agent: Mapping[str, str], ingest: Mapping[str, str], outputs: str, more: str = POND_PLAN
) -> Iterator[ClockSite]:
    """A running site with these settings, with recipients of both families, ended afterwards."""
    with server_folder(is_durable=False) as folder, Outside() as outside:
        file = folder / VALE.name
        file.write_text(VALE.read_text() + more)
        ClockSite.agent_settings, ClockSite.outputs = AGENT_SETTINGS | dict(agent), outputs
        address = f"http://127.0.0.1:{outside.port}/ping"
        ClockSite.ingest_settings = {
            "notification_hosts": '["127.0.0.1"]',
            **{name: value.replace("OUTSIDE", address) for name, value in ingest.items()},
        }
        site = ClockSite(folder, file)
        site.outside = outside
        try:
            site.start()
            key = site.key()
            for family in ("dam", "maintenance"):
                body = {"name": family, "address": f"json://127.0.0.1:{outside.port}", "family": family}
                site.ask("set-recipient", body, key)
            yield site
        finally:
            site.end()


def now_s() -> float:
    """The true time."""
    return time.time()
