"""Pages of SensorThings: followed to their end, cut to what the caller sees, a constant number of statements."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.http.database import DatabasePool
from api.sensorthings import options, paths
from api.sensorthings.pages import EntityReader
from tests.api import people, site
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.servers import TestDatabase

ROOT = "/sta/v1.1"


def followed(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    """All entities of a list, page by page, by its next links."""
    found: list[dict[str, Any]] = []
    address: str | None = ROOT + path
    while address is not None:
        body = client.get(address).raise_for_status().json()
        found += body["value"]
        address = body.get("@iot.nextLink")
    return found


@pytest.mark.parametrize(
    "order", ["", "result", "result desc", "phenomenonTime desc", "resultQuality/flag desc,result"]
)
def test_next_links_give_every_observation_once(client: httpx.Client, order: str) -> None:
    """In any order, with missing results too, the pages together are the observations that there are."""
    orderby = f"&$orderby={order}" if order else ""
    found = followed(client, f"/Datastreams(1)/Observations?$select=id,phenomenonTime&$top=700{orderby}")

    assert len({one["@iot.id"] for one in found}) == len(found) == site.LEVEL_ROWS


def test_the_next_link_of_expanded_entities_goes_on(client: httpx.Client) -> None:
    """What did not fit into an entity is at the link beside it, by the same condition and order."""
    inner = "$filter=result gt 318 and result lt 318.005;$orderby=result desc;$top=2;$select=result"
    one = client.get(f"{ROOT}/Datastreams(1)?$expand=Observations({inner})").json()
    more = client.get(one["Observations@iot.nextLink"]).json()

    results = [found["result"] for found in one["Observations"] + more["value"]]
    assert results == [site.level(minute)[0] for minute in (5, 4, 3, 2)]


def test_links_are_of_the_proxy(client: httpx.Client) -> None:
    """Links have the scheme and host that a proxy names, unless the name is none of ours."""
    forwarded = {"x-forwarded-proto": "https", "x-forwarded-host": "localhost:8443"}
    ours = client.get(f"{ROOT}/Things?$top=1", headers=forwarded).json()
    strange = client.get(f"{ROOT}/Things(1)", headers={"x-forwarded-host": "evil.example"}).json()

    assert ours["@iot.nextLink"].startswith("https://localhost:8443/sta/v1.1/Things?")
    assert strange["@iot.selfLink"] == str(client.base_url.join(f"{ROOT}/Things(1)"))


def test_arrays_have_the_same_observations(client: httpx.Client) -> None:
    """$resultFormat=dataArray has a row an observation, an array a Datastream, and the same next page."""
    asked = f"{ROOT}/Observations?$top=2871&$select=result,phenomenonTime"
    arrays, entities = client.get(f"{asked}&$resultFormat=dataArray").json(), client.get(asked).json()

    rows = [dict(zip(one["components"], row, strict=True)) for one in arrays["value"] for row in one["dataArray"]]
    assert rows == entities["value"]
    assert [one["dataArray@iot.count"] for one in arrays["value"]] == [site.LEVEL_ROWS, 1]
    assert "@iot.nextLink" in arrays


def test_a_failed_reading_is_missing(client: httpx.Client) -> None:
    """Its result is null and its flag 9; a suspect one has its flag and the tests that gave it."""
    at = (f"{ROOT}/Datastreams(1)/Observations?$skip={minute}&$top=1" for minute in (site.MISSING_AT, site.SUSPECT_AT))
    missing, suspect = (client.get(address).json()["value"][0] for address in at)

    assert (missing["result"], missing["resultQuality"]["flag"]) == (None, 9)
    assert suspect["resultQuality"] == {"scheme": "QARTOD", "flag": 3, "tests": ["gross_range", "spike"]}


@pytest.fixture
def private(own_database: TestDatabase, tmp_path: Path) -> Iterator[tuple[httpx.Client, str]]:
    """The api over a site where rosa is private and has one datastream, and a key that reads rosa."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute("INSERT INTO node VALUES ('rosa', 'n02', 'gw1', 'secret', 60)")
        owner.execute("INSERT INTO instrument VALUES ('rosa', 'n02', 'vw1', 'vw_piezometer')")
        owner.execute(
            "INSERT INTO datastream (id, name, facility_id, node_id, instrument_id, quantity, unit)"
            " OVERRIDING SYSTEM VALUE VALUES (200, 'rosa:n02:vw1.level', 'rosa', 'n02', 'vw1', 'water-level', 'm')"
        )
        site.store(owner, 200, datetime.now(UTC).replace(microsecond=0), 4321.125)
    people.make_private(own_database.conninfo(), "rosa")
    key = people.add_key(own_database.conninfo(), "read", facilities=("rosa",))
    server = ApiServer(tmp_path, own_database.conninfo(API_ROLE)).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client, key
    server.stop()


def test_a_caller_sees_its_facilities_alone(private: tuple[httpx.Client, str]) -> None:
    """By no way (list, id, navigation, condition, count) does a stranger reach a private facility; a key of it does."""
    client, key = private
    lists = {
        "/Things": 1,
        "/Datastreams": 1,
        "/Sensors": 1,
        "/Locations": 1,
        "/HistoricalLocations": 1,
        "/FeaturesOfInterest": 1,
        "/Observations": 1,
        "/ObservedProperties(1)/Datastreams": 1,
        "/Observations?$filter=result gt 4000 and result lt 5000": 1,
        "/ObservedProperties?$filter=Datastreams/name eq 'rosa:n02:vw1.level'": 1,
        "/ObservedProperties?$expand=Datastreams&$filter=name eq 'water-level'": 0,
    }

    def counts(headers: Mapping[str, str]) -> list[int]:
        asked = [f"{ROOT}{path}{'&' if '?' in path else '?'}$count=true&$top=0" for path in lists]
        return [client.get(address, headers=headers).json()["@iot.count"] for address in asked]

    stranger, known = counts({}), counts(people.bearer(key))
    assert [after - before for before, after in zip(stranger, known, strict=True)] == list(lists.values())
    hidden = ("Datastreams(200)", "Datastreams(200)/Observations", "Datastreams(200)/Thing", "FeaturesOfInterest(2)")
    assert [client.get(f"{ROOT}/{path}").status_code for path in hidden] == [404] * 4
    inside = client.get(f"{ROOT}/ObservedProperties(1)?$expand=Datastreams($expand=Observations($top=1))").text
    assert "rosa" not in inside


def test_who_may_read_everything_finds_over_all_ways(client: httpx.Client, read_database: TestDatabase) -> None:
    """A key of all facilities has the answers of a stranger about what is public, also over quantities to others."""
    key = people.add_key(read_database.conninfo(), "read", facilities=("*",))
    asked = (
        "ObservedProperties?$filter=Datastreams/Thing/Datastreams/id eq 3&$select=name",
        "Things?$filter=Datastreams/ObservedProperty/Datastreams/name eq 'vale:n09:vw1.level'&$select=name",
        "Datastreams(1)/ObservedProperty/Datastreams?$select=name&$count=true",
        "Observations?$orderby=phenomenonTime desc&$top=3&$select=id&$count=true",
    )
    answers = [
        [client.get(f"{ROOT}/{path}", headers=headers).json()["value"] for path in asked]
        for headers in ({}, people.bearer(key))
    ]

    assert answers[0] == answers[1]
    assert all(answers[0])


class CountedPool(DatabasePool):
    """A pool that counts the statements it was given."""

    statements = 0

    async def tuples(self, query: str, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        self.statements += 1
        return await super().tuples(query, values)


def statements_of(conninfo: str, query: str) -> tuple[int, int]:
    """How many Things an answer has, and how many statements it took."""

    async def read() -> tuple[int, int]:
        async with CountedPool(conninfo, 2, 10) as pool:
            found = await EntityReader(pool, None, ROOT).many(paths.parse("Things"), options.read(query), "")
            return len(found.documents), pool.statements

    return asyncio.run(read())


def test_the_number_of_statements_is_that_of_the_levels(read_database: TestDatabase) -> None:
    """Three levels with four navigations are five statements, for one Thing and for all."""
    conninfo = read_database.conninfo(API_ROLE)
    nested = "$expand=Datastreams($expand=Observations($top=2;$orderby=phenomenonTime desc),Sensor),Locations"

    assert statements_of(conninfo, f"$top=1&{nested}") == (1, 5)
    assert statements_of(conninfo, nested) == (3, 5)
