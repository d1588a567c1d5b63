"""A real Mosquitto behind TLS, with certificates, users and rules as Tailwatch writes them."""

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from tailings.facility import parse
from tailwatch import ports, provisioning
from tailwatch.pki import Authority
from tailwatch.servers.broker import TlsListener
from tests.servers import Broker
from wire import topics

LISTENS = '[agents.gw1]\nlistens = ["application/7/device/+/event/up"]'
VALE_TEXT = (Path(__file__).parents[2] / "data" / "vale.toml").read_text().replace("[agents.gw1]", LISTENS, 1)
VALE = parse(VALE_TEXT)
ROSA = [topics.node_rights("rosa", "n01"), *topics.agent_rights("rosa", "gw1", ["n01"])]
WATCHER = topics.Rights("watcher", None, (), ("tw/#",), ())
RIGHTS = {one.user: one for one in [topics.centre_rights(), *provisioning.rights_of(VALE), *ROSA, WATCHER]}
STRANGERS = ("vale/n01", "vale/n02", "vale/n03", "vale/n05", "vale/n06", "vale/n08")
"""Nodes that the facility names and that were not provisioned."""
USERS = {user: f"password of {user}" for user in RIGHTS if user not in STRANGERS}

NUMBERS = itertools.count()
WAIT_S = 60.0
DONE = "tw/1/vale/n07/state"
"""Published last by the very user: when it is there, everything before it was delivered or never will be."""


class Door(NamedTuple):
    """A broker with TLS, and its authority."""

    broker: Broker
    authority: Authority
    port: int


def open_door(folder: Path, issued_at: datetime, hosts: tuple[str, ...] = ("localhost", "127.0.0.1")) -> Door:
    """Start a broker whose certificate was issued then."""
    authority = Authority(folder / "pki")
    authority.make("test", datetime.now(UTC) - timedelta(days=1000))
    certificate = authority.issue("broker", hosts, issued_at)
    tls = TlsListener(
        ports.free_port(), certificate, certificate.with_suffix(".key"), authority.certificate_file, "127.0.0.1"
    )
    broker = Broker.start(folder / "broker", USERS, RIGHTS.values(), tls=tls)
    return Door(broker, authority, tls.port)


class Device:
    """A client over TLS that remembers what it was given and whether it got in."""

    def __init__(
        self,
        door: Door,
        user: str | None,
        password: str | None = None,
        will: str | None = None,
        *,
        client_id: str | None = None,
        clean: bool = True,
    ) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.answer: ReasonCode | None = None
        self.granted: list[bool] = []
        self.is_cut = threading.Event()
        self._answered, self._subscribed = threading.Event(), threading.Event()
        if client_id is None:
            client_id = (RIGHTS[user].client_id if user in RIGHTS else None) or f"{user} {next(NUMBERS)}"
        self.paho = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, clean_session=clean, reconnect_on_failure=False)
        self.paho.tls_set(ca_certs=str(door.authority.certificate_file))
        if user is not None:
            self.paho.username_pw_set(user, password or f"password of {user}")
        if will is not None:
            self.paho.will_set(will, b"forged", 1, retain=True)
        self.paho.on_connect = self._on_connect
        self.paho.on_subscribe = self._on_subscribe
        self.paho.on_disconnect = lambda *_: self.is_cut.set()
        self.paho.on_message = lambda _, __, message: self.got.append((message.topic, bytes(message.payload)))
        self.paho.connect("localhost", door.port)
        self.paho.loop_start()
        assert self._answered.wait(WAIT_S)

    def _on_connect(self, client: object, data: object, flags: object, reason: ReasonCode, more: object) -> None:
        self.answer = reason
        self._answered.set()

    def publish(self, topic: str, payload: bytes = b"forged", retain: bool = False) -> None:
        self.paho.publish(topic, payload, 1, retain).wait_for_publish(WAIT_S)

    def _on_subscribe(self, client: object, data: object, mid: int, codes: list[ReasonCode], more: object) -> None:
        self.granted = [not code.is_failure for code in codes]
        self._subscribed.set()

    def subscribe(self, *topics: str) -> list[bool]:
        """Subscribe, and say which of them the broker grants."""
        self._subscribed.clear()
        self.paho.subscribe([(topic, 1) for topic in topics])
        assert self._subscribed.wait(WAIT_S)
        return self.granted

    def wait_for(self, topic: str, payload: bytes) -> None:
        deadline_s = time.monotonic() + WAIT_S
        while (topic, payload) not in self.got:
            assert time.monotonic() < deadline_s, self.got
            time.sleep(0.01)

    def leave(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()

    def vanish(self) -> None:
        """Cut the line without a goodbye: the broker publishes the will."""
        line = self.paho.socket()
        assert line is not None
        self.paho.loop_stop()
        line.close()
