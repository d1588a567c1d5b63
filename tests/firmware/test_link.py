"""The link over real sockets: time limits, a half-open line, a closed one, and the pauses before it is tried again."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from firmware.node import mqtt
from firmware.node.link import Link, LinkDown, backoff_s, connect, jitter

ACCEPTED = b"\x20\x02\x00\x00"


def uptime_ms() -> int:
    return int(time.monotonic() * 1000)


class Peer:
    """A server of one connection that says `first` and then nothing."""

    def __init__(self, first: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.lines: list[socket.socket] = []
        self._first = first
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        line, _ = self._listener.accept()
        self.lines.append(line)
        line.sendall(self._first)

    def close(self) -> None:
        self._listener.close()
        for line in self.lines:
            line.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    """One that accepts."""
    made = Peer(ACCEPTED)
    yield made
    made.close()


def opened(port: int, keep_alive_s: int = 60, timeout_s: float = 30) -> Link:
    return connect("127.0.0.1", port, b"hello", uptime_ms, timeout_s, keep_alive_s=keep_alive_s)


def test_a_silent_peer_is_found_out(peer: Peer) -> None:
    """After 1.5 times the keep-alive without a byte the link is down, although TCP says nothing."""
    link = opened(peer.port, keep_alive_s=1)
    start_s = time.monotonic()

    with pytest.raises(LinkDown, match="silent"):
        while time.monotonic() < start_s + 60:
            link.poll(20)

    link.close()


def test_pings_keep_a_quiet_link_alive(peer: Peer) -> None:
    """A ping goes out after half a keep-alive; its answer counts as a sign of life."""
    link = opened(peer.port, keep_alive_s=2)
    line = peer.lines[0]
    line.settimeout(60)
    assert line.recv(5) == b"hello"
    pongs = 0
    end_s = time.monotonic() + 60

    while pongs < 3 and time.monotonic() < end_s:
        pongs += sum(isinstance(event, mqtt.Pong) for event in link.poll(10))
        line.setblocking(False)
        try:
            if line.recv(10) == mqtt.PING:
                line.sendall(b"\xd0\x00")
        except BlockingIOError:
            pass

    assert pongs == 3
    link.close()


def test_a_peer_that_never_accepts_costs_the_time_limit() -> None:
    """No CONNACK is LinkDown, not a wait for ever."""
    mute = Peer(b"")

    with pytest.raises(LinkDown, match="CONNACK"):
        opened(mute.port, timeout_s=0.3)

    mute.close()


def test_a_closed_line_and_a_bad_peer_are_link_down(peer: Peer) -> None:
    """Whatever the other side does, the node gets one kind of error."""
    link = opened(peer.port)
    peer.lines[0].sendall(b"\xff\xff\xff\xff\xff")
    with pytest.raises(LinkDown, match="broker"):
        link.poll(1000)

    peer.lines[0].close()
    with pytest.raises(LinkDown):
        for _ in range(100):
            link.poll(100)


def test_nobody_listening_is_link_down() -> None:
    """Refused at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(LinkDown, match="connect"):
        opened(port)


def test_a_refusal_is_link_down_with_its_reason() -> None:
    """Return code 5."""
    refusing = Peer(b"\x20\x02\x00\x05")

    with pytest.raises(LinkDown, match="not-authorised"):
        opened(refusing.port)

    refusing.close()


def test_pauses_double_up_to_a_limit_and_are_jittered() -> None:
    """1, 2, 4 ... 600 s, each between half and all of it."""
    assert [backoff_s(attempt, 1, 600, 1.0) for attempt in (0, 1, 2, 9, 10, 1000)] == [1, 2, 4, 512, 600, 600]
    assert backoff_s(3, 1, 600, 0.0) == 4
    assert all(0 <= jitter() < 1 for _ in range(50))
