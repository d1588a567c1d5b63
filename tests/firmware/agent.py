"""An edge agent as a node sees it: takes packs, answers the time, publishes acks; with switches to be a bad one."""

import json
import threading
import time
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from codec.pack import Pack, decode
from wire import acks, clock, topics
from wire.sequence import SequenceState

FACILITY, NODE = "vale", "n07"
USER, CLIENT_ID, PASSWORD = "vale/_site/gw1", "vale-gw1-site", "agent's word"
NODE_PASSWORD = "node's word"


class Agent:
    """Stores packs of one node in memory, by epoch and seq; `replies` and `documents` hold what else it said."""

    def __init__(self, port: int, user: str = USER, password: str = PASSWORD) -> None:
        self.packs: dict[tuple[str, int], Pack] = {}
        self.repeats = 0
        self.replies: dict[str, list[dict[str, Any]]] = {}
        self.documents: dict[str, dict[str, Any]] = {}
        self.acks_on = True
        self.clock_on = True
        self.clock_step_ms = 0
        self.clock_delay_s = 0.0
        self._sequence_states: dict[str, SequenceState] = {}
        self._lock = threading.Lock()
        self._is_subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=CLIENT_ID)
        self._client.username_pw_set(user, password)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._is_subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port, keepalive=20)
        self._client.loop_start()
        assert self._is_subscribed.wait(60)

    def close(self) -> None:
        """Ends the connection."""
        self._client.disconnect()
        self._client.loop_stop()

    def command(self, name: str, payload: bytes) -> None:
        """Sends a command; the configuration is retained."""
        sent = self._client.publish(topics.cmd(FACILITY, NODE, name), payload, qos=1, retain=name == "config")
        sent.wait_for_publish(10)

    def ack(self, epoch: str, through: int) -> None:
        """Publishes any ack, also a wrong one."""
        self._client.publish(topics.ack(FACILITY, NODE), acks.encode(epoch, through), qos=1, retain=True)

    def seqs(self) -> set[int]:
        """The seqs stored so far."""
        return {seq for _, seq in list(self.packs)}

    def _on_connect(self, client: mqtt.Client, data: object, flags: object, reason: ReasonCode, more: object) -> None:
        assert not reason.is_failure, str(reason)
        base = f"tw/1/{FACILITY}/{NODE}/"
        client.subscribe([(base + leaf, 1) for leaf in ("obs", "birth", "state", "time", "cmd/+/reply")])

    def _on_message(self, client: mqtt.Client, data: object, message: mqtt.MQTTMessage) -> None:
        leaf = topics.parse(message.topic).leaf
        if leaf == "obs":
            self._store(decode(bytes(message.payload)))
        elif leaf == "time":
            if self.clock_on:
                now_ms = int(time.time() * 1000) + self.clock_step_ms
                answer = clock.encode_reply(clock.decode_request(bytes(message.payload)), now_ms)
                late = threading.Timer(self.clock_delay_s, client.publish, (topics.time_reply(FACILITY, NODE), answer))
                late.daemon = True
                late.start()
        elif leaf.endswith("/reply"):
            self.replies.setdefault(leaf.split("/")[1], []).append(json.loads(message.payload))
        else:
            self.documents[leaf] = json.loads(message.payload)

    def _store(self, pack: Pack) -> None:
        key = (pack.epoch, pack.seq)
        self.repeats += key in self.packs
        self.packs.setdefault(key, pack)
        sequence_state = self._sequence_states.get(pack.epoch)
        if sequence_state is None:
            self._sequence_states[pack.epoch] = sequence_state = SequenceState.begin(
                pack.seq, pack.oldest_unacked, pack.void is not None, pack.dropped
            )
        else:
            sequence_state.receive(pack.seq, pack.oldest_unacked, pack.void is not None, pack.dropped)
        if self.acks_on:
            self.ack(pack.epoch, sequence_state.through)
