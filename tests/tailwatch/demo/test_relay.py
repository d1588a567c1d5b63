"""The relay passes bytes both ways, breaks what is open when it is cut, and passes again when it is mended."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tailwatch.demo.relay import Relay

WITHIN_S = 60.0


@contextmanager
def echo() -> Iterator[int]:
    """A server that says back what it hears; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(line: socket.socket) -> None:
        with line:
            while data := line.recv(100):
                line.sendall(data)

    def accept() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture
def relay() -> Iterator[Relay]:
    with echo() as port:
        made = Relay(port)
        yield made
        made.close()


def said_back(line: socket.socket, words: bytes) -> bytes:
    """What comes back for some words; nothing from a broken line."""
    try:
        line.sendall(words)
        return line.recv(100)
    except OSError:
        return b""


def test_bytes_pass_both_ways(relay: Relay) -> None:
    """As if there were no relay."""
    with socket.create_connection(("127.0.0.1", relay.port), WITHIN_S) as line:
        assert said_back(line, b"hello") == b"hello"


def test_a_cut_breaks_what_is_open_and_lets_nothing_new_through(relay: Relay) -> None:
    """An open line ends, and a new one ends before it says anything."""
    with socket.create_connection(("127.0.0.1", relay.port), WITHIN_S) as line:
        assert said_back(line, b"hello") == b"hello"

        relay.cut()

        assert said_back(line, b"again") == b""
    with socket.create_connection(("127.0.0.1", relay.port), WITHIN_S) as line:
        assert said_back(line, b"new") == b""


def test_a_mended_link_passes_again(relay: Relay) -> None:
    """The node that tries again comes through."""
    relay.cut()
    relay.mend()

    with socket.create_connection(("127.0.0.1", relay.port), WITHIN_S) as line:
        assert said_back(line, b"hello") == b"hello"
