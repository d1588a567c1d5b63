"""One MQTT 5 connection that keeps itself up, never queues while it is down, and acknowledges only what it still holds.

A link is ready when the broker has granted each subscription that is needed. What is refused is told once and asked for
again on the same connection, after growing pauses: a broker does not say when its access list has changed, and what it
grants goes on meanwhile. paho reads in a thread of its own and calls `receive` there; everything else is called by the
worker. A message id of an old connection may be another message on the next one, so each acknowledgement carries the
connection it came by.

Where the endpoint has several hosts, a link begins with one by chance (so that not all are at the first), and goes to
the next one when a connection ends or does not come about. A connection may stand and carry nothing that it should, as
to a broker that the others of its cluster went on without: `leave` is for who sees that.
"""

import os
import random
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from runtime.backoff import Backoff
from runtime.connection_error import needs_person, refusal, sentence
from runtime.link_state import LinkState
from runtime.log import Level, Log
from runtime.secrets import read_secret
from runtime.settings import BadSettings, Endpoint

CONNECT_TIMEOUT_S: Final = 4.0  # a satellite line may need 3 s; shorter than the 5 s within which the program must end
NEVER_S: Final = 0xFFFFFFFF
TAKEN_OVER: Final = 0x8E  # MQTT 5.0, 3.14.2.1: session taken over
KEEPALIVE_S: Final = 10
"""With another host to go to. A host that is silent is left after twice that at the latest."""
IN_FLIGHT: Final = 16  # below the 20 that Mosquitto takes from one client before it calls it a protocol error


class Terms(msgspec.Struct, frozen=True):
    """What a program asks of its broker.

    `receive_maximum`: unacknowledged messages that the broker may hand us, for we hold them all in memory.
    `session_expiry_s`: how long it keeps what comes while we are away; without end, for a gateway may be without power
    for weeks. `least_wait_s`: the longest first pause before connecting again; half of it is the least.
    """

    receive_maximum: int = 256
    session_expiry_s: int = NEVER_S
    keepalive_s: int = 20
    least_wait_s: float = 2.0


USUAL: Final = Terms()


class Message(msgspec.Struct, frozen=True):
    """A message as it came; call `acknowledge` when the next room has it on disk."""

    topic: str
    payload: bytes
    content_type: str
    acknowledge: Callable[[], None]
    is_retained: bool = False


Receive = Callable[[Message], None]


class Subscription(msgspec.Struct, frozen=True):
    """A topic, or a filter with + and #. The link is ready without one that is not needed."""

    qos: int
    receive: Receive | None
    is_needed: bool


class Will(msgspec.Struct, frozen=True):
    """What the broker publishes, retained, when this connection is lost."""

    topic: str
    payload: bytes


class Link:
    """A connection to one broker; `receive` of each subscription runs in paho's thread and may block it.

    `client` is our client id, or a paho client of MQTT 5 with acknowledgements by hand, which may hand on what comes by
    itself. `on_ready()` is called in paho's thread each time the link has become ready (again).
    """

    def __init__(
        self,
        name: str,
        endpoint: Endpoint,
        client: str | mqtt.Client,
        log: Log,
        will: Will | None = None,
        *,
        terms: Terms = USUAL,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.sessions = 0  # times that the link became ready; a new number means: publish what is retained
        self.is_session_kept = False  # the broker remembered us at the last connect
        self.connection = 0  # counts connections that ended
        self.taken_over = 0  # times that another program with our client id took the connection
        self._is_ready = False
        self._standing = LinkState(False, _now_ms())
        self._told: dict[str, str] = {}  # the trouble of each host that was logged last
        self._turn = random.randrange(len(endpoint.hosts))
        self._backoff = Backoff(terms.least_wait_s)
        self._lock = threading.Lock()
        self._log, self._endpoint, self._terms, self._on_ready = log, endpoint, terms, on_ready
        self._subscriptions: dict[str, Subscription] = {}
        self._asked: tuple[str, ...] = ()  # topics of the SUBSCRIBE that is under way
        self._next_try = threading.Timer(0, lambda: None)  # not started: nothing is refused
        self._client = client if isinstance(client, mqtt.Client) else _paho(client)
        self._prepare(will)

    def subscribe(self, topic: str, qos: int, receive: Receive | None = None, is_needed: bool = True) -> None:
        """Subscribe to a topic, or a filter with + and #, at every connect from the next one on."""
        self._subscriptions[topic] = Subscription(qos, receive, is_needed)

    def start(self) -> None:
        """Connect in the background and stay connected until `close`."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it so
        properties.ReceiveMaximum = self._terms.receive_maximum
        properties.SessionExpiryInterval = self._terms.session_expiry_s
        keepalive_s = self._terms.keepalive_s
        if self._endpoint.further_hosts:
            keepalive_s = min(keepalive_s, KEEPALIVE_S)
        port = self._endpoint.port
        self._client.connect_async(self.host, port, keepalive_s, clean_start=False, properties=properties)
        self._client.loop_start()

    @property
    def host(self) -> str:
        """The host that we are connected to, or try next."""
        return self._endpoint.hosts[self._turn]

    def close(self) -> None:
        """Say goodbye and stop the network thread."""
        self._client.disconnect()
        self._client.loop_stop()
        self._next_try.cancel()

    def leave(self, why: str) -> bool:
        """Go to the next host, and say why; False, and the line stays, where there is no other or none stands."""
        opened = self._client.socket()
        if not (self._endpoint.further_hosts and self._is_ready) or opened is None:
            return False
        self._log("WARNING", "leaving-host", link=self.name, host=self.host, detail=why, next="the next host")
        # paho's thread, which alone may touch the TLS of its socket, sees the end of the stream.
        with suppress(OSError), socket.socket(fileno=os.dup(opened.fileno())) as same:
            same.shutdown(socket.SHUT_RDWR)
        return True

    @property
    def is_ready(self) -> bool:
        """Connected, and every needed subscription is in place."""
        return self._is_ready

    @property
    def standing(self) -> LinkState:
        """How the link is, for the state document."""
        return self._standing

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool = False) -> bool:
        """Hand one message to paho; False (and nothing is queued) while the link is not ready.

        What waits in paho would be sent after the next connect, and overwrite a newer retained one.
        """
        if not self._is_ready:
            return False
        return self._client.publish(topic, payload, qos, retain).rc == mqtt.MQTT_ERR_SUCCESS

    def acknowledge(self, connection: int, act: Callable[[], object]) -> None:
        """Call `act`, which acknowledges what came by this connection, unless that has ended."""
        with self._lock:
            if connection == self.connection:
                act()

    def _prepare(self, will: Will | None) -> None:
        client, endpoint = self._client, self._endpoint
        client.username_pw_set(endpoint.user, read_secret(endpoint.password_file))
        if endpoint.ca_file is not None:
            _trust(client, endpoint.ca_file)
        if will is not None:
            client.will_set(will.topic, will.payload, qos=1, retain=True)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(IN_FLIGHT)
        client.on_socket_open = _without_delay
        client.on_socket_close = self._on_socket_close
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message

    def _on_connect(
        self, _client: mqtt.Client, _data: Any, flags: mqtt.ConnectFlags, reason: ReasonCode, _props: Any
    ) -> None:
        if reason.is_failure:
            user = self._endpoint.user
            trouble = f"the broker refuses {user}: {reason}"
            self._tell_once("ERROR", "connection-refused", trouble, reason=reason, user=user)
            self._stand(False, trouble)
            return
        self.is_session_kept = flags.session_present
        self._backoff.reset()
        if self._subscriptions:
            self._ask(self.connection, tuple(self._subscriptions))
        else:
            self._become_ready("")

    def _ask(self, connection: int, topics: tuple[str, ...]) -> None:
        with self._lock:
            if connection == self.connection:
                self._asked = topics
                self._client.subscribe([(topic, self._subscriptions[topic].qos) for topic in topics])

    def _on_subscribe(self, _client: mqtt.Client, _data: Any, _mid: int, codes: list[ReasonCode], _props: Any) -> None:
        refused = {topic: str(code) for topic, code in zip(self._asked, codes, strict=False) if code.is_failure}
        trouble = refusal(refused, self._endpoint.user) if refused else ""
        if refused:
            self._tell_once("ERROR", "subscription-refused", trouble)
            self._ask_later(tuple(refused))
        if any(self._subscriptions[topic].is_needed for topic in refused):
            self._stand(False, trouble)
        else:
            self._become_ready(trouble)

    def _ask_later(self, topics: tuple[str, ...]) -> None:
        self._next_try = threading.Timer(self._backoff.next_s(), self._ask, (self.connection, topics))
        self._next_try.daemon = True
        self._next_try.start()

    def _become_ready(self, trouble: str) -> None:
        # Only now: paho's own repeats left before the SUBACK, so a mark published from here on is the last word.
        is_new, self._is_ready = not self._is_ready, True
        self._stand(True, trouble)
        self._told = {self.host: trouble}
        if is_new:
            self.sessions += 1
            self._log("INFO", "connected", link=self.name, session_kept=self.is_session_kept)
            self._on_ready()

    def _on_socket_close(self, _client: mqtt.Client, _data: Any, _closed: Any) -> None:
        with self._lock:
            self.connection += 1
            self._is_ready = False
        self._next_try.cancel()

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _props: Any) -> None:
        was_up = self._standing.is_up
        self._stand(False, "" if was_up else self._standing.trouble)
        self._wait_longer()
        if reason.value == TAKEN_OVER:
            self.taken_over += 1
            if self.taken_over == 1:
                said = "another program connects with this user and client id, and takes the connection"
                self._log("ERROR", "session-taken-over", link=self.name, user=self._endpoint.user, detail=said)
        elif reason.is_failure and was_up:
            self._log("WARNING", "link-down", link=self.name, reason=reason)

    def _on_connect_fail(self, _client: mqtt.Client, _data: Any) -> None:
        """paho calls this while it handles the exception that it does not pass on."""
        error = sys.exception()
        trouble = sentence(error, self.host, self._endpoint.port, self._endpoint.ca_file)
        self._tell_once("ERROR" if needs_person(error) else "WARNING", "cannot-connect", trouble)
        self._stand(False, trouble)
        self._wait_longer()

    def _tell_once(self, level: Level, event: str, trouble: str, **fields: object) -> None:
        if trouble != self._told.get(self.host, ""):
            self._told[self.host] = trouble
            self._log(level, event, link=self.name, **fields, detail=trouble, next="trying again")

    def _stand(self, is_up: bool, trouble: str = "") -> None:
        since_ms = self._standing.since_ms if is_up == self._standing.is_up else _now_ms()
        self._standing = LinkState(is_up, since_ms, trouble)

    def _wait_longer(self) -> None:
        """Set the host and the time of the next attempt; to a broker that is back, not all must come at one instant."""
        delay_s = self._backoff.next_s()
        self._client.reconnect_delay_set(delay_s, delay_s)  # type: ignore[arg-type]  # paho adds it to a time
        if self._endpoint.further_hosts:
            self._turn = (self._turn + 1) % len(self._endpoint.hosts)
            self._client._host = self.host  # paho's own way, connect_async, waits for ever within this callback

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        settle = partial(self._client.ack, message.mid, message.qos)
        acknowledge = partial(self.acknowledge, self.connection, settle)
        receive = self._receive_of(message.topic)
        if receive is None:
            acknowledge()
            return
        content_type = getattr(message.properties, "ContentType", "") if message.properties else ""
        receive(Message(message.topic, bytes(message.payload), content_type, acknowledge, message.retain))

    def _receive_of(self, topic: str) -> Receive | None:
        exact = self._subscriptions.get(topic)
        if exact is not None:
            return exact.receive
        matching = (one.receive for name, one in self._subscriptions.items() if mqtt.topic_matches_sub(name, topic))
        return next(matching, None)


def _paho(client_id: str) -> mqtt.Client:
    return mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5, manual_ack=True)


def _trust(client: mqtt.Client, authority: Path) -> None:
    try:
        client.tls_set(ca_certs=str(authority))
    except OSError as error:
        raise BadSettings(authority, f"ca_file cannot be used: {error}") from error


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _without_delay(_client: mqtt.Client, _data: Any, opened: Any) -> None:
    """Nagle's algorithm and delayed acknowledgements together cost 40 ms a mark."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
