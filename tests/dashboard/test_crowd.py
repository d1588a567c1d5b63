"""The safety page while a crowd listens: its budgets hold with 200 live clients and four commits a second.

Its figures go beside those of the other pages (`test_budgets`); times are only written down, never judged.
"""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase

from . import site
from .conftest import API_ROLE, built
from .test_budgets import ELEMENTS, ON_THE_WIRE_BYTES, REQUESTS, ROOT, SCRIPT_GZ_BYTES, measure

EVERY_S, GREETED_WITHIN_S = 0.25, 30.0
LISTEN = b"GET /api/v1/live?facility=vale HTTP/1.0\r\nHost: localhost\r\n\r\n"
POND = "vale:n01:pond.level"


@pytest.fixture(scope="module")
def pages_database(cluster: Database) -> Iterator[TestDatabase]:
    """A site of this file's own: what is committed here stays, and other files judge what they were given."""
    yield from built(cluster)


@contextmanager
def crowd(port: int, clients: int) -> Iterator[list[socket.socket]]:
    """So many listeners, all of whom have been greeted."""
    with ExitStack() as ending:
        lines = [
            ending.enter_context(socket.create_connection(("127.0.0.1", port), GREETED_WITHIN_S))
            for _ in range(clients)
        ]
        for line in lines:
            line.sendall(LISTEN)
        assert {line.recv(12) for line in lines} <= {b"HTTP/1.0 200", b"HTTP/1.1 200"}
        yield lines


def hears(line: socket.socket) -> bool:
    """Read until a commit comes; a line that stays silent fails by its timeout."""
    told = b""
    while b"event: commit" not in told:
        part = line.recv(1 << 16)
        if not part:
            return False
        told += part
    return True


@contextmanager
def commits(conninfo: str) -> Iterator[None]:
    """Four commits a second until the end."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(EVERY_S):
            site.add(conninfo, POND, 339.2)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("clients", [20, pytest.param(200, marks=pytest.mark.long)])
def test_the_safety_page_keeps_its_budgets_in_a_crowd(
    browser: Browser, pages_database: TestDatabase, tmp_path: Path, clients: int
) -> None:
    """Requests, bytes and elements as with nobody else; what follows commits is loaded with the first of them."""
    server = ApiServer(tmp_path, pages_database.conninfo(API_ROLE), anonymous_per_minute=100_000).start()
    try:
        with crowd(server.port, clients) as lines, commits(pages_database.conninfo()):
            found = measure(browser, server, "/f/vale/safety", apart=("follow.js", "refresh.js"))
            heard = [hears(line) for line in lines]
    finally:
        server.stop()
    target = Path(os.environ.get("TAILWATCH_BUDGETS") or ROOT / "build" / "pages.json")
    known = json.loads(target.read_text()) if target.is_file() else {}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(known | {f"safety, {clients} live clients": found}, indent=1) + "\n")

    assert found["requests"] <= REQUESTS and found["script_gz_bytes"] <= SCRIPT_GZ_BYTES
    assert found["elements"] <= ELEMENTS and found["wire_bytes"] <= ON_THE_WIRE_BYTES
    assert all(heard)
