"""MQTT 3.1.1 without I/O: bytes in, events out (OASIS MQTT 3.1.1, sections 2 and 3).

QoS 0 and 1, a last will, and no more: what a node needs. A peer that breaks the rules raises BadPeer. A message longer
than `max_bytes` is not kept: it comes out without its payload, `is_cut`, so that one too large for the heap can be
answered and does not come back for ever.
"""

import struct

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = (
    0x10,
    0x20,
    0x30,
    0x40,
    0x82,
    0x90,
    0xC0,
    0xD0,
    0xE0,
)
REFUSALS = {1: "protocol-version", 2: "client-id", 3: "server-unavailable", 4: "user-or-password", 5: "not-authorised"}


class BadPeer(Exception):
    """The other side sent what MQTT 3.1.1 forbids; the text says what."""


class Accepted:
    """CONNACK; `reason` is None, or why the broker refuses."""

    def __init__(self, reason: str | None) -> None:
        self.reason = reason


class Acknowledged:
    """PUBACK of our packet `packet_id`."""

    def __init__(self, packet_id: int) -> None:
        self.packet_id = packet_id


class Subscribed:
    """SUBACK; `granted` holds one QoS or 0x80 a topic."""

    def __init__(self, packet_id: int, granted: bytes) -> None:
        self.packet_id = packet_id
        self.granted = granted


class Pong:
    """PINGRESP: everything the broker had for us before our ping is here."""


class Message:
    """An application message; `packet_id` is None at QoS 0, else it wants `puback`; `is_cut` has lost its payload."""

    def __init__(
        self, topic: str, payload: bytes, packet_id: int | None, is_retained: bool, is_cut: bool = False
    ) -> None:
        self.topic = topic
        self.payload = payload
        self.packet_id = packet_id
        self.is_retained = is_retained
        self.is_cut = is_cut


TYPE_CHECKING = False
if TYPE_CHECKING:
    Event = Accepted | Acknowledged | Subscribed | Pong | Message


def text(value: str | bytes) -> bytes:
    """A string as MQTT writes it: two bytes of length, then UTF-8 (section 1.5.3)."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(data)) + data


def packet(head: int, *parts: bytes) -> bytes:
    """Fixed header with the remaining length in seven-bit groups (section 2.2.3), then all parts, copied once."""
    length = sum([len(part) for part in parts])
    data = bytearray((head,))
    while True:
        data.append((length & 127) | (128 if length > 127 else 0))
        length >>= 7
        if not length:
            return b"".join((bytes(data),) + parts)  # noqa: RUF005 - MicroPython has no stars there


def connect(client_id: str, user: str, password: str, keep_alive_s: int, will_topic: str, will: bytes) -> bytes:
    """CONNECT with a clean session and a retained QoS 1 will (section 3.1)."""
    flags = 0x80 | 0x40 | 0x20 | 0x08 | 0x04 | 0x02  # user, password, will retain, will QoS 1, will, clean
    return packet(
        CONNECT,
        text("MQTT")
        + bytes((4, flags))
        + struct.pack(">H", keep_alive_s)
        + text(client_id)
        + text(will_topic)
        + text(will)
        + text(user)
        + text(password),
    )


def publish(topic: str, payload: tuple[bytes, ...], packet_id: int | None, is_retained: bool = False) -> bytes:
    """PUBLISH of a payload in parts, at QoS 1 with a packet id, at QoS 0 without (section 3.3)."""
    head = PUBLISH | (1 if is_retained else 0)
    if packet_id is None:
        return packet(head, text(topic), *payload)
    return packet(head | 2, text(topic), struct.pack(">H", packet_id), *payload)


def subscribe(packet_id: int, topics: list[tuple[str, int]]) -> bytes:
    """SUBSCRIBE to (topic, QoS) pairs (section 3.8)."""
    return packet(
        SUBSCRIBE, struct.pack(">H", packet_id) + b"".join([text(topic) + bytes((qos,)) for topic, qos in topics])
    )


def puback(packet_id: int) -> bytes:
    """PUBACK (section 3.4)."""
    return packet(PUBACK, struct.pack(">H", packet_id))


PING = bytes((PINGREQ, 0))
BYE = bytes((DISCONNECT, 0))


class PacketParser:
    """Turns the bytes of one connection into events."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._data = bytearray()
        self._skip = 0  # bytes still to come of a message that is too long

    def feed(self, data: bytes) -> "list[Event]":
        """The events that `data` completes; raises BadPeer."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        self._data.extend(data[skipped:])
        events: list[Event] = []
        while True:
            event = self._next()
            if event is None:
                return events
            events.append(event)

    def _next(self) -> "Event | None":
        head = self._head()
        if head is None:
            return None
        start, end = head
        if end - start > self._max_bytes:
            return self._cut(start, end)
        if len(self._data) < end:
            return None
        event = decode(self._data[0], bytes(self._data[start:end]))
        self._data = self._data[end:]
        return event

    def _head(self) -> tuple[int, int] | None:
        """(start, end) of the body of the first packet, or None while its length is not here."""
        length = 0
        for i in range(1, min(len(self._data), 5)):
            length |= (self._data[i] & 127) << 7 * (i - 1)
            if self._data[i] < 128:
                return i + 1, i + 1 + length
        if len(self._data) > 4:
            raise BadPeer("remaining length of more than four bytes")
        return None

    def _cut(self, start: int, end: int) -> "Message | None":
        """The message without its payload, once topic and packet id are here; the rest is skipped as it comes."""
        if self._data[0] & 0xF0 != PUBLISH:
            raise BadPeer("packet 0x%02x of %d bytes" % (self._data[0], end - start))
        if len(self._data) < start + 2:
            return None
        needed = 2 + _uint16(self._data, start) + 2 * (self._data[0] >> 1 & 3)
        if needed > self._max_bytes:
            raise BadPeer("topic of more than %d bytes" % self._max_bytes)
        if len(self._data) < start + needed:
            return None
        message = _message(self._data[0], bytes(self._data[start : start + needed]))
        message.is_cut = True
        self._skip = max(0, end - len(self._data))
        self._data = self._data[end:]
        return message


def decode(head: int, body: bytes) -> "Accepted | Acknowledged | Subscribed | Pong | Message":
    """The event of one packet; raises BadPeer."""
    kind = head & 0xF0
    if kind == PUBLISH:
        return _message(head, body)
    if kind == PUBACK and len(body) == 2:
        return Acknowledged(_uint16(body, 0))
    if kind == PINGRESP and not body:
        return Pong()
    if kind == CONNACK and len(body) == 2:
        return Accepted(REFUSALS.get(body[1], "return code %d" % body[1]) if body[1] else None)
    if kind == SUBACK and len(body) > 2:
        return Subscribed(_uint16(body, 0), body[2:])
    raise BadPeer("packet 0x%02x with %d bytes" % (head, len(body)))


def _message(head: int, body: bytes) -> Message:
    qos = head >> 1 & 3
    if len(body) < 2 or qos > 1:
        raise BadPeer("PUBLISH at QoS %d with %d bytes" % (qos, len(body)))
    end = 2 + _uint16(body, 0)
    start = end + 2 * qos
    if len(body) < start:
        raise BadPeer("PUBLISH shorter than its topic")
    try:
        topic = body[2:end].decode()
    except UnicodeError:
        raise BadPeer("topic is not UTF-8")
    return Message(topic, body[start:], _uint16(body, end) if qos else None, bool(head & 1))


def _uint16(data: bytes | bytearray, at: int) -> int:
    return data[at] << 8 | data[at + 1]
