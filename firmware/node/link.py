"""Link: one TCP connection that carries MQTT, on which no call waits for ever.

Every connect, send and wait has a time limit, and a peer that says nothing for 1.5 times the keep-alive is taken for
gone (half-open). TCP_NODELAY is set: without it a wake cycle waits twice for Nagle and the delayed ACK. Over TLS the
socket never blocks: what the broker sent last may be no message but a ticket of TLS 1.3.
"""

import os
import select
import socket
import time

from . import mqtt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .secure import Secure

_IPPROTO_TCP, _TCP_NODELAY = 6, 1
_CHUNK_BYTES = 256
_FULL_S = 0.01  # between two attempts to send on a socket that is full
MAX_PACKET_BYTES = 4096 + 128  # the largest configuration that fits in the heap, with its topic


class LinkDown(Exception):
    """The broker cannot be reached, refuses, or went silent; the text is a short reason. Try again later."""


def backoff_s(attempt: int, least_s: float, most_s: float, fraction: float) -> float:
    """Seconds to wait after failed attempt number `attempt` (0, 1, ...): doubled each time, between half and all of it.

    `fraction` in [0, 1) is the jitter, so that a site's nodes do not come back in step.
    """
    return min(most_s, least_s * (1 << min(attempt, 30))) * (0.5 + fraction / 2)


def jitter() -> float:
    """A random fraction in [0, 1)."""
    data = os.urandom(2)
    return (data[0] << 8 | data[1]) / 65536


class Link:
    """An open connection; made by `connect`. `uptime_ms()` is the board's clock."""

    def __init__(
        self, sock: socket.socket, uptime_ms: "Callable[[], int]", timeout_s: float, keep_alive_s: int
    ) -> None:
        self.bytes_moved = 0
        self._socket = sock
        self._uptime_ms = uptime_ms
        self._timeout_ms = int(timeout_s * 1000)
        self._keep_alive_ms = keep_alive_s * 1000
        self._receiver = mqtt.PacketParser(MAX_PACKET_BYTES)
        self._packet_id = 0
        self._heard_ms = self._pinged_ms = uptime_ms()
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def publish(self, topic: str, *payload: bytes, qos: int = 1, is_retained: bool = False) -> int:
        """Sends a message, its payload in parts; returns its packet id (0 at QoS 0). Raises LinkDown."""
        packet_id = self._next_id() if qos else None
        self.send(mqtt.publish(topic, payload, packet_id, is_retained))
        return packet_id or 0

    def subscribe(self, topics: list[tuple[str, int]]) -> None:
        """Subscribes to (topic, QoS) pairs. A broker may grant what its rules deny: only delivery counts."""
        self.send(mqtt.subscribe(self._next_id(), topics))

    def ping(self) -> None:
        """Asks for a Pong; all that the broker held for us arrives before it."""
        self.send(mqtt.PING)

    def acknowledge(self, message: mqtt.Message) -> None:
        """Tells the broker that a message was dealt with."""
        if message.packet_id is not None:
            self.send(mqtt.puback(message.packet_id))

    def send(self, data: bytes) -> None:
        """Sends all of `data` or raises LinkDown."""
        end_ms = self._uptime_ms() + self._timeout_ms
        self.bytes_moved += len(data)
        while data:
            try:
                sent = self._socket.send(data) or 0
            except OSError as error:
                raise LinkDown("send: %r" % error)
            data = data[sent:]
            if data and self._uptime_ms() > end_ms:
                raise LinkDown("send: timeout")
            if not sent:
                time.sleep(_FULL_S)

    def poll(self, wait_ms: int) -> "list[mqtt.Event]":
        """The events of at most `wait_ms`; keeps the connection alive. Raises LinkDown."""
        if self._poll.poll(wait_ms):
            return self._receive()
        now_ms = self._uptime_ms()
        if now_ms - self._heard_ms > self._keep_alive_ms * 3 // 2:
            raise LinkDown("silent")
        if now_ms - max(self._heard_ms, self._pinged_ms) > self._keep_alive_ms // 2:
            self._pinged_ms = now_ms
            self.ping()
        return []

    def wait_accepted(self) -> None:
        """Waits for the CONNACK; a refusal or none in time is LinkDown."""
        end_ms = self._uptime_ms() + self._timeout_ms
        while self._uptime_ms() < end_ms:
            for event in self.poll(100):
                if isinstance(event, mqtt.Accepted):
                    if event.reason:
                        raise LinkDown(event.reason)
                    return
        raise LinkDown("no CONNACK")

    def leave(self) -> None:
        """Says goodbye, so that the broker keeps the will to itself, and closes."""
        self.send(mqtt.BYE)
        self.close()

    def close(self) -> None:
        """Closes the socket."""
        self._socket.close()

    def _receive(self) -> "list[mqtt.Event]":
        try:
            data = self._socket.recv(_CHUNK_BYTES)
        except OSError as error:
            raise LinkDown("receive: %r" % error)
        if data is None:
            return []
        if not data:
            raise LinkDown("closed by the broker")
        self._heard_ms = self._uptime_ms()
        self.bytes_moved += len(data)
        try:
            return self._receiver.feed(data)
        except mqtt.BadPeer as error:
            raise LinkDown("broker: %s" % error)

    def _next_id(self) -> int:
        self._packet_id = self._packet_id % 65535 + 1
        return self._packet_id


def connect(
    host: str,
    port: int,
    hello: bytes,
    uptime_ms: "Callable[[], int]",
    timeout_s: float,
    keep_alive_s: int,
    secure: "Secure | None" = None,
) -> Link:
    """Opens a connection, sends `hello` (an MQTT CONNECT) and waits for the broker's yes. Raises LinkDown.

    With `secure` it speaks TLS, and only with a broker whose certificate is of its authority and for `host`.
    """
    try:
        address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0][-1]
        sock = socket.socket()
        sock.settimeout(timeout_s)
    except OSError as error:
        raise LinkDown("resolve: %r" % error)
    try:
        sock.connect(address)
        sock.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)
        if secure:
            sock = secure.wrap(sock, host)
    except OSError as error:
        sock.close()
        raise LinkDown("connect: %r%s" % (error, "; is it the TLS port?" if secure else ""))
    except LinkDown:
        sock.close()
        raise
    link = Link(sock, uptime_ms, timeout_s, keep_alive_s)
    try:
        link.send(hello)
        link.wait_accepted()
    except LinkDown:
        link.close()
        raise
    return link
