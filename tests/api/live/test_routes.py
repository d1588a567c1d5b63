"""The live stream over the wire: each commit once, in order, whatever happens to the client or the line."""

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from tests.api import site
from tests.api.server import ApiServer
from tests.api.stream import Event, EventReader, events
from tests.ingest.waiting import until
from tests.servers import TestDatabase

CLIENTS = 20
COMMITS = 120
WITHIN_S = 120


@contextlib.asynccontextmanager
async def listening(server: ApiServer, reader: EventReader, **parameters: Any) -> AsyncIterator[AsyncIterator[Event]]:
    headers = {"last-event-id": reader.last_id} if reader.last_id else {}
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=60, verify=False) as client,
        client.stream("GET", "/api/v1/live", params=parameters, headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer, reader)


async def wanderer(server: ApiServer, seed: int, **parameters: Any) -> list[int]:
    """Listen, leave at a random event, come back with Last-Event-ID, until all commits of the test were seen."""
    chance, reader, seen = random.Random(seed), EventReader("0"), [0]
    while seen[-1] < COMMITS:
        stay = chance.randrange(1, 12)
        async with listening(server, reader, **parameters) as stream:
            async for event in stream:
                if event.name == "commit":
                    assert event.last_id == str(event.data["commit"])
                    seen.append(event.data["commit"])
                    stay -= 1
                if stay == 0 or seen[-1] >= COMMITS:
                    break
    return seen[1:]


async def write_commits(conninfo: str) -> list[int]:
    chance, written = random.Random(1), []
    with psycopg.connect(conninfo) as connection:
        for number in range(COMMITS):
            site.store(connection, site.BATTERY, datetime.now(UTC), float(number))
            written.append(await asyncio.to_thread(site.commit, connection, [site.BATTERY]))
            await asyncio.sleep(chance.choice((0, 0, 0.002, 0.02)))
    return written


def test_twenty_wandering_clients_see_every_commit_once_in_order(
    own_server: ApiServer, own_database: TestDatabase
) -> None:
    """Clients that leave and come back at random get each commit exactly once and in order, filtered or not."""

    async def run() -> tuple[list[int], list[list[int]]]:
        interests: list[dict[str, Any]] = [{}, {"facility": "vale"}, {"datastream": ["vale:n07:battery.voltage", "1"]}]
        clients = [wanderer(own_server, seed, **interests[seed % 3]) for seed in range(CLIENTS)]
        async with asyncio.timeout(WITHIN_S):
            written, *seen = await asyncio.gather(write_commits(own_database.conninfo()), *clients)
        return written, seen

    written, seen = asyncio.run(run())

    assert written == list(range(1, COMMITS + 1))
    assert seen == [written] * CLIENTS


async def first(stream: AsyncIterator[Event], name: str) -> Event:
    async with asyncio.timeout(WITHIN_S):
        async for event in stream:
            if event.name == name:
                return event
    raise AssertionError(f"the stream ended without {name}")


def test_a_commit_carries_the_newest_values(own_server: ApiServer, own_database: TestDatabase) -> None:
    """The event has name, unit, time, result and quality of what was stored; a failed read is null and 9."""

    async def run() -> Event:
        async with listening(own_server, EventReader()) as stream:
            await first(stream, "hello")
            with psycopg.connect(own_database.conninfo()) as connection:
                site.store(connection, site.FREQUENCY, site.T0, None)
                site.commit(connection, [site.FREQUENCY])
            return await first(stream, "commit")

    (value,) = asyncio.run(run()).data["latest"]

    assert (value["name"], value["unit"], value["time"]) == ("vale:n07:vw1.frequency", "Hz", "2026-05-01T00:00:00Z")
    assert (value["result"], value["quality"]) == (None, 9)


@pytest.mark.parametrize(("interest", "heard"), [({"facility": "vale"}, [2, 3]), ({"datastream": "3"}, [3])])
def test_a_filtered_client_hears_nothing_else(
    own_server: ApiServer, own_database: TestDatabase, interest: dict[str, Any], heard: list[int]
) -> None:
    """Commits of other facilities and datastreams are not sent."""

    async def run() -> list[int]:
        async with listening(own_server, EventReader(), **interest) as stream:
            await first(stream, "hello")
            with psycopg.connect(own_database.conninfo()) as connection:
                site.commit(connection, [], ("rosa",))
                site.commit(connection, [site.FREQUENCY])
                site.commit(connection, [site.BATTERY])
            return [(await first(stream, "commit")).data["commit"] for _ in heard]

    assert asyncio.run(run()) == heard


def test_a_list_and_the_stream_join_without_a_gap(own_server: ApiServer, own_database: TestDatabase) -> None:
    """What is committed between reading a list and listening comes, when the list's commit is given as `after`."""

    async def run() -> tuple[int, Event]:
        with psycopg.connect(own_database.conninfo()) as connection:
            site.commit(connection, [])
            seen = httpx.get(f"{own_server.url}/api/v1/facilities").json()["commit"]
            between = site.commit(connection, [])
        async with listening(own_server, EventReader(), after=seen) as stream:
            return between, await first(stream, "commit")

    between, event = asyncio.run(run())

    assert event.data["commit"] == between


@pytest.mark.parametrize("known", ["7", "9000000000000000000"])
def test_an_id_of_the_future_is_told_to_begin_again(own_server: ApiServer, known: str) -> None:
    """A client that knows more than the database (it was put back) is told to read the lists again."""

    async def run() -> Event:
        async with listening(own_server, EventReader(known)) as stream:
            return await first(stream, "reset")

    event = asyncio.run(run())

    assert (event.data["commit"], event.last_id) == (0, "0")


def test_an_id_that_is_forgotten_is_told_to_begin_again(own_server: ApiServer, own_database: TestDatabase) -> None:
    """A client whose commit has left the log misses nothing unheard: it is told to read the lists again."""
    with psycopg.connect(own_database.cluster.conninfo("postgres", own_database.name)) as admin:
        for _ in range(3):
            site.commit(admin, [])
        admin.execute("ALTER TABLE commit_log ALTER id RESTART WITH 2000000")
        newest = site.commit(admin, [])
        admin.execute("SELECT forget_commits(100)")
    # The log keeps far more commits than are replayed; this one, of which one is left, is told once it is caught up.
    until(lambda: httpx.get(f"{own_server.url}/readyz", timeout=60).json()["live_behind"] == 0)

    async def run() -> Event:
        async with listening(own_server, EventReader("2")) as stream:
            return await first(stream, "reset")

    event = asyncio.run(run())

    assert event.data["commit"] == newest == 2_000_000
    assert event.data["reason"].endswith("read the lists again.")


def test_the_feed_survives_a_cut_line(own_server: ApiServer, own_database: TestDatabase) -> None:
    """When the database ends all connections of the api, commits of meanwhile still come, once."""

    async def run() -> tuple[list[int], list[int]]:
        async with listening(own_server, EventReader()) as stream:
            await first(stream, "hello")
            with psycopg.connect(own_database.cluster.conninfo("postgres", own_database.name)) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tailwatch api'"
                )
                written = [site.commit(admin, []) for _ in range(3)]
            seen = [(await first(stream, "commit")).data["commit"] for _ in written]
        return written, seen

    written, seen = asyncio.run(run())

    assert seen == written


def test_a_slow_client_is_let_go_told_and_comes_back(own_server: ApiServer, own_database: TestDatabase) -> None:
    """A client that does not read is let go with an event that says so; its Last-Event-ID then brings the rest."""
    with socket.socket() as line, psycopg.connect(own_database.conninfo()) as connection:
        add_datastreams(connection, 1_500)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", own_server.port))
        line.settimeout(60)
        line.sendall(b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head = line.recv(4096)
        ids = [row[0] for row in connection.execute("SELECT datastream_id FROM latest").fetchall()]
        written = [site.commit(connection, ids)]
        while b"event: commit" not in head:  # it hears, and from then on it does not read
            head += line.recv(4096)
        written += [site.commit(connection, ids) for _ in range(59)]
        reader, seen = EventReader(), read_to_the_end(line, head)
    reader.last_id = next(event.last_id for event in reversed(seen) if event.name == "commit")

    came = [event.data["commit"] for event in seen if event.name == "commit"]
    assert (seen[-1].name, "Last-Event-ID" in seen[-1].data["reason"]) == ("dropped", True)
    assert 0 < len(came) < len(written)
    assert came + asyncio.run(rest(own_server, reader, written[-1])) == written


async def rest(server: ApiServer, reader: EventReader, last: int) -> list[int]:
    """Listen until commit `last`, coming back whenever the server lets this client go too."""
    found: list[int] = []
    async with asyncio.timeout(WITHIN_S):
        while not found or found[-1] < last:
            async with listening(server, reader) as stream:
                async for event in stream:
                    found += [event.data["commit"]] if event.name == "commit" else []
                    if found and found[-1] == last:
                        break
    return found


def add_datastreams(connection: site.Connection, count: int) -> None:
    """Add datastreams with a latest value, so that a commit of all of them makes a large event."""
    connection.execute(
        "INSERT INTO datastream (name, facility_id, node_id, instrument_id, quantity, unit)"
        " SELECT 'vale:n07:vw1.q' || i, 'vale', 'n07', 'vw1', 'level', 'm' FROM generate_series(1, %s) i",
        (count,),
    )
    connection.execute(
        "INSERT INTO latest SELECT id, now(), 1, 1, NULL, now(), 1, now() FROM datastream WHERE quantity = 'level'"
    )
    connection.commit()


def read_to_the_end(line: socket.socket, head: bytes) -> list[Event]:
    """Read a chunked stream until the server ends it, and return its events."""
    data = bytearray(head)
    while not data.endswith(b"\r\n0\r\n\r\n"):
        part = line.recv(1 << 16)
        assert part, "the server cut the stream"
        data += part
    reader, rest, text = EventReader(), bytes(data).partition(b"\r\n\r\n")[2], b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        text, rest = text + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return [event for line in text.decode().split("\n") if (event := reader.line(line)) is not None]
