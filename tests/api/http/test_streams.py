"""Streams under stress: an api that dies in the middle of one, a reader that does not read, a thousand listeners."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.api import people, site
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

ROWS = 400_000
CLIENTS = 1000  # as many as the api takes
WITHIN_S = 60
AT_ONCE = 50
PLAIN = {"accept-encoding": "identity"}  # compressed, all of it fits into the buffers of a socket
BUFFERS_BYTES = 16_384
EXPORT = f"/api/v1/datastreams/{site.BATTERY}/observations?format=csv&from=2026-05-01T00:00:00Z&to=2026-05-10T00:00:00Z"
FILL = """
INSERT INTO observation (datastream_id, phenomenon_time, result, quality)
SELECT %s, %s + second * interval '1 second', second, 1 FROM generate_series(1, %s) second"""
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
LISTEN = "GET /api/v1/live?facility=vale HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n"


@pytest.fixture(scope="module")
def full_database(cluster: Database) -> Iterator[TestDatabase]:
    """A site with a datastream whose export takes more than a moment."""
    with fresh_database(cluster) as database:
        site.build(database.conninfo())
        with psycopg.connect(database.conninfo()) as connection:
            connection.execute(FILL, (site.BATTERY, site.T0, ROWS))
        yield database


@pytest.fixture
def server(full_database: TestDatabase, tmp_path: Path) -> Iterator[ApiServer]:
    """The api over it, for one test to kill."""
    started = ApiServer(tmp_path, full_database.conninfo("tailwatch_api")).start()
    yield started
    started.stop()


@contextmanager
def without_api(server: ApiServer, _: TestDatabase) -> Iterator[None]:
    server.process.kill()
    yield


@contextmanager
def without_database(_: ApiServer, database: TestDatabase) -> Iterator[None]:
    """Cut whoever is connected and let nobody in: each chunk is a query of its own, and one may lie ahead."""
    door = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(database.cluster.conninfo("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(door.format(sql.Identifier(database.name), sql.Literal(False)))
        admin.execute(CUT, (database.name,))
        try:
            yield
        finally:
            admin.execute(door.format(sql.Identifier(database.name), sql.Literal(True)))


@pytest.mark.parametrize("strike", [without_api, without_database])
def test_half_an_export_is_never_taken_for_a_whole_one(
    full_database: TestDatabase,
    server: ApiServer,
    strike: Callable[[ApiServer, TestDatabase], AbstractContextManager[None]],
) -> None:
    """What dies in the middle leaves a body without an end (RFC 9112 section 7.1), and the client is told so."""
    lines = 0
    line = httpx.HTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFERS_BYTES)])
    with (
        httpx.Client(transport=line, timeout=60) as client,
        client.stream("GET", server.url + EXPORT, headers=PLAIN) as answer,
    ):
        assert answer.status_code == 200
        body = answer.iter_bytes(BUFFERS_BYTES)
        lines += next(body).count(b"\n")
        with strike(server, full_database), pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            lines += sum(part.count(b"\n") for part in body)

    assert 0 < lines < ROWS


def test_a_reader_that_does_not_read_holds_up_nobody(server: ApiServer) -> None:
    """Ten exports that nobody takes, more than the pool has connections, while others are answered."""
    readers = [socket.socket() for _ in range(10)]
    try:
        for reader in readers:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFERS_BYTES)
            reader.connect(("127.0.0.1", server.port))
            reader.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert reader.recv(12) == b"HTTP/1.1 200"
        answers = [httpx.get(f"{server.url}/api/v1/facilities", timeout=60).status_code for _ in range(20)]
    finally:
        for reader in readers:
            reader.close()

    assert answers == [200] * 20


@pytest.mark.long
@pytest.mark.timeout(200)
def test_a_reader_that_does_not_read_is_cut(server: ApiServer) -> None:
    """After a minute it is let go, without a valid end, and the log says so."""
    with socket.create_connection(("127.0.0.1", server.port)) as reader:
        reader.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until_s = time.monotonic() + 150
        while "reader-cut" not in server.log_file.read_text() and time.monotonic() < until_s:
            time.sleep(1)
        reader.settimeout(20)
        body = b"".join(iter(lambda: reader.recv(65536), b""))

    assert "did not read for 60 s" in server.log_file.read_text()
    assert not body.endswith(b"0\r\n\r\n")


@pytest.mark.long
@pytest.mark.timeout(200)
def test_a_thousand_listeners_hear_a_commit(own_database: TestDatabase, tmp_path: Path) -> None:
    """All of them, once; the next one is told when to come again, and the lists are still answered. They have keys."""
    conninfo = own_database.conninfo("tailwatch_api")
    key = people.add_key(own_database.conninfo(), "read", facilities=("*",))
    server = ApiServer(tmp_path, conninfo, caller_per_minute=100_000).start()
    try:
        heard, refusal = asyncio.run(listen(server, own_database, key))
    finally:
        server.stop()

    assert heard == [1] * CLIENTS
    assert b" 503 " in refusal.splitlines()[0]
    assert b"retry-after: " in refusal


async def listen(server: ApiServer, database: TestDatabase, key: str) -> tuple[list[int], bytes]:
    """Open all lines, commit once, and return how often each heard it, and what one more is told."""
    async with asyncio.timeout(WITHIN_S):
        lines: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        for _ in range(CLIENTS // AT_ONCE):
            lines += await asyncio.gather(*(opened(server.port, key) for _ in range(AT_ONCE)))
        source, line = await asyncio.open_connection("127.0.0.1", server.port)
        line.write(LISTEN.format(key).encode())
        refusal = await source.read()
        line.close()
        answer = await asyncio.to_thread(httpx.get, f"{server.url}/api/v1/facilities", timeout=60)
        assert answer.status_code == 200
        with psycopg.connect(database.conninfo()) as connection:
            site.commit(connection, [])
        heard = await asyncio.gather(*(commits(source) for source, _ in lines))
        for _, line in lines:
            line.close()
    return heard, refusal


async def opened(port: int, key: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """One listener that has been greeted."""
    source, line = await asyncio.open_connection("127.0.0.1", port)
    line.write(LISTEN.format(key).encode())
    head = await source.readuntil(b"\r\n\r\n")
    assert b" 200 OK\r\n" in head, head
    return source, line


async def commits(source: asyncio.StreamReader) -> int:
    """How many commits come within a moment after the first."""
    await source.readuntil(b"event: commit")
    try:
        async with asyncio.timeout(0.5):
            return 1 + (await source.read()).count(b"event: commit")
    except TimeoutError:
        return 1
