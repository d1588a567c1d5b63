"""Screenings through the api: what is stated and to whom, how it held, where to sample, and a further one."""

from collections.abc import Iterator

import httpx
import pytest

from ingest import screening
from ingest.database import connect
from tests.api import people
from tests.api.conftest import API_ROLE
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.ingest.screening.region import REGION, take
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database

SCREENING = "/api/v1/screening"


@pytest.fixture(scope="module")
def screened(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """An api over a region that is screened twice: foz is not public, two holes came in between, one of them of foz."""
    with fresh_database(cluster, REGION) as database:
        people.make_private(database.conninfo(), "foz")
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            screening.make(connection, "user:3")
            take(connection, "vale", "H9,1000")
            take(connection, "foz", "H9,900000")
            screening.make(connection, "user:3")
        server = ApiServer(tmp_path_factory.mktemp("screening"), database.conninfo(API_ROLE)).start(wait_for=SCREENING)
        with command_runner_of(database):
            yield server, database
        server.stop()


@pytest.fixture(scope="module")
def anybody(screened: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client without a key."""
    with httpx.Client(base_url=screened[0].url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def approver(screened: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client who may read and approve in every facility."""
    key = bearer(people.add_key(screened[1].conninfo(), "read", "approve", facilities=("*",)))
    with httpx.Client(base_url=screened[0].url, timeout=60, headers=key) as client:
        yield client


def test_who_reads_not_everything_sees_a_screening_of_what_is_public(
    anybody: httpx.Client, approver: httpx.Client
) -> None:
    """Its author, facilities, scores and intervals; what is not public is neither shown nor pooled."""
    public, whole = (client.get(SCREENING).json() for client in (anybody, approver))
    names = {one["facility"] for one in anybody.get(f"{SCREENING}/intervals").json()["intervals"]}

    assert (public["scope"], public["run"]["author"], public["run"]["facilities"]) == ("public", "", 8)
    assert (whole["scope"], whole["run"]["author"], whole["run"]["facilities"]) == ("all", "user:3", 9)
    assert [one["run"]["pools"][0]["donors"] for one in (public, whole)] == [5, 6]
    assert names == {None, "vale", "berg", "cava", "duna", "eira"}


def test_the_hit_rate_says_how_intervals_held(anybody: httpx.Client, approver: httpx.Client) -> None:
    """One of one held in public, one of two of all, with a binomial interval; and each with its bounds."""
    public, whole = (client.get(f"{SCREENING}/scores").json() for client in (anybody, approver))

    assert public["hit_rate"] | {"low": 0} == {
        "claimed": 0.8,
        "scored": 1,
        "held": 1,
        "undecided": 0,
        "share": 1.0,
        "low": 0,
        "high": 1.0,
    }
    assert (whole["hit_rate"]["share"], {one["verdict"] for one in whole["scores"]}) == (0.5, {"held", "missed"})
    assert all(one["low"] < one["high"] for one in whole["scores"])


def test_intervals_are_read_page_by_page(anybody: httpx.Client) -> None:
    """By name, each once; an interval has its grade and whence it comes, else the reason."""
    first = anybody.get(f"{SCREENING}/intervals?limit=5").json()
    second = anybody.get(first["next"]).json()
    found = {one["name"]: one for one in first["intervals"] + second["intervals"]}

    assert (first["total"], len(first["intervals"]), len(second["intervals"])) == (9, 5, 4)
    rio, sol = found["Rio"], found["Sol"]
    assert rio["grade"]["p90"] < rio["grade"]["p50"] < rio["grade"]["p10"]
    assert (rio["own"], rio["borrowed"]["all"], rio["metal"] is not None) == (0, 5, True)
    assert (sol["grade"], sol["reason"]) == (None, "nothing_known")


def test_filters_narrow_the_list_and_wrong_ones_are_refused(anybody: httpx.Client) -> None:
    """By element and by a part of a name; a cursor of another list is refused, and what is no symbol."""
    cursor = anybody.get(f"{SCREENING}/intervals?limit=5").json()["next"].partition("cursor=")[2]

    assert anybody.get(f"{SCREENING}/intervals?element=Cu").json()["total"] == 7
    assert [one["name"] for one in anybody.get(f"{SCREENING}/intervals?search=RI").json()["intervals"]] == ["Rio"]
    assert anybody.get(f"{SCREENING}/intervals?element=Cu&cursor={cursor}").status_code == 422
    assert anybody.get(f"{SCREENING}/intervals?element=copper").status_code == 422


def test_the_plan_names_where_samples_take_away_most_doubt(anybody: httpx.Client) -> None:
    """Only the row with a dry mass can be planned; the others are counted, costs added up, the article named."""
    plan = anybody.get(f"{SCREENING}/plan?samples=3&sample_cost=200&visit_cost=500").json()

    assert [(one["name"], one["samples"], one["cost"]) for one in plan["facilities"]] == [("Rio", 3, 1100.0)]
    assert (plan["without_mass"], plan["cost"], plan["legal_basis"]) == (
        6,
        1100.0,
        "Regulation (EU) 2024/1252, Article 27(7)",
    )
    assert 0 < plan["removes"] <= 1
    assert anybody.get(f"{SCREENING}/plan?samples=0").status_code == 422


def test_a_person_with_the_right_runs_a_further_one(anybody: httpx.Client, approver: httpx.Client) -> None:
    """A command; without the right it is refused. Another factor of masses is another screening."""
    before = approver.get(SCREENING).json()["run"]["number"]
    refused = anybody.post(f"{SCREENING}/runs", json={})
    given = approver.post(f"{SCREENING}/runs", json={"mass_factor": 2.5})

    assert (refused.status_code, given.status_code) == (401, 202)
    until(lambda: approver.get(given.headers["location"]).json()["state"] == "done")
    run = approver.get(SCREENING).json()["run"]
    assert (run["mass_factor"], run["number"] > before) == (2.5, True)
