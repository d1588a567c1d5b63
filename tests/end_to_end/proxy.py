"""A TCP proxy of one port that can hold back what the server answers, to catch a program between commit and answer."""

import socket
import threading
from typing import Self

CHUNK_BYTES = 65536


class Proxy:
    """Passes bytes both ways. After `hold_after(word)` the server's bytes stop once the client has sent that word."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._word: bytes | None = None
        self._is_open = threading.Event()
        self._is_open.set()
        self.held = threading.Event()
        """The client has sent the word, and the server's answers are held."""
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.release()

    def hold_after(self, word: bytes) -> None:
        """Hold the server's answers from the moment the client sends `word`."""
        self.held.clear()
        self._word = word

    def release(self) -> None:
        """Let answers pass again."""
        self._word = None
        self._is_open.set()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._server_port))
            for line in (client, server):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._upwards, args=(client, server), daemon=True).start()
            threading.Thread(target=self._downwards, args=(client, server), daemon=True).start()

    def _upwards(self, client: socket.socket, server: socket.socket) -> None:
        while data := _receive(client):
            if self._word is not None and self._word in data:
                self._is_open.clear()
                self.held.set()
            _send(server, data)
        _close(server)

    def _downwards(self, client: socket.socket, server: socket.socket) -> None:
        while data := _receive(server):
            self._is_open.wait()
            _send(client, data)
        _close(client)


def _receive(line: socket.socket) -> bytes:
    try:
        return line.recv(CHUNK_BYTES)
    except OSError:
        return b""


def _send(line: socket.socket, data: bytes) -> None:
    try:
        line.sendall(data)
    except OSError:
        _close(line)


def _close(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
