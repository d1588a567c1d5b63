"""One MQTT 5 connection that keeps itself up, never queues while it is down, and acknowledges only what it still holds.

paho reads in a thread of its own and calls `receive` there; everything else is called by the worker. A message id of
an old connection may be another message on the next one, so each acknowledgement carries the connection it came by.
"""

import random
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.inbox import MAX_GROUP
from edge_agent.values import Acknowledge
from runtime.log import Log
from runtime.secrets import read_secret
from runtime.settings import BadSettings, Endpoint
from wire.trouble import needs_person, sentence

KEEPALIVE_S: Final = 20
CONNECT_TIMEOUT_S: Final = 4.0  # a satellite line may need 3 s; shorter than the 5 s within which the program must end
# Half of it is the least wait: ingest is back after 1 s. What reaches a broker that forgot its sessions before that is
# dropped there, and comes again only when our patience ends.
RECONNECT_LEAST_S: Final = 2.0
RECONNECT_MOST_S: Final = 30.0
MAX_DOUBLINGS: Final = 4
# Unacknowledged messages the broker may hand us: a group in work and the next one, for we hold them all in memory; the
# broker's own default of 20 slows a drain.
RECEIVE_MAXIMUM: Final = 2 * MAX_GROUP
SESSION_EXPIRY_S: Final = 0xFFFFFFFF  # never: a gateway may be without power for weeks
IN_FLIGHT: Final = 16  # below the 20 that Mosquitto takes from one client before it calls it a protocol error


class Message(msgspec.Struct, frozen=True):
    """A message as it came; call `acknowledge` when the next room has it on disk."""

    topic: str
    payload: bytes
    content_type: str
    acknowledge: Acknowledge
    is_retained: bool = False


Receive = Callable[[Message], None]


class Will(msgspec.Struct, frozen=True):
    """What the broker publishes, retained, when this connection is lost."""

    topic: str
    payload: bytes


class Standing(msgspec.Struct, frozen=True):
    """Whether a link is up, since when [Unix ms], and what keeps it down."""

    is_up: bool
    since_ms: int
    trouble: str = ""


class Link:
    """A connection to one broker; `receive` of each subscription runs in paho's thread and may block it."""

    def __init__(self, name: str, endpoint: Endpoint, client_id: str, log: Log, will: Will | None = None) -> None:
        self.name = name
        self.sessions = 0  # connections whose subscriptions are confirmed; a new number means: publish what is retained
        self.is_session_kept = False  # the broker remembered us at the last connect
        self._is_ready = False
        self._standing = Standing(False, _now_ms())
        self._failures = 0
        self._connection = 0
        self._lock = threading.Lock()
        self._log = log
        self._endpoint = endpoint
        self._subscriptions: dict[str, tuple[int, Receive]] = {}
        self._client = client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True
        )
        client.username_pw_set(endpoint.user, read_secret(endpoint.password_file))
        if endpoint.ca_file is not None:
            _trust(client, endpoint.ca_file)
        if will is not None:
            client.will_set(will.topic, will.payload, qos=1, retain=True)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(IN_FLIGHT)
        client.on_socket_open = _without_delay
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message

    def subscribe(self, topic: str, qos: int, receive: Receive) -> None:
        """Subscribe to a topic, or a filter with + and #, at every connect; call before `start`."""
        self._subscriptions[topic] = (qos, receive)

    def start(self) -> None:
        """Connect in the background and stay connected until `close`."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it so
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        host, port = self._endpoint.host, self._endpoint.port
        self._client.connect_async(host, port, KEEPALIVE_S, clean_start=False, properties=properties)
        self._client.loop_start()

    def close(self) -> None:
        """Say goodbye and stop the network thread."""
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def is_ready(self) -> bool:
        """Connected, and every subscription is in place."""
        return self._is_ready

    @property
    def standing(self) -> Standing:
        """How the link is, for the state document."""
        return self._standing

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool = False) -> bool:
        """Hand one message to paho; False (and nothing is queued) while the link is not ready."""
        if not self._is_ready:
            return False
        return self._client.publish(topic, payload, qos, retain).rc == mqtt.MQTT_ERR_SUCCESS

    def _acknowledge(self, connection: int, mid: int, qos: int) -> None:
        with self._lock:
            if connection == self._connection:
                self._client.ack(mid, qos)

    def _on_connect(
        self, _client: mqtt.Client, _data: Any, flags: mqtt.ConnectFlags, reason: ReasonCode, _props: Any
    ) -> None:
        if reason.is_failure:
            self._log("ERROR", "connection-refused", link=self.name, reason=reason, user=self._endpoint.user)
            self._stand(False, f"the broker refuses {self._endpoint.user}: {reason}")
            return
        self.is_session_kept = flags.session_present
        self._failures = 0
        if not self._subscriptions:
            self._become_ready()
            return
        self._client.subscribe([(topic, qos) for topic, (qos, _) in self._subscriptions.items()])

    def _on_subscribe(self, _client: mqtt.Client, _data: Any, _mid: int, codes: list[ReasonCode], _props: Any) -> None:
        refused = [t for t, code in zip(self._subscriptions, codes, strict=False) if code.is_failure]
        if refused:
            self._log("ERROR", "subscription-refused", link=self.name, topics=",".join(refused))
        self._become_ready()

    def _become_ready(self) -> None:
        # Only now: paho's own repeats left before the SUBACK, so a mark published from here on is the last word.
        self._is_ready = True
        self._stand(True)
        self.sessions += 1
        self._log("INFO", "connected", link=self.name, session_kept=self.is_session_kept)

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _props: Any) -> None:
        with self._lock:
            self._connection += 1
            self._is_ready = False
        self._stand(False, self._standing.trouble)
        self._wait_longer()
        if reason.is_failure:
            self._log("WARNING", "link-down", link=self.name, reason=reason)

    def _on_connect_fail(self, _client: mqtt.Client, _data: Any) -> None:
        """paho calls this while it handles the exception that it does not pass on."""
        error = sys.exception()
        trouble = sentence(error, self._endpoint.host, self._endpoint.port, self._endpoint.ca_file)
        if trouble != self._standing.trouble:
            self._log("ERROR" if needs_person(error) else "WARNING", "cannot-connect", link=self.name, why=trouble)
        self._stand(False, trouble)
        self._wait_longer()

    def _stand(self, is_up: bool, trouble: str = "") -> None:
        since_ms = self._standing.since_ms if is_up == self._standing.is_up else _now_ms()
        self._standing = Standing(is_up, since_ms, trouble)

    def _wait_longer(self) -> None:
        """Set the time until the next attempt; when a broker is back, not all gateways must come at one instant."""
        delay_s = waiting_s(self._failures, random.random())
        self._failures += 1
        self._client.reconnect_delay_set(delay_s, delay_s)  # type: ignore[arg-type]  # paho adds it to a time

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        acknowledge = partial(self._acknowledge, self._connection, message.mid, message.qos)
        receive = self._receive_of(message.topic)
        if receive is None:
            acknowledge()
            return
        content_type = getattr(message.properties, "ContentType", "") if message.properties else ""
        receive(Message(message.topic, bytes(message.payload), content_type, acknowledge, message.retain))

    def _receive_of(self, topic: str) -> Receive | None:
        exact = self._subscriptions.get(topic)
        if exact is not None:
            return exact[1]
        matching = (got for wanted, (_, got) in self._subscriptions.items() if mqtt.topic_matches_sub(wanted, topic))
        return next(matching, None)


def waiting_s(failures: int, chance: float) -> float:
    """Seconds before the next attempt after so many failures in a row; `chance` in [0, 1) spreads it over its half."""
    longest_s = min(RECONNECT_LEAST_S * 2.0 ** min(failures, MAX_DOUBLINGS), RECONNECT_MOST_S)
    return longest_s * (1 + chance) / 2


def _trust(client: mqtt.Client, authority: Path) -> None:
    try:
        client.tls_set(ca_certs=str(authority), cert_reqs=ssl.CERT_REQUIRED)
    except OSError as error:
        raise BadSettings(authority, f"ca_file cannot be used: {error}") from error


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _without_delay(_client: mqtt.Client, _data: Any, opened: Any) -> None:
    """Nagle's algorithm and delayed acknowledgements together cost 40 ms a mark."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
