"""Drills over HTTP: the list and a record, for who may act in the facility and for nobody else."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests import drill_story
from tests.api import people, site
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

ADDRESS = "/api/v1/facilities/vale/drills"
MARCH = """
INSERT INTO drill (facility_id, scenario, led_by, began_at, ended_at, record, sha256)
SELECT facility_id, scenario, led_by, began_at - interval '60 d', ended_at - interval '60 d', record, repeat('1', 64)
FROM drill WHERE id = 1"""


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """The site of the api's tests with two drills."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        drill_story.add(fresh.conninfo())
        yield fresh


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over that site."""
    running = ApiServer(tmp_path_factory.mktemp("drills"), database.conninfo("tailwatch_api")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def operator(database: TestDatabase, server: ApiServer) -> Iterator[httpx.Client]:
    """Who may act in vale."""
    key = people.add_key(database.conninfo(), "read", "annotate")
    with httpx.Client(base_url=server.url, timeout=60, headers=people.bearer(key)) as client:
        yield client


def test_a_record_has_times_limits_and_outcomes(operator: httpx.Client) -> None:
    """By the hand that wrote the story: 2 min of 2, 0.5, 6 of 5, 7 of 9, and a walk that nobody made."""
    found = operator.get(f"{ADDRESS}/1").json()

    said = [(one["measured"], one["what"], one["after_s"], one["outcome"]) for one in found["record"]["reactions"][:5]]
    assert said == [
        ("level", "", 120.0, "in-time"),
        ("notified", "", 30.0, "no-limit"),
        ("acknowledged", "", 360.0, "late"),
        ("action", "Start pump", 420.0, "in-time"),
        ("action", "Walk benches", None, "missing"),
    ]
    assert [one["plan"] for one in found["record"]["unexpected"]] == ["piping"]
    assert found["ended_at"] == "2026-05-20T09:30:00Z" and found["sha256"] == "0" * 64
    assert found["record"]["past_h"] == 25.0


def test_the_list_counts_outcomes_and_has_the_one_that_is_held(operator: httpx.Client) -> None:
    """The newest first; of the held one, two minutes in, the level is still open."""
    listed = operator.get(ADDRESS).json()["drills"]

    assert [(one["id"], one["ended_at"] is None) for one in listed] == [(2, True), (1, False)]
    assert listed[1]["counts"] == {"in-time": 2, "no-limit": 1, "late": 1, "missing": 3}
    assert listed[0]["counts"]["open"] >= 1


def test_one_that_was_held_before_and_brought_later_stands_behind(
    operator: httpx.Client, database: TestDatabase
) -> None:
    """A record of March, brought after the two of May, is the oldest of the three."""
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(MARCH)
    listed = operator.get(ADDRESS).json()["drills"]
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(
            "ALTER TABLE drill DISABLE TRIGGER refuse_change; DELETE FROM drill WHERE sha256 = repeat('1', 64)"
        )
        owner.execute("ALTER TABLE drill ENABLE TRIGGER refuse_change")

    assert [one["id"] for one in listed] == [2, 1, 3]


def test_who_may_not_act_sees_no_drill(operator: httpx.Client, database: TestDatabase, server: ApiServer) -> None:
    """It names people: a stranger and a reader get neither list nor record; the control is who may act."""
    reader = people.bearer(people.add_key(database.conninfo(), "read"))
    addresses = (ADDRESS, f"{ADDRESS}/1", "/f/vale/drills")
    strangers = [httpx.get(f"{server.url}{one}", timeout=60).status_code for one in addresses]
    readers = [httpx.get(f"{server.url}{one}", headers=reader, timeout=60).status_code for one in addresses]

    assert set(strangers) <= {303, 401} and set(readers) == {403}
    assert [operator.get(one).status_code for one in addresses] == [200, 200, 200]


def test_a_drill_that_is_not_there_is_said_with_what_to_ask(operator: httpx.Client) -> None:
    """A number of no drill."""
    answer = operator.get(f"{ADDRESS}/99")

    assert answer.status_code == 404 and "ask for the list of its drills" in answer.json()["detail"]
