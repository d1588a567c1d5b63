"""Places in the live stream: a stranger, or a crowd of them, shuts nobody out who has a key."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psycopg

from api.live.places import MAX_CLIENTS, MAX_STRANGERS, MAX_STRANGERS_OF_ONE, Place, Places
from tests.api.people import add_key, bearer, make_private
from tests.api.server import ApiServer
from tests.servers import TestDatabase

PER_LINE = 3


def crowd(places: Places, count: int, facility: str, first: int = 0) -> None:
    """So many strangers, each on a line of its own, as far as they are let in."""
    for number in range(first, first + count):
        place = Place(f"198.51.{number // 256}.{number % 256}", facility)
        if not places.refusal(place):
            places.take(place)


def test_a_crowd_leaves_places_for_keys_and_for_other_facilities() -> None:
    """A thousand strangers at one dam: half of the places; at two: all but those of the keys; then a key finds one."""
    places = Places(PER_LINE)
    crowd(places, 1000, "vale")
    elsewhere, key = Place("203.0.113.9", "rosa"), Place("", "vale")

    assert "to this" in places.refusal(Place("203.0.113.9", "vale"))
    assert places.refusal(elsewhere) == places.refusal(key) == ""

    crowd(places, 1000, "rosa", first=1000)
    assert "use a key" in places.refusal(Place("203.0.113.9", ""))
    for _ in range(MAX_CLIENTS - MAX_STRANGERS):
        assert places.refusal(key) == ""
        places.take(key)
    assert "as many clients" in places.refusal(key)
    assert MAX_STRANGERS_OF_ONE < MAX_STRANGERS < MAX_CLIENTS


@contextlib.asynccontextmanager
async def listening(server: ApiServer, headers: dict[str, str]) -> AsyncIterator[int]:
    """One client of the stream, with its status."""
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=60) as client,
        client.stream("GET", "/api/v1/live?facility=vale", headers=headers) as answer,
    ):
        yield answer.status_code


def test_one_line_has_so_many_streams(own_database: TestDatabase, tmp_path: Path) -> None:
    """The next stranger of this address is refused, a key is not; who leaves gives the place back."""
    server = ApiServer(tmp_path, own_database.conninfo("tailwatch_api"), live_per_address=PER_LINE).start()
    key = bearer(add_key(own_database.conninfo(), "read", facilities=("vale",)))

    async def watch() -> list[int]:
        async with contextlib.AsyncExitStack() as open_:
            found = [await open_.enter_async_context(listening(server, {})) for _ in range(PER_LINE + 1)]
            found.append(await open_.enter_async_context(listening(server, key)))
        for _ in range(100):  # the server notices a moment later
            async with listening(server, {}) as again:
                if again == 200:
                    break
            await asyncio.sleep(0.05)
        return [*found, again]

    try:
        found = asyncio.run(watch())
    finally:
        server.stop()

    assert found == [200] * PER_LINE + [503, 200, 200]


def test_a_stranger_where_nothing_is_public_is_asked_for_a_key(
    own_server: ApiServer, own_database: TestDatabase
) -> None:
    """A stream that could never say a thing takes no place."""
    with psycopg.connect(own_database.conninfo()) as owner:
        facilities = [name for (name,) in owner.execute("SELECT id FROM facility").fetchall()]
    for facility in facilities:
        make_private(own_database.conninfo(), facility)

    assert httpx.get(f"{own_server.url}/api/v1/live", timeout=60).status_code == 401
