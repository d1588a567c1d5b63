"""The radio of a node as a TCP relay: while it is cut, open connections break and new ones are refused an answer."""

import contextlib
import socket
import threading
from typing import Final

from tailwatch.ports import LOOPBACK

CHUNK_BYTES: Final = 65536
MAX_CONNECTIONS: Final = 16


class Relay:
    """Passes bytes between a port of its own and the broker's, both ways, until it is cut."""

    def __init__(self, broker_port: int) -> None:
        self._broker_port = broker_port
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._is_cut = False
        self._lines: list[socket.socket] = []
        self._guard = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def is_cut(self) -> bool:
        """Whether nothing passes."""
        return self._is_cut

    def cut(self) -> None:
        """Break all connections and let no new one through, until `mend`."""
        with self._guard:
            self._is_cut = True
            for line in self._lines:
                _break(line)
            self._lines.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    def close(self) -> None:
        """Cut for good."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                node, _ = self._listener.accept()
            except OSError:
                return
            if not self._connect(node):
                node.close()

    def _connect(self, node: socket.socket) -> bool:
        """Join a node with the broker; False while the link is cut or the broker does not listen."""
        with self._guard:
            self._lines = [line for line in self._lines if line.fileno() >= 0]
            if self._is_cut or len(self._lines) >= 2 * MAX_CONNECTIONS:
                return False
            try:
                broker = socket.create_connection((LOOPBACK, self._broker_port))
            except OSError:
                return False
            self._lines += [node, broker]
        for source, target in ((node, broker), (broker, node)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()
        return True


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Pass bytes one way until either end breaks, then end both."""
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK_BYTES):
            target.sendall(data)
    for line in (source, target):
        _break(line)
    source.close()


def _break(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
