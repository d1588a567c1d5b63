"""The broker's own limit: a client on a bare socket that publishes and takes messages at QoS 1 and does nothing else.

MQTT 5.0, sections 3.1 (CONNECT), 3.3 (PUBLISH), 3.4 (PUBACK), 3.8 (SUBSCRIBE). Packets leave in large writes, and what
came in one read is acknowledged in one write: a client library with a call a message costs more than the broker.
"""

import socket
import time
from collections.abc import Iterator, Sequence
from typing import Final

from bench.figures import WrongResult
from bench.testbed import USER, Testbed
from tailwatch.ports import LOOPBACK

TAKER, PUBLISHER = b"bench-taker", b"bench-publisher"
"""Client ids: to publish must not touch the session that takes."""
READ_BYTES: Final = 1 << 18
TIMEOUT_S: Final = 20.0
CONNECT, CONNACK, PUBLISH_QOS1, PUBACK, SUBSCRIBE, SUBACK = 0x10, 0x20, 0x32, 0x40, 0x82, 0x90
KIND: Final = 0xF0
CLEAN, KEPT = 0xC2, 0xC0
"""Connect flags: user name and password, with and without the clean-start bit."""
NO_KEEPALIVE: Final = b"\0\0"
SESSION_EXPIRY_S, RECEIVE_MAXIMUM = 3600, 5000
CONTENT_TYPE: Final = b"\x03"
PROPERTIES: Final = b"\x11" + SESSION_EXPIRY_S.to_bytes(4) + b"\x21" + RECEIVE_MAXIMUM.to_bytes(2)
WINDOW: Final = 500
"""Messages that are published and not yet acknowledged; the broker of `tailwatch up` allows 1,000."""
IDENTIFIERS: Final = 60_000
TICK_S: Final = 0.005


class Bare:
    """A persistent session of one client; what it subscribed to waits at the broker while it is not connected."""

    def __init__(self, ground: Testbed) -> None:
        self._port, self._password = ground.site.broker.port, ground.password

    def subscribe(self, topic: str) -> None:
        """Begin a new session with this one subscription, and leave it to the broker."""
        with self._connect(TAKER, CLEAN) as line:
            line.sendall(_packet(SUBSCRIBE, b"\0\1\0" + _text(topic.encode()) + b"\1"))
            _expect(line, SUBACK)

    def take(self, count: int) -> float:
        """Take `count` messages and acknowledge them; return the seconds from the connect on."""
        start_s = time.monotonic()
        with self._connect(TAKER, KEPT) as line:
            for packets in _received(line):
                replies = [_acknowledgement(*packet) for packet in packets if packet[0] & KIND == PUBLISH_QOS1 & KIND]
                line.sendall(b"".join(replies))
                count -= len(replies)
                if count <= 0:
                    break
        return time.monotonic() - start_s

    def publish(self, messages: Sequence[tuple[str, bytes]], content_type: str = "") -> float:
        """Publish (topic, payload); return the seconds until the broker has acknowledged all of them."""
        properties = CONTENT_TYPE + _text(content_type.encode()) if content_type else b""
        packets = [_publish(number, topic, payload, properties) for number, (topic, payload) in enumerate(messages)]
        start_s = time.monotonic()
        with self._connect(PUBLISHER, CLEAN) as line:
            replies = _received(line)
            for first in range(0, len(packets), WINDOW):
                _exchange(line, packets[first : first + WINDOW], replies)
        return time.monotonic() - start_s

    def pace(self, messages: Sequence[tuple[str, bytes]], a_second: float) -> float:
        """Publish (topic, payload), so many a second; return when the first was due [monotonic s].

        One that the broker holds up leaves late; whoever looks at delays counts from when it was due.
        """
        with self._connect(PUBLISHER, CLEAN) as line:
            replies, sent, start_s = _received(line), 0, time.monotonic()
            while sent < len(messages):
                due = min(int((time.monotonic() - start_s) * a_second) + 1, sent + WINDOW)
                some = enumerate(messages[sent:due], sent)
                _exchange(line, [_publish(number, *message) for number, message in some], replies)
                sent = max(sent, due)
                time.sleep(TICK_S)
        return start_s

    def _connect(self, client_id: bytes, flags: int) -> socket.socket:
        line = socket.create_connection((LOOPBACK, self._port), TIMEOUT_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = _text(b"MQTT") + bytes((5, flags)) + NO_KEEPALIVE + _sized(PROPERTIES)
        line.sendall(_packet(CONNECT, head + b"".join(map(_text, (client_id, USER.encode(), self._password.encode())))))
        _expect(line, CONNACK)
        return line


def split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the whole packets in `data` as (first byte, what follows the length), and the bytes that are left."""
    found, at = [], 0
    while at + 2 <= len(data):
        length, body, shift = 0, at + 1, 0
        while body < len(data):
            byte = data[body]
            length |= (byte & 0x7F) << shift
            shift, body = shift + 7, body + 1
            if byte < 0x80:
                break
        else:
            break
        if body + length > len(data):
            break
        found.append((data[at], data[body : body + length]))
        at = body + length
    return found, data[at:]


def _received(line: socket.socket) -> Iterator[list[tuple[int, bytes]]]:
    """The packets of each read; raises WrongResult when the broker closes the line."""
    rest = b""
    while got := line.recv(READ_BYTES):
        packets, rest = split(rest + got)
        yield packets
    raise WrongResult("the broker closed the line")


def _exchange(line: socket.socket, packets: Sequence[bytes], replies: Iterator[list[tuple[int, bytes]]]) -> None:
    """Send these and wait until the broker has acknowledged all of them."""
    line.sendall(b"".join(packets))
    waiting = len(packets)
    while waiting > 0:
        waiting -= sum(kind & KIND == PUBACK for kind, _ in next(replies))


def _publish(number: int, topic: str, payload: bytes, properties: bytes = b"") -> bytes:
    return _packet(PUBLISH_QOS1, _text(topic.encode()) + _identifier(number) + _sized(properties) + payload)


def _acknowledgement(_: int, body: bytes) -> bytes:
    after_topic = 2 + int.from_bytes(body[:2])
    return b"\x40\2" + body[after_topic : after_topic + 2]


def _expect(line: socket.socket, kind: int) -> None:
    head = line.recv(2, socket.MSG_WAITALL)
    body = line.recv(head[1], socket.MSG_WAITALL) if len(head) == 2 else b""
    reason = body[1:2] if kind == CONNACK else body[-1:]
    if head[:1] != bytes((kind,)) or reason >= b"\x80":
        raise WrongResult(f"the broker answers {head.hex()} {body.hex()} instead of {kind:02x}")


def _identifier(number: int) -> bytes:
    return (number % IDENTIFIERS + 1).to_bytes(2)


def _packet(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + _sized(body)


def _sized(body: bytes) -> bytes:
    """The body behind its length as a variable byte integer (section 1.5.5)."""
    left, length = len(body), b""
    while left > 0x7F:
        length += bytes((left & 0x7F | 0x80,))
        left >>= 7
    return length + bytes((left,)) + body


def _text(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data
