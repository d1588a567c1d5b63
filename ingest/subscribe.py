"""The broker's side of ingest: MQTT 5, one shared subscription, nothing acknowledged before it is stored.

paho's network thread puts deliveries into the inbox; when that is full the thread waits, the broker's window of
unacknowledged messages (ReceiveMaximum) fills, and the queue grows at the broker and then at the agents, on disk.
"""

import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from ingest.inbox import Inbox
from ingest.packets import Publication
from ingest.reader import Reader
from ingest.settings import Settings
from ingest.values import Delivery
from runtime.log import Level, log_of
from runtime.secrets import read_secret
from runtime.settings import BadSettings
from wire.trouble import needs_person, sentence

tell = log_of(__name__)

SHARE: Final = "$share/ingest/"
SUBSCRIPTION: Final = SHARE + "tw/1/+/_edge/+/batch"
STATES: Final = "tw/1/+/_edge/+/state"
"""Not shared: a shared subscription gets nothing that was retained (MQTT 5.0, 4.8.2). At QoS 0, nothing to settle."""
TIMES: Final = SHARE + "tw/1/+/_edge/+/time"
"""At QoS 0: a question that had to wait would get a wrong answer."""
SUBSCRIPTIONS: Final = ((SUBSCRIPTION, 1), (STATES, 0), (TIMES, 0))
BATCH_LEAF: Final = "/batch"
STATE_LEAF: Final = "/state"
KEEPALIVE_S: Final = 60
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 1, 30


HearState = Callable[[str, bytes, float | None], None]
AnswerTime = Callable[[str, bytes], tuple[str, bytes] | None]


class Subscriber:
    """The connection to the broker. `subscribed()` is called each time the subscription stands (again).

    In paho's thread, `hear_state(topic, payload, when)` gets what agents say of themselves, and when they said it (Unix
    s; None: it was retained), and `answer_time(topic, payload)` gives topic and payload of an answer, or None.
    """

    def __init__(
        self,
        settings: Settings,
        inbox: Inbox,
        subscribed: Callable[[], None],
        hear_state: HearState = lambda topic, payload, heard_s: None,
        answer_time: AnswerTime = lambda topic, payload: None,
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._subscribed = subscribed
        self._hear_state, self._answer_time = hear_state, answer_time
        self._session = 0
        """Counts connections: a packet id of an earlier one may be another message now."""
        self._committed: deque[tuple[int, int]] = deque()
        """Session and packet id of what is committed and not yet acknowledged."""
        self._trouble = ""
        """What keeps the line down, as it was told last."""
        self._is_subscribed = False
        self._pause_s = SHORTEST_PAUSE_S
        self._authority = settings.broker.ca_file
        self._client = self._make_client()

    def start(self) -> None:
        """Connect in the background, again and again until it succeeds."""
        broker = self._settings.broker
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.ReceiveMaximum = self._settings.receive_maximum
        properties.SessionExpiryInterval = self._settings.session_expiry_s
        self._client.connect_async(broker.host, broker.port, KEEPALIVE_S, clean_start=False, properties=properties)
        self._client.loop_start()

    def stop(self) -> None:
        """Leave the broker in order; what is not acknowledged comes again at the next start."""
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def is_connected(self) -> bool:
        """Whether the line to the broker stands, and the broker gives us what we asked for."""
        return self._is_subscribed and self._client.is_connected()

    def settle(self) -> None:
        """Acknowledge all that is committed, in one write: the broker wakes up once and not for each message."""
        committed = [self._committed.popleft() for _ in range(len(self._committed))]
        self._client.acknowledge([number for session, number in committed if number and session == self._session])

    def publish(self, topic: str, payload: bytes) -> bool:
        """Publish retained at QoS 1 and say whether the line stood.

        Never while disconnected: paho would send it after the next connect and overwrite a newer retained one.
        """
        if not self._client.is_connected():
            return False
        return self._client.publish(topic, payload, qos=1, retain=True).rc == mqtt.MQTT_ERR_SUCCESS

    def _make_client(self) -> Reader:
        settings = self._settings
        client = Reader(settings.client_id, self._deliver)
        client.username_pw_set(settings.broker.user, read_secret(settings.broker.password_file))
        if self._authority is not None:
            _trust(client, self._authority)
        client.reconnect_delay_set(SHORTEST_PAUSE_S, LONGEST_PAUSE_S)
        client.on_socket_open = _send_at_once
        client.on_socket_close = self._on_socket_close
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        return client

    def _on_connect(
        self, client: mqtt.Client, _: object, flags: mqtt.ConnectFlags, reason: ReasonCode, properties: object
    ) -> None:
        if reason.is_failure:
            tell("ERROR", "broker-refused", reason=reason)
        else:
            client.subscribe([(topic, SubscribeOptions(qos=qos)) for topic, qos in SUBSCRIPTIONS])

    def _on_connect_fail(self, client: mqtt.Client, _: object) -> None:
        """paho calls this while it handles the exception that it does not pass on."""
        error, broker = sys.exception(), self._settings.broker
        trouble = sentence(error, broker.host, broker.port, self._authority)
        self._tell_once("ERROR" if needs_person(error) else "WARNING", "broker-unreachable", trouble)

    def _on_disconnect(
        self, client: mqtt.Client, _: object, flags: mqtt.DisconnectFlags, reason: ReasonCode, properties: object
    ) -> None:
        was_subscribed, self._is_subscribed = self._is_subscribed, False
        if reason.is_failure and was_subscribed:
            tell("WARNING", "broker-lost", reason=reason, next="connecting again")

    def _on_subscribe(
        self, client: mqtt.Client, _: object, mid: int, reasons: list[ReasonCode], properties: object
    ) -> None:
        for (topic, _), reason in zip(SUBSCRIPTIONS, reasons, strict=True):
            if reason.is_failure and topic != TIMES:  # without it gateways cannot check their clocks; all else goes on
                self._refuse(topic, reason)
                return
            if reason.is_failure:
                fix = "its access list must let ingest read agents' time and write time/reply"
                tell("ERROR", "time-not-answered", reason=reason, fix=fix)
        # Here and not in on_connect: paho first sends again what an earlier connection left unsent, old marks among it.
        tell("INFO", "broker-connected", subscription=SUBSCRIPTION, reason=reasons[0])
        self._trouble = ""
        self._is_subscribed = True
        self._wait_for(SHORTEST_PAUSE_S)
        self._subscribed()

    def _refuse(self, topic: str, reason: ReasonCode) -> None:
        """Tell why, and begin anew after a growing pause: a broker does not say when its access list has changed."""
        user, plain = self._settings.broker.user, topic.removeprefix(SHARE)
        fix = f"its access list must let that user read {plain}"
        self._tell_once("ERROR", "subscription-refused", f"the broker refuses {topic} to {user} ({reason}): {fix}")
        self._wait_for(min(2 * self._pause_s, LONGEST_PAUSE_S))
        line = self._client.socket()
        if isinstance(line, socket.socket):
            line.shutdown(socket.SHUT_RDWR)

    def _wait_for(self, pause_s: int) -> None:
        self._pause_s = pause_s
        self._client.reconnect_delay_set(pause_s, LONGEST_PAUSE_S)

    def _tell_once(self, level: Level, event: str, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            tell(level, event, why=trouble, next="trying again")

    def _on_socket_close(self, client: mqtt.Client, _: object, line: object) -> None:
        self._session += 1
        self._client.forget()

    def _deliver(self, published: Sequence[Publication]) -> None:
        now_s, committed = time.time(), self._committed.append
        batches = [one for one in published if one.topic.endswith(BATCH_LEAF)]
        if len(batches) < len(published):
            for one in published:
                self._hear(one, now_s)
        self._inbox.put(
            *[
                Delivery(one.topic, one.payload, now_s, partial(committed, (self._session, one.packet_id)))
                for one in batches
            ]
        )

    def _hear(self, one: Publication, now_s: float) -> None:
        """Take what is no batch."""
        if one.topic.endswith(STATE_LEAF):
            self._hear_state(one.topic, one.payload, None if one.is_retained else now_s)
        elif not one.topic.endswith(BATCH_LEAF) and (answer := self._answer_time(one.topic, one.payload)):
            self._client.publish(*answer, qos=0)


def _trust(client: mqtt.Client, authority: Path) -> None:
    try:
        client.tls_set(ca_certs=str(authority))
    except OSError as error:
        raise BadSettings(authority, f"ca_file cannot be used: {error}") from error


def _send_at_once(client: mqtt.Client, _: object, line: Any) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
