"""A TCP line on loopback that is as bad as a test wants: cut, deaf in one direction, late, with lost segments.

TCP hides a loss from the programs and shows it as delay: a lost segment comes one round trip later, and what is behind
it waits. In a direction that is blocked nothing arrives and nobody is told, as behind a dead router; what was sent
meanwhile comes when it opens again.
"""

import contextlib
import queue
import random
import socket
import threading
import time
from typing import Final, Self

SEGMENT_BYTES: Final = 16_384
LEAST_RETRY_S: Final = 0.2


class BadLine:
    """Listens on `port` and carries bytes to and from `target_port`; perfect until it is told otherwise.

    `latency_s` is that of one direction; `loss` the share of segments that come a round trip late.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.latency_s, self.loss = 0.0, 0.0
        self.up, self.down = threading.Event(), threading.Event()
        """Set while bytes pass towards the server, and from it."""
        self._is_cut = self._is_closed = False
        self._ends: list[socket.socket] = []
        self._chance = random.Random(1)
        self.mend()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def cut(self) -> None:
        """Close all connections and refuse new ones."""
        self._is_cut = True
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everything pass again, at once."""
        self._is_cut, self.latency_s, self.loss = False, 0.0, 0.0
        self.up.set()
        self.down.set()

    def close(self) -> None:
        """End for good."""
        self._is_closed = True
        self.cut()
        self.up.set()
        self.down.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._target_port))
            except OSError:
                near.close()
                continue
            self._ends += [near, far]
            for source, target, passes in ((near, far, self.up), (far, near, self.down)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                on_the_way: queue.Queue[tuple[float, bytes]] = queue.Queue()
                threading.Thread(target=self._take, args=(source, on_the_way), daemon=True).start()
                threading.Thread(target=_deliver, args=(target, passes, on_the_way), daemon=True).start()

    def _take(self, source: socket.socket, to: "queue.Queue[tuple[float, bytes]]") -> None:
        due_s, data = 0.0, b"."
        while data:
            try:
                data = source.recv(SEGMENT_BYTES)
            except OSError:
                data = b""
            retry_s = max(2 * self.latency_s, LEAST_RETRY_S) if self._chance.random() < self.loss else 0.0
            due_s = max(due_s, time.monotonic() + self.latency_s + retry_s)
            to.put((due_s, data))


def _deliver(target: socket.socket, passes: threading.Event, come: "queue.Queue[tuple[float, bytes]]") -> None:
    data = b"."
    while data:
        due_s, data = come.get()
        time.sleep(max(due_s - time.monotonic(), 0.0))
        passes.wait()
        with contextlib.suppress(OSError):
            target.sendall(data) if data else target.shutdown(socket.SHUT_RDWR)
