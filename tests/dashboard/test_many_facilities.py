"""An overview of many facilities: chosen, paged and on a map; database, api and pages are real."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from playwright.sync_api import Browser, expect
from psycopg.types.json import Jsonb

from tailings.assess.model import Assessment
from tests.api.server import ApiServer
from tests.dashboard.conftest import API_ROLE, open_page, save_picture
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

MANY = 2000
REGIONS = ("PTI14", "ES431", "RO321", "SE331")
OPERATORS = ("Minas do Centro", "Rio Salobre")
WORST = {0: "red", 1: "orange", 2: "blind", 3: "yellow"}
"""Of each hundred: one of each, all others green."""


def facility(number: int) -> tuple[str, dict[str, Any], Assessment]:
    """Invented: four regions a hundred kilometres wide, two operators; the last lies on another continent."""
    id = f"f{number:04d}"
    region = number % len(REGIONS)
    lon, lat = -8.0 + region * 9 + number // 4 % 20 / 20, 40.0 + region * 3 + number // 80 / 25
    now = datetime.now(UTC)
    document = {
        "name": f"Dam {number}",
        "region": REGIONS[region],
        "operator": OPERATORS[number % 2],
        "timezone": "Europe/Lisbon",
        "location": {"lon": -70.0, "lat": -23.0} if number == MANY - 1 else {"lon": lon, "lat": lat},
        "public": True,
        "geometry": [],
    }
    state = WORST.get(number % 100, "green")
    judged = Assessment(id, now, now + timedelta(hours=1), state, "green", sight="full", reasons=(), failure_modes=())
    return id, document, judged


def put(connection: psycopg.Connection[Any], count: int) -> None:
    """So many facilities, judged."""
    found = [facility(number) for number in range(count - 1)] + [facility(MANY - 1)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO facility (id, name, document, file, version, hash) VALUES (%s, %s, %s, '', 1, %s)",
            [(id, document["name"], Jsonb(document), "0" * 64) for id, document, _ in found],
        )
        cursor.executemany(
            "INSERT INTO assessment VALUES (%s, %s, %s, %s, %s)",
            [(id, one.made_at, one.valid_until, one.verdict, Jsonb(msgspec.to_builtins(one))) for id, _, one in found],
        )


@pytest.fixture(scope="module", params=[41, MANY])
def many(request: pytest.FixtureRequest, cluster: Database) -> Iterator[tuple[int, TestDatabase]]:
    """41 facilities, then 2,000."""
    with fresh_database(cluster, MIGRATED) as fresh:
        with psycopg.connect(fresh.conninfo()) as connection:
            put(connection, request.param)
        yield request.param, fresh


@pytest.fixture(scope="module")
def served(many: tuple[int, TestDatabase], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, ApiServer]]:
    """How many, and the api over them."""
    server = ApiServer(tmp_path_factory.mktemp("many"), many[1].conninfo(API_ROLE)).start()
    yield many[0], server
    server.stop()


@pytest.fixture
def client(served: tuple[int, ApiServer]) -> Iterator[httpx.Client]:
    """Somebody who reads public facilities."""
    with httpx.Client(base_url=served[1].url, timeout=60) as client:
        yield client


def rows(page: str) -> list[str]:
    """The ids of the facilities that a page lists."""
    return re.findall(r'<tr data-facility="(\w+)"', page)


def test_the_worst_stand_first_and_none_is_left_out(client: httpx.Client, served: tuple[int, ApiServer]) -> None:
    """All parts together have each once, red before orange, blind, yellow and green; the page has the first hundred."""
    count, listed = served[0], []
    for number in range(1, -(-count // 500) + 1):
        answer = client.get("/api/v1/overview", params={"page": number, "limit": 500}).json()
        listed += [one["facility"]["id"] for one in answer["facilities"]]
    shown = client.get("/").text

    assert len(listed) == len(set(listed)) == count
    order = [WORST.get(int(one[1:]) % 100, "green") for one in listed]
    assert order == sorted(order, key=["red", "orange", "blind", "yellow", "green"].index)
    assert set(rows(shown)) == set(listed[:100]) and ("?page=2" in shown) == (count > 100)


@pytest.mark.parametrize("page", ["/nodes", "/value"])
def test_a_page_of_some_facilities_says_of_how_many(
    client: httpx.Client, served: tuple[int, ApiServer], page: str
) -> None:
    """Nodes and values are of the 500 worst facilities at most: of 2,000 that is said, of 41 there is no need."""
    said = re.findall(r"(\d+) of (\d+) facilities below, worst first", client.get(page).text)

    assert said == ([("500", "2000")] if served[0] == MANY else [])


@pytest.mark.parametrize(
    ("query", "meets"),
    [
        ({"region": "ES431"}, lambda number: number % 4 == 1),
        ({"operator": "Rio Salobre", "state": "orange"}, lambda number: number % 100 == 1),
        ({"search": "dam 12"}, lambda number: str(number).startswith("12")),
        ({"box": "-8.5,39,-6.9,60"}, lambda number: number % 4 == 0),
        ({"state": "red", "region": ""}, lambda number: number % 100 == 0),
    ],
)
def test_what_is_chosen_is_what_meets_the_choice(
    client: httpx.Client, served: tuple[int, ApiServer], query: dict[str, str], meets: Any
) -> None:
    """Counted by the rule that the facilities were made by; the page says how many of all, and the map has the same."""
    count = served[0]
    wanted = {f"f{n:04d}" for n in [*range(count - 1), MANY - 1] if meets(n)}
    if "box" in query:
        wanted.discard(f"f{MANY - 1:04d}")
    found = client.get("/api/v1/overview", params=query | {"limit": "500"}).json()
    places = client.get("/api/v1/overview/places", params=query).json()["places"]
    page = client.get("/", params=query).text

    assert {one["facility"]["id"] for one in found["facilities"]} == wanted
    assert {one["facility"] for one in places} == wanted
    assert f"{len(wanted)} of {count} facilities" in page


def test_a_choice_never_hides_that_another_is_worse(client: httpx.Client) -> None:
    """Of the green ones alone the verdict is green, and says that red ones lie outside of the choice."""
    page = client.get("/", params={"state": "green"}).text

    assert re.search(r"outside of this choice (is|are) worse: Red", page)


def test_a_choice_that_cannot_be_says_what_to_write(client: httpx.Client) -> None:
    """An unknown state, a box with three numbers: 422, and what to write."""
    answers = [client.get("/api/v1/overview", params=one) for one in ({"state": "pink"}, {"box": "1,2,3"})]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "box=-9,37,-7,41" in answers[1].text


def test_on_a_phone_one_can_search_and_nothing_overflows(browser: Browser, served: tuple[int, ApiServer]) -> None:
    """390 px wide: the form is there, a name is found, the page is no wider than the screen."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=served[1].url)
    page = open_page(context.new_page(), "/")
    save_picture(page, f"many-{served[0]}-phone")
    page.get_by_label("Name, region or operator").fill("Dam 12")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page.locator("tr[data-facility=f0012]")).to_be_visible()
    expect(page.locator("tr[data-facility=f0013]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1366, "height": 900})
    page.goto("/")
    save_picture(page, f"many-{served[0]}")
    context.close()
