"""The far side of a delivery: listens for acks and waits for the one that covers the last message."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from bench.figures import WrongResult
from bench.testbed import USER, Testbed
from codec import batch_ack
from tailwatch.ports import LOOPBACK

IN_FLIGHT: Final = 20
"""Mosquitto takes no more from one client before it calls it a protocol error."""
CONNECTED_WITHIN_S: Final = 10.0
ACKED_WITHIN_S: Final = 300.0

Ack = tuple[str, int]


class Sender:
    """A connection that listens for acks on `ack_topics` and remembers when each came."""

    def __init__(self, ground: Testbed, ack_topics: Sequence[str]) -> None:
        self._changed = threading.Condition()
        self._acks: dict[str, tuple[Ack, float]] = {}
        self._heard: list[tuple[str, Ack, float]] = []
        self._is_subscribed = threading.Event()
        self._client = client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        client.username_pw_set(USER, ground.password)
        client.max_inflight_messages_set(IN_FLIGHT)
        client.on_connect = lambda client, *_: client.subscribe([(topic, 0) for topic in ack_topics])
        client.on_subscribe = lambda *_: self._is_subscribed.set()
        client.on_message = self._on_message
        client.connect(LOOPBACK, ground.site.broker.port)
        client.loop_start()
        if not self._is_subscribed.wait(CONNECTED_WITHIN_S):
            raise WrongResult("the broker does not answer")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes) -> None:
        """Hand one message to the network thread."""
        self._client.publish(topic, payload, qos=1)

    def wait_for_acks(self, wanted: Mapping[str, Ack]) -> float:
        """Wait until every topic has an ack of this epoch at or beyond; return when the last came [monotonic s]."""
        deadline_s = time.monotonic() + ACKED_WITHIN_S
        with self._changed:
            while not all(self._is_reached(topic, ack) for topic, ack in wanted.items()):
                if not self._changed.wait(deadline_s - time.monotonic()):
                    raise WrongResult(f"no ack within {ACKED_WITHIN_S:.0f} s: {sorted(wanted)[:3]}")
            return max(self._acks[topic][1] for topic in wanted)

    def heard(self, topic: str, epoch: str) -> list[tuple[float, int]]:
        """(monotonic seconds, through) of every ack of this epoch so far, in the order of their arrival."""
        with self._changed:
            return [(at_s, ack[1]) for where, ack, at_s in self._heard if where == topic and ack[0] == epoch]

    def _is_reached(self, topic: str, wanted: Ack) -> bool:
        if topic not in self._acks:
            return False
        (epoch, through), _ = self._acks[topic]
        return epoch == wanted[0] and through >= wanted[1]

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        now_s = time.monotonic()
        told = batch_ack.decode(bytes(message.payload))
        ack = (told.epoch, told.through)
        with self._changed:
            self._acks[message.topic] = (ack, now_s)
            self._heard.append((message.topic, ack, now_s))
            self._changed.notify_all()


def acked_s(heard: Sequence[tuple[float, int]], first: int, count: int) -> list[float]:
    """When each of `count` numbers from `first` on was covered by an ack."""
    found: list[float] = []
    for when_s, through in heard:
        found += [when_s] * (min(through - first + 1, count) - len(found))
    if len(found) != count:
        raise WrongResult(f"{len(found)} of {count} packs are acknowledged")
    return found
