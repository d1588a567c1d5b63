"""Nodes on a serial line (RS-485, radio modem): framed packs come in, acks and the time go back on the same line.

A thread reads the line. A frame that fails its CRC is counted and skipped; our own frames that a half-duplex adapter
echoes are topics that a node never writes, and are ignored. An adapter that is pulled out is looked for until it is
back: give its name under /dev/serial/by-id, or a pyserial URL such as hwgrep://, for its number may change.
Source: wire.md, "Frame".
"""

import threading
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import msgspec

from codec import frame, pack
from edge_agent.receive.acks import Ack
from edge_agent.receive.delivery_queue import DeliveryQueue
from edge_agent.receive.receiver_context import ReceiverContext
from edge_agent.values import PackDelivery
from runtime.background_thread import BackgroundThread
from runtime.log import Level
from runtime.serial_line import LineDown, SerialLine, open_line
from wire import BadPack, limits, topics

READ_S: Final = 0.1
RETRY_S: Final = 1.0
SKIPPED_EVERY: Final = 100  # a noisy line is told once, and again after so many frames


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="serial_frames"):
    """A serial port with nodes of this agent on it."""

    port: str
    """The adapter: a name under /dev/serial/by-id, or a pyserial URL such as hwgrep://."""
    baud: int = 19_200
    """The speed of the line."""
    retry_s: float = RETRY_S
    """How long after a failure the adapter is looked for again."""

    def __post_init__(self) -> None:
        if not 300 <= self.baud <= 4_000_000:
            raise ValueError("baud: between 300 and 4000000")

    def feeds(self) -> dict[str, str]:
        """Packs name their own datastreams."""
        return {}


def open(settings: Settings, place: ReceiverContext) -> "SerialFrames":
    """Begin to listen."""
    return SerialFrames(settings, place)


class SerialFrames:
    """One line; `skipped` counts frames that nobody could read."""

    def __init__(self, settings: Settings, place: ReceiverContext) -> None:
        self.skipped = 0
        self._settings, self._place = settings, place
        self._inbox: DeliveryQueue[PackDelivery] = DeliveryQueue(place.gather_s)
        self._line: SerialLine | None = None
        self._writing = threading.Lock()
        self._heard: set[str] = set()
        self._told: set[str] = set()  # topics of strangers; bounded below
        self._trouble = "not yet open"
        self._thread = BackgroundThread(f"serial {settings.port}", self._live)
        self._thread.start()

    def take(self, wait_s: float) -> list[PackDelivery]:
        """One group of packs."""
        return self._inbox.take(wait_s)

    def tell(self, due: Sequence[Ack]) -> None:
        """Send acks to the nodes that speak on this line."""
        for ack in due:
            if ack.node in self._heard:
                self._write(topics.ack(self._place.facility, ack.node), ack.encoded())

    def close(self) -> None:
        """Stop listening; what is not stored is sent again by its node."""
        self._thread.stop.set()
        self._inbox.close()
        self._thread.close()

    def _live(self) -> None:
        while not self._thread.stop.is_set():
            try:
                with closing(open_line(self._settings.port, self._settings.baud, READ_S)) as line:
                    self._line = line
                    self._tell("")
                    self._listen(line)
            except LineDown as error:
                self._tell(str(error))
                self._thread.stop.wait(self._settings.retry_s)
            finally:
                self._line = None

    def _listen(self, line: SerialLine) -> None:
        splitter = frame.Splitter()
        while not self._thread.stop.is_set():
            for one in splitter.feed(line.read(line.in_waiting or 1)):
                self._take_frame(one)

    def _take_frame(self, one: bytes) -> None:
        try:
            topic, payload = frame.decode(one)
            place = topics.parse(topic)
        except BadPack as error:
            self.skipped += 1
            if self.skipped % SKIPPED_EVERY == 1:
                self._say("WARNING", "frame-skipped", reason=error.reason, skipped=self.skipped)
            return
        if place.leaf in ("ack", "time/reply"):
            return  # our own, echoed
        if place.facility != self._place.facility or place.node not in self._place.nodes:
            self._tell_stranger(topic)
        elif place.leaf == "obs":
            self._heard.add(place.node)
            self._put(place.node, payload)
        elif place.leaf == "time":
            reply = self._place.reply_time(place.node, payload)
            if reply is not None:
                self._write(topics.time_reply(place.facility, place.node), reply)

    def _put(self, node: str, payload: bytes) -> None:
        self._inbox.put(
            PackDelivery(
                node=node,
                payload=payload[: limits.MAX_QUARANTINE_BYTES],
                full_bytes=len(payload),
                content_type=pack.content_type_of(payload),
                received_ms=self._place.now_ms(),
                acknowledge=_nothing,
            )
        )

    def _write(self, topic: str, payload: bytes) -> None:
        line = self._line
        if line is None:
            return  # the node repeats itself, and then hears its ack
        try:
            with self._writing:
                line.write(frame.encode(topic, payload))
        except LineDown as error:
            self._tell(str(error))

    def _tell_stranger(self, topic: str) -> None:
        if topic not in self._told and len(self._told) < limits.MAX_UNACKED:
            self._told.add(topic)
            self._say("WARNING", "frame-of-a-stranger", topic=topic)

    def _tell(self, trouble: str) -> None:
        """Say the state of the line when it is another than the last one."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._say("ERROR" if trouble else "INFO", "line-down" if trouble else "line-up", trouble=trouble)

    def _say(self, level: Level, event: str, **fields: object) -> None:
        self._place.log(level, event, port=self._settings.port, **fields)


def _nothing() -> None:
    """On this line the ack is the acknowledgement."""
