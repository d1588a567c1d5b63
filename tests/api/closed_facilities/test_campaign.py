"""The sampling campaign of closed facilities: against all ways to share the samples out, and to whom it is told."""

import itertools
import math
from collections.abc import Iterator
from typing import Any, Final

import httpx
import psycopg
import pytest

from ingest import screening
from ingest.database import connect
from tests.api import people
from tests.api.conftest import API_ROLE
from tests.api.people import bearer
from tests.api.region.site import put_register
from tests.api.server import ApiServer
from tests.ingest.screening.region import REGION
from tests.servers import Database, TestDatabase, fresh_database

PLACE: Final = "/api/v1/closed-facilities"
HEADING: Final = "id,name,status,commodities,type,tonnage_t,tonnage_basis,longitude,latitude,sampled,excluded_because"
ROWS: Final = [
    HEADING,
    "B1,Great heap,closed,Copper,tailings dam,2000000,dry,-7.7,40.2,,",
    "B2,Middle heap,abandoned,Copper,pond,700000,dry,-7.9,40.1,2025-06-01,",
    "B3,Small heap,reclaimed,Copper,waste rock,200000,dry,-7.8,40.3,,",
    "B4,Heap of nothing known,closed,,,,,,,,",
    "B5,Heap without a mass,closed,Copper,,,,,,,",
    "B6,Working dam,active,Copper,tailings dam,90000000,dry,-7.7,40.2,,",
    "B7,Left out,closed,Copper,tailings dam,90000000,dry,-7.7,40.2,,no mineral waste",
]
OWN: Final = [HEADING, "P1,Ours alone,closed,Copper,tailings dam,5000000,dry,-7.6,40.2,,"]


@pytest.fixture(scope="module")
def screened(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """An api over a region that is screened: a public register of closed heaps, and one that is not public."""
    with fresh_database(cluster, REGION) as database:
        put_register(database, "heaps", ROWS, day="2026-06-30")
        put_register(database, "own", OWN, public=False)
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            screening.make(connection, "user:3")
        server = ApiServer(tmp_path_factory.mktemp("campaign"), database.conninfo(API_ROLE)).start(wait_for=PLACE)
        yield server, database
        server.stop()


@pytest.fixture(scope="module")
def anybody(screened: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client without a key."""
    with httpx.Client(base_url=screened[0].url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def stated(screened: tuple[ApiServer, TestDatabase]) -> dict[str, dict[str, Any]]:
    """What the public screening states of the heaps with a mass, as it is stored."""
    with psycopg.connect(screened[1].conninfo()) as connection:
        rows = connection.execute(
            "SELECT i.name, i.document FROM screening_interval i JOIN screening_run r ON r.id = i.run_id"
            " WHERE r.scope = 'public' AND i.element = 'Cu' AND i.document -> 'mass_t' <> 'null'"
        ).fetchall()
    return {name: document for name, document in rows if "heap" in name.lower()}


def doubt(of: dict[str, Any], samples: int) -> float:
    """Variance of the tonnes that so many samples take away: the lognormal law of total variance, written by hand."""
    variance, scatter = of["log_variance"], of["sample_variance"]
    left = 1 / (1 / variance + samples / scatter)
    expected = of["mass_t"] * math.exp(of["log_mean"] + variance / 2)
    return float(expected**2 * (math.exp(variance - left) - 1))


def variance(of: dict[str, Any]) -> float:
    """All of it."""
    return doubt(of, 10**9)


@pytest.mark.parametrize(("samples", "visit"), [(1, 0), (4, 0), (9, 0), (3, 100)])
def test_no_other_way_to_share_the_samples_out_takes_away_more(
    anybody: httpx.Client, stated: dict[str, dict[str, Any]], samples: int, visit: int
) -> None:
    """Of all ways over the three closed heaps that have a mass; where a visit is dear, of those that visit one."""
    asked = {"samples": samples, "visit_cost": visit, "sample_cost": 1}
    plan = anybody.get(PLACE, params=asked).json()["plan"]
    names = sorted(stated)
    total = sum(variance(stated[name]) for name in names)
    ways = [way for way in itertools.product(range(9), repeat=3) if sum(way) == samples]
    ways = [way for way in ways if not visit or way.count(0) == 2]
    worth = {way: sum(doubt(stated[name], n) for name, n in zip(names, way, strict=True)) / total for way in ways}

    assert names == ["Great heap", "Middle heap", "Small heap"]
    assert plan["removes"] == pytest.approx(max(worth.values()), rel=1e-6)
    assert plan["cost"] == samples + visit * len(plan["facilities"])
    assert plan["removes"] == pytest.approx(sum(one["removes"] for one in plan["facilities"]))


def test_what_cannot_be_planned_is_counted(anybody: httpx.Client) -> None:
    """Of five closed heaps one has an interval without a mass and one none; what works or is left out has no part."""
    found = anybody.get(PLACE, params={"samples": 24, "country": "ES"}).json()
    plan = found["plan"]

    assert (found["total"], found["matching"]) == (5, 0)
    assert (plan["without_mass"], plan["without_interval"], plan["wanted"], plan["samples"]) == (1, 1, 24, 24)
    assert {one["id"]: one["sampled"] for one in plan["facilities"]} == {"B1": None, "B2": "2025-06-01", "B3": None}


def test_the_plan_holds_what_its_reader_may_see(
    screened: tuple[ApiServer, TestDatabase], anybody: httpx.Client
) -> None:
    """Who may read all finds the register that is not public in it; the file has the samples of each facility."""
    key = bearer(people.add_key(screened[1].conninfo(), "read", "approve", facilities=("*",)))
    whole = httpx.get(f"{screened[0].url}{PLACE}", headers=key, params={"samples": 24}, timeout=60).json()["plan"]
    file = anybody.get(f"{PLACE}/export", params={"samples": 1}).text

    assert "P1" in {one["id"] for one in whole["facilities"]}
    assert [line.rpartition(",")[2] for line in file.splitlines() if line.split(",")[1:2] == ["B1"]] == ["1"]
    assert "Ours alone" not in file


def test_rows_that_are_found_to_be_one_facility_are_planned_once(
    screened: tuple[ApiServer, TestDatabase], anybody: httpx.Client
) -> None:
    """The great and the small heap are one since the screening: two heaps of eight samples at most are sixteen."""
    link = (
        "INSERT INTO register_match (entry_id, other_entry_id, is_same, author) SELECT min(id), max(id), %s, 'user:3'"
        " FROM register_entry WHERE registered_id IN ('B1', 'B3')"
    )
    with psycopg.connect(screened[1].conninfo(), autocommit=True) as owner:
        owner.execute(link, (True,))
        plan = anybody.get(PLACE, params={"samples": 24}).json()["plan"]
        owner.execute(link, (False,))

    assert sorted((one["id"], one["samples"]) for one in plan["facilities"]) == [("B1", 8), ("B2", 8)]
    assert (plan["samples"], plan["without_mass"], plan["without_interval"]) == (16, 1, 1)
