"""Connections: the head of a request is bounded in size and time, whoever sends it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.http.connection import MAX_HEAD_BYTES, Connection
from tailwatch import ports
from tests.api.server import ApiServer
from tests.ingest.waiting import until

BEGIN = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n"


class Impatient(Connection):
    """One that waits for a head no longer than a test may take."""

    within_s = 0.3


@contextmanager
def serving() -> Iterator[int]:
    """The real server around an application that answers OK; gives its port."""

    async def application(scope: dict[str, object], receive: object, send: object) -> None:
        assert callable(send)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    port = ports.free_port()
    config = uvicorn.Config(application, host="127.0.0.1", port=port, http=Impatient, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield port
    server.should_exit = True
    thread.join(10)


def heard(line: socket.socket) -> bytes:
    """What the server says until it closes."""
    line.settimeout(20)
    return b"".join(iter(lambda: line.recv(65_536), b""))


def test_a_head_without_end_is_refused(read_server: ApiServer) -> None:
    """Many headers, or one that never ends: no more is taken than the limit and what was on its way."""
    for piece in (b"x-a: " + b"b" * 1000 + b"\r\n", b"b" * 1000):
        with socket.create_connection(("127.0.0.1", read_server.port)) as line:
            line.sendall(BEGIN + b"x-begin: ")
            sent = 0
            try:
                while sent < 200 * MAX_HEAD_BYTES:
                    line.sendall(piece)
                    sent += len(piece)
            except OSError:  # the server has closed
                pass
        assert sent < 200 * MAX_HEAD_BYTES


def test_a_head_within_the_limit_is_answered(read_server: ApiServer) -> None:
    """Sixty kilobytes of cookies are odd, and no reason to refuse; so are two requests on one connection."""
    with socket.create_connection(("127.0.0.1", read_server.port)) as line:
        for end in (b"", b"connection: close\r\n"):
            line.sendall(BEGIN + b"cookie: " + b"c" * 60_000 + b"\r\n" + end + b"\r\n")

        assert heard(line).count(b"HTTP/1.1 200 OK") == 2


def test_a_head_that_does_not_come_is_not_waited_for() -> None:
    """Neither on a fresh connection, nor in the middle of one, nor behind an answer."""
    with serving() as port:
        for said, answers in ((b"", 0), (BEGIN, 0), (BEGIN + b"\r\n" + BEGIN, 1)):
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.sendall(said)
                found = heard(line)
            assert (found.count(b" 200 OK"), found.count(b" 400 Bad Request")) == (answers, 1)
