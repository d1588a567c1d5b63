"""What layers say of places, and what asking again costs."""

import asyncio
import math
from collections.abc import Iterator
from typing import Any

import pytest

from api.http.database import DatabasePool
from api.land.nearby import LandPlace, Nearby, nearby
from ingest import land
from ingest.database import connect
from tests.api.conftest import API_ROLE
from tests.api.land import vale
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.land import drawn

LON, LAT = drawn.PLACE
PLACES = {"vale": LandPlace(LON, LAT, "vale"), "north": LandPlace(LON, LAT + 0.09, None)}


class CountedPool(DatabasePool):
    """A pool that counts what it is asked."""

    asked = 0

    async def rows(self, *words: Any) -> list[Any]:
        """As a pool does."""
        self.asked += 1
        return await super().rows(*words)


@pytest.fixture
def database(cluster: Database) -> Iterator[TestDatabase]:
    """Protected areas around vale."""
    with fresh_database(cluster, KNOWS_VALE) as made:
        with connect(made.conninfo("tailwatch_ingest")) as connection:
            vale.load(connection, "natura")
        yield made


def test_places_that_were_asked_for_cost_one_statement_until_a_layer_changes(database: TestDatabase) -> None:
    """The comparison asks for all of its facilities each time; an old answer never outlives its layer."""

    async def ask() -> None:
        async with CountedPool(database.conninfo(API_ROLE), 1, 30.0) as pool:
            first = await nearby(pool, PLACES, sees_all=True)
            before = pool.asked
            assert set(first) == set(PLACES)
            assert await nearby(pool, PLACES, sees_all=True) == first
            assert pool.asked == before + 1

            with connect(database.conninfo("tailwatch_ingest")) as connection:
                land.remove(connection, "natura", "user:3")
            assert await nearby(pool, PLACES, sees_all=True) == {}

    asyncio.run(ask())


def test_the_nearest_is_found_in_whichever_step_it_lies(database: TestDatabase) -> None:
    """West of an area that begins at vale: within 2, 8 and 25 km as it was drawn, and farther only as a bound."""
    west_m = {"inside": -500.0, "near": 1_500.0, "middle": 5_000.0, "far": 15_000.0, "beyond": 40_000.0}
    at = drawn.at([(-metres, 0.0) for metres in west_m.values()])
    places = {key: LandPlace(lon, lat) for key, (lon, lat) in zip(west_m, at, strict=True)}

    async def ask() -> dict[str, Nearby]:
        async with DatabasePool(database.conninfo(API_ROLE), 1, 30.0) as pool:
            return await nearby(pool, places, sees_all=True)

    spans = {key: found.protected_m for key, found in asyncio.run(ask()).items()}

    found = {key: (span.least, span.most) for key, span in spans.items() if span}
    for key in ("near", "middle", "far"):
        assert found[key] == pytest.approx((west_m[key], west_m[key]), abs=0.5)
    assert found["inside"] == (0.0, 0.0) and found["beyond"] == (25_000.0, math.inf)
