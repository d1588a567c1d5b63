"""A region through the api: what is found, what needs a look, sums, shares, places; who sees what."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, LiteralString

import httpx
import numpy as np
import psycopg
import pytest

from api.http.database import DatabasePool
from api.region import answers
from api.region.answers import EntryPart, RegionCache
from api.region.filters import RegionFilter
from tests.api import people
from tests.api.conftest import API_ROLE
from tests.api.people import bearer
from tests.api.region import site
from tests.api.server import ApiServer
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

REGION: Final = "/api/v1/region"
PLACES: Final = f"{REGION}/places"
LATE: Final = dt.date.today() - dt.timedelta(days=40)
HEAD: Final = (
    "id,name,country,status,commodities,consequence_class,consequence_system,stability_concern,tonnage_t,"
    "tonnage_basis,next_review,longitude,latitude"
)
ROWS: Final = [
    HEAD,
    "red,Dam red,PT,active,W; Sn,Very High,GISTM,no,1000,dry,,-8.5,40.0",
    f"R2,Old heap,PT,closed,Tungsten / Rare earths,Low,GISTM,yes,500,,{LATE},-7.0,40.0",
    "R3,Nowhere,PT,closed,Cu,2,National,,,,2199-01-01,,",
    f"R4,Far,ES,abandoned,Cu,,,,300,wet,{LATE - dt.timedelta(days=5)},-5.0,38.0",
]
CHAIN: Final = """
INSERT INTO register_match (entry_id, other_entry_id, is_same, author)
SELECT a.id, b.id, %(is_same)s, 'user:3' FROM register_entry a, register_entry b
WHERE a.registered_id = %(one)s AND b.registered_id = %(other)s
"""
CHAIN_END: Final = """
INSERT INTO register_match (entry_id, facility_id, is_same, author)
SELECT id, %(facility)s, %(is_same)s, 'user:3' FROM register_entry WHERE registered_id = %(one)s
"""
CASES: Final = {
    "red": site.case(1e6, {"W": 800.0, "Sn": 300.0}, throughput=2e5),
    "calm": site.case(2e6, {"W": 400.0}),
    "west": site.case(5e5, {"W": 1500.0}, throughput=1e5),
}


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """Five facilities, three with a study; a public register of four rows, one of them matched; one that is not."""
    with fresh_database(cluster, MIGRATED) as fresh:
        with psycopg.connect(fresh.conninfo()) as connection:
            found = [("red", "red", -8.5, 40.0), ("calm", "green", -7.5, 40.5), ("west", "yellow", -9.0, 39.0)]
            site.put_facilities(connection, found, consequence_class="very-high", region="PT1X")  # type: ignore[arg-type]
            site.put_facilities(connection, [("bare", "not-monitored", None, None)])
            site.put_facilities(connection, [("hidden", "red", -8.6, 40.1)], public=False)
            for facility, one in CASES.items():
                site.put_study(
                    connection,
                    facility,
                    one,
                    "E3;F3;G3" if facility == "west" else "E2;F2;G2",
                    signed=facility != "calm",
                )
            site.put_study(connection, "hidden", CASES["calm"], "E2;F2;G2")
        site.put_register(fresh, "pt", ROWS)
        site.put_register(fresh, "own", [HEAD, "hidden,Dam hidden,PT,active,W,,,no,7,dry,,-8.6,40.1"], public=False)
        with psycopg.connect(fresh.conninfo()) as connection:
            connection.execute(
                "INSERT INTO register_match (entry_id, facility_id, is_same, author) "
                "SELECT id, 'red', true, 'user:3' FROM register_entry WHERE registered_id = 'red'"
            )
        yield fresh


@pytest.fixture(scope="module")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With regions and a consumption."""
    folder = tmp_path_factory.mktemp("state")
    (folder / "region").mkdir()
    (folder / "region" / "boundaries.json").write_bytes(site.boundaries())
    (folder / "region" / "consumption.toml").write_text(site.CONSUMPTION)
    return folder


@pytest.fixture(scope="module")
def anybody(
    database: TestDatabase, state_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client without a key."""
    folder = tmp_path_factory.mktemp("region")
    server = ApiServer(folder, database.conninfo(API_ROLE), state_folder=f'"{state_folder}"').start(wait_for=REGION)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


def ask(client: httpx.Client, **query: object) -> dict[str, Any]:
    """The region that meets a query."""
    found = client.get(REGION, params=query)
    assert found.status_code == 200, found.text
    return dict(found.json())


def names(found: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Measured facilities and rows of registers."""
    return [one["facility"] for one in found["measured"]], [one["values"]["id"] for one in found["entries"]]


@pytest.mark.parametrize(
    ("query", "measured", "rows"),
    [
        ({}, ["red", "west", "calm", "bare"], ["red", "R4", "R3", "R2"]),
        ({"country": "ES"}, [], ["R4"]),
        ({"nuts": "PT1A"}, ["red", "west"], ["red"]),
        ({"nuts": "PT"}, ["red", "west", "calm"], ["red", "R2"]),
        ({"status": "active"}, ["red"], ["red"]),
        ({"consequence": "GISTM: Very High"}, ["red", "west", "calm"], ["red"]),
        ({"consequence": "National: 2"}, [], ["R3"]),
        ({"commodity": "w"}, ["red", "west", "calm"], ["red"]),
        ({"commodity": "CU"}, [], ["R4", "R3"]),
        ({"commodity": "Rare earths"}, [], ["R2"]),
        ({"state": "red"}, ["red"], ["red"]),
        ({"state": "green"}, ["calm"], []),
        ({"box": "-7.6,39,-6,41"}, ["calm"], ["R2"]),
        ({"attention": "no-place"}, [], ["R3"]),
        ({"attention": "overdue-review"}, [], ["R4", "R2"]),
        ({"search": "HEAP", "register": "pt"}, [], ["R2"]),
    ],
    ids=str,
)
def test_each_filter_finds_measured_ones_and_rows(
    anybody: httpx.Client, query: dict[str, str], measured: list[str], rows: list[str]
) -> None:
    """The worst first, then rows by name; what only a row says finds the facility that a person said it is."""
    assert names(ask(anybody, **query)) == (measured, rows)


def test_a_row_is_a_facility_of_this_site_by_way_of_other_rows_too(
    anybody: httpx.Client, database: TestDatabase
) -> None:
    """Three rows in a chain, the last of them a facility that is yellow: that state finds all, and then none."""
    found = []
    for is_same in (True, False):
        with psycopg.connect(database.conninfo()) as connection:
            for one, other in (("R2", "R3"), ("R3", "R4")):
                connection.execute(CHAIN, {"one": one, "other": other, "is_same": is_same})
            connection.execute(CHAIN_END, {"one": "R4", "facility": "west", "is_same": is_same})
        found.append(names(ask(anybody, state="yellow")))

    assert found == [(["west"], ["R4", "R3", "R2"]), (["west"], [])]


def test_rows_go_on_by_cursor(anybody: httpx.Client) -> None:
    """Each row once; a cursor of another filter is refused."""
    first = ask(anybody, limit=3)
    rest = anybody.get(first["next"]).json()
    other = anybody.get(first["next"] + "&country=PT")

    assert names(first)[1] + names(rest)[1] == ["red", "R4", "R3", "R2"] and rest["next"] is None
    assert (first["entries_total"], first["registered"], other.status_code) == (4, 4, 422)


def test_what_needs_a_look_is_told_and_counted(anybody: httpx.Client) -> None:
    """Bad states, a register that denies a concern of a red dam, a row without a place, reviews past due."""
    found = ask(anybody)["needs"]
    (one,) = found["contradictions"]

    assert ([one["facility"] for one in found["states"]], found["states_total"]) == (["red", "west"], 2)
    assert (one["facility"], one["is_same"], one["contradictions"]) == (
        "red",
        True,
        [{"column": "stability_concern", "here": "no", "there": "red", "is_measured": True, "layers": []}],
    )
    assert found["without_place"] == 1
    assert [(one["name"], one["late_d"]) for one in found["reviews"]] == [("Far", 45), ("Old heap", 40)]


def half_normal(random: np.random.RandomState, low: float, mid: float, high: float, count: int) -> np.ndarray:
    """The spread of a study's input, written here anew: two half normals that meet in the middle."""
    z = random.standard_normal(count)
    return mid + np.where(z < 0, (mid - low) / 1.2815515655446004, (high - mid) / 1.2815515655446004) * z


def recoverable(random: np.random.RandomState, volume: float, grade: float, count: int = 400_000) -> np.ndarray:
    """Recoverable tonnes of one of the made-up studies, by numpy alone."""
    drawn = np.ones(count)
    for low, mid, high in ((volume / 2, volume, 3 * volume), (1.4, 1.6, 1.8), (grade / 2, grade, 3 * grade)):
        drawn *= np.clip(half_normal(random, low, mid, high, count), 0.0, None)
    return drawn / 1e6 * np.clip(half_normal(random, 0.4, 0.55, 0.7, count), 0.0, 1.0)


def test_sums_are_those_of_draws_that_share_no_code(anybody: httpx.Client) -> None:
    """Both ways within 3 %; adding P90s as if that were the independent sum is off by far more: the control."""
    total = next(one for one in ask(anybody)["totals"] if (one["element"], one["unfc"]) == ("W", ""))
    random = np.random.RandomState(7)
    drawn = [recoverable(random, *one) for one in ((1e6, 800.0), (2e6, 400.0), (5e5, 1500.0))]
    independent = np.quantile(sum(drawn), (0.1, 0.5, 0.9))
    together = sum(np.quantile(one, (0.1, 0.5, 0.9)) for one in drawn)
    said = total["recoverable_t"]

    assert [said["independent"][name] for name in ("p90", "p50", "p10")] == pytest.approx(independent, rel=0.03)
    assert [said["together"][name] for name in ("p90", "p50", "p10")] == pytest.approx(together, rel=0.03)
    assert min(abs(together / independent - 1)[[0, 2]]) > 0.1
    assert (total["facilities"], total["unsigned"], total["invented"]) == (3, 1, 1)


def test_classes_are_kept_apart_and_registers_are_not_added(anybody: httpx.Client) -> None:
    """A row a class and one of all; what a register states by dry, wet and neither, with the rows that have none; one
    of its four rows a person matched with a facility of this site."""
    found = ask(anybody)
    (pt,) = found["stated"]

    assert (pt["rows"], pt["unmeasured"]) == (4, 3)

    assert [(one["element"], one["unfc"], one["facilities"]) for one in found["totals"]] == [
        ("Sn", "E2;F2;G2", 1),
        ("W", "", 3),
        ("W", "E2;F2;G2", 2),
        ("W", "E3;F3;G3", 1),
    ]
    assert [pt[name] for name in ("dry_t", "wet_t", "basis_unknown_t", "with_tonnage", "without_tonnage")] == [
        1000.0,
        300.0,
        500.0,
        3,
        1,
    ]


def test_a_share_is_told_only_where_both_of_it_are_stated(anybody: httpx.Client) -> None:
    """Of tungsten by the two studies with a throughput; tin is not strategic; a study without one gives no share."""
    (tungsten,) = ask(anybody)["benchmarks"]
    (none,) = ask(anybody, search="calm")["benchmarks"]
    share, yearly = tungsten["share"]["together"]["p50"], tungsten["yearly_t"]["together"]["p50"]

    assert (tungsten["element"], tungsten["with_throughput"], tungsten["facilities"]) == ("W", 2, 3)
    assert share == pytest.approx(yearly / 12000.0) and tungsten["consumption"]["year"] == 2023
    assert (none["yearly_t"], none["share"], none["consumption"]["tonnes_per_year"]) == (None, None, 12000.0)


def test_a_place_has_each_facility_once(anybody: httpx.Client) -> None:
    """A row that a person said is a measured one is that one; a row without a place is not on the map."""
    found = anybody.get(PLACES).json()
    western = anybody.get(PLACES, params={"nuts": "PT1A"}).json()["places"]

    assert [(one["name"], one["state"]) for one in found["places"]] == [
        ("Dam red", "red"),
        ("Dam west", "yellow"),
        ("Dam calm", "green"),
        ("Old heap", None),
        ("Far", None),
    ]
    assert (found["cut"], [one["facility"] for one in western]) == (0, ["red", "west"])


def test_the_number_beside_a_region_is_of_facilities(cluster: Database, state_folder: Path) -> None:
    """Each once, as on the map: a row that is a measured one, and two rows that are one. What has gone is not there."""
    heap, gone = "H1,Heap,PT,closed,W,,,,1,,,-7.0,40.0", "H2,Other heap,PT,closed,W,,,,1,,,-7.1,40.0"
    counted = []
    with fresh_database(cluster, MIGRATED) as fresh:
        with psycopg.connect(fresh.conninfo()) as connection:
            site.put_facilities(connection, [("red", "red", -8.5, 40.0)])
        site.put_register(fresh, "b", [HEAD, heap.replace("H1", "B1")])
        for day, rows in (("2026-01-31", [heap, gone]), ("2026-02-28", [heap])):
            site.put_register(fresh, "a", [HEAD, "red,Dam red,PT,active,W,,,,1,,,-8.5,40.0", *rows], day=day)
            counted.append(regions_of(fresh, state_folder))
        with psycopg.connect(fresh.conninfo()) as connection:
            connection.execute(CHAIN_END, {"one": "red", "facility": "red", "is_same": True})
            connection.execute(CHAIN, {"one": "B1", "other": "H1", "is_same": True})
        counted.append(regions_of(fresh, state_folder))

    assert counted == [{"PT1A": 2, "PT1B": 3}, {"PT1A": 2, "PT1B": 2}, {"PT1A": 1, "PT1B": 1}]


def regions_of(database: TestDatabase, state_folder: Path) -> dict[str, int]:
    """How many facilities lie in each region."""
    found, _ = asked_of(database, RegionCache(state_folder))
    return {one.code: one.facilities for one in found.choices.nuts}


def test_who_reads_not_everything_sees_what_is_public(anybody: httpx.Client, database: TestDatabase) -> None:
    """The hidden dam, its row and its tonnes are in no list, count, choice, sum or place of a stranger."""
    key = bearer(people.add_key(database.conninfo(), "read", facilities=("*",)))
    told, stranger = (anybody.get(REGION, headers=headers) for headers in (key, {}))
    places = anybody.get(PLACES).text

    assert "hidden" in told.text and "hidden" not in stranger.text + places
    assert [one["id"] if "id" in one else one["register"] for one in told.json()["stated"]] == ["own", "pt"]
    by_class = {one["unfc"]: one["facilities"] for one in told.json()["totals"] if one["element"] == "W"}
    assert by_class == {"": 4, "E2;F2;G2": 3, "E3;F3;G3": 1}
    assert told.json()["needs"]["contradictions_total"] == 2
    assert stranger.json()["by_state"] == {"red": 1, "yellow": 1, "green": 1, "not-monitored": 1}


def test_without_files_of_the_operator_that_is_said(database: TestDatabase, tmp_path: Path) -> None:
    """No regions, no codes of rows, and no share; a file that is refused is as if there were none."""
    (tmp_path / "region").mkdir()
    (tmp_path / "region" / "boundaries.json").write_text("{")

    for folder in (None, tmp_path):
        found, _ = asked_of(database, RegionCache(folder))
        assert found.boundaries is None and {one.nuts for one in found.entries} == {""}
        assert [one.share for one in found.benchmarks] == [None] and found.benchmarks[0].consumption is None
        assert {one.facility: one.nuts for one in found.measured if one.nuts} == dict.fromkeys(
            ("red", "west", "calm"), "PT1X"
        )


class CountingPool(DatabasePool):
    """A pool that counts its statements."""

    count = 0

    async def rows(self, shape: Any, query: LiteralString, values: Any) -> list[Any]:
        self.count += 1
        return await super().rows(shape, query, values)

    async def in_order(self, shape: Any, query: LiteralString, values: Any) -> list[Any]:
        self.count += 1
        return await super().in_order(shape, query, values)


def asked_of(database: TestDatabase, kept: RegionCache, **query: Any) -> tuple[Any, int]:
    """The region as who may read everything has it, and how many statements it took."""

    async def ask() -> tuple[Any, int]:
        async with CountingPool(database.conninfo(API_ROLE), 2, 30) as pool:
            return await answers.of_region(pool, kept, RegionFilter(**query), None, EntryPart(0, 100)), pool.count

    return asyncio.run(ask())


def test_the_number_of_statements_does_not_grow_with_facilities(cluster: Database, state_folder: Path) -> None:
    """Of one facility and ten rows as many as of forty with studies and two hundred rows."""
    counts = []
    with fresh_database(cluster, MIGRATED) as fresh:
        for facilities, rows in ((1, 10), (40, 200)):
            with psycopg.connect(fresh.conninfo()) as connection:
                found = [(f"f{rows}-{n}", "orange", -8.0 + n / 100, 40.0) for n in range(facilities)]
                site.put_facilities(connection, found)  # type: ignore[arg-type]
                for id, *_ in found:
                    site.put_study(connection, id, CASES["calm"], "E2;F2;G2")
            more = [f"x{rows}-{n},Heap {n},PT,closed,W,,,no,5,dry,,{-8 + n / 1000},40.0" for n in range(rows)]
            site.put_register(fresh, f"of-{rows}", [HEAD, *more])
            _, count = asked_of(fresh, RegionCache(state_folder))
            counts.append(count)

    assert counts[0] == counts[1] < 25


def test_a_region_that_is_no_code_says_no_country(cluster: Database, tmp_path: Path) -> None:
    """The file of a facility may name its region in words: the place says in which country it lies."""
    with fresh_database(cluster, MIGRATED) as fresh:
        with psycopg.connect(fresh.conninfo()) as connection:
            site.put_facilities(connection, [("kiruna", "green", 20.2, 67.9)], region="Norrbotten")
            site.put_facilities(connection, [("gafanha", "green", -7.5, 40.5)], region="BE IRA")
            site.put_facilities(connection, [("coded", "green", None, None)], region="EL41")
        found, _ = asked_of(fresh, RegionCache(tmp_path))

    assert {one.facility: one.country for one in found.measured} == {"kiruna": "SE", "gafanha": "PT", "coded": "GR"}


def say_same(connection: "psycopg.Connection[Any]", *said: tuple[str, str, bool]) -> None:
    """Words of a person on two rows, or a row and a facility, by their ids."""
    for one, other, is_same in said:
        query = CHAIN if other[0].isupper() else CHAIN_END
        connection.execute(query, {"one": one, "other": other, "facility": other, "is_same": is_same})


def test_a_map_has_a_facility_of_several_registers_once(cluster: Database) -> None:
    """Rows A1 and B1 are one, and so are D1 and D2 and a red facility whose file states no place: with a green one
    there are three facilities, the red one where the first of its registers has it."""
    with fresh_database(cluster, MIGRATED) as fresh:
        with psycopg.connect(fresh.conninfo()) as connection:
            site.put_facilities(connection, [("bare", "red", None, None), ("placed", "green", -8.0, 40.0)])
        site.put_register(fresh, "a", [HEAD, "A1,A,PT,,,,,,,,,-7,40", "D1,D,PT,,,,,,,,,-6.9,40.5"])
        site.put_register(fresh, "b", [HEAD, "B1,B,PT,,,,,,,,,-7.001,40", "D2,D,PT,,,,,,,,,-6.901,40.5"])
        with psycopg.connect(fresh.conninfo()) as connection:
            say_same(connection, ("A1", "B1", True), ("D1", "D2", True), ("D2", "bare", True))

        async def ask() -> Any:
            async with DatabasePool(fresh.conninfo(API_ROLE), 2, 30) as pool:
                return await answers.places(pool, RegionCache(None), RegionFilter.model_validate({}), None)

        found = asyncio.run(ask())

    assert [(one.name, one.facility, one.state, one.lon) for one in found.places] == [
        ("Dam placed", "placed", "green", -8.0),
        ("A", "", None, -7.0),
        ("Dam bare", "bare", "red", -6.9),
    ]
    assert found.cut == 0


def test_a_row_that_is_another_facility_contradicts_no_neighbour(cluster: Database) -> None:
    """Two red dams 256 m apart. A row that denies a concern is the first of them; another one is a row that is neither:
    of four pairs of a row and a dam beside it, one contradicts."""
    denies = "{},Heap,PT,,,,,no,,,,-8.001,40"
    with fresh_database(cluster, MIGRATED) as fresh:
        with psycopg.connect(fresh.conninfo()) as connection:
            site.put_facilities(connection, [("first", "red", -8.0, 40.0), ("second", "red", -8.003, 40.0)])
        site.put_register(fresh, "a", [HEAD, denies.format("R1"), denies.format("R2")])
        site.put_register(fresh, "b", [HEAD, "R3,Mine,PT,,,,,,,,,,"])
        with psycopg.connect(fresh.conninfo()) as connection:
            neither = (("R3", "first", False), ("R3", "second", False))
            say_same(connection, ("R1", "first", True), ("R2", "R3", True), *neither)
        found, _ = asked_of(fresh, RegionCache(None))

    assert [(one.facility, one.is_same) for one in found.needs.contradictions] == [("first", True)]
    assert found.needs.contradictions_total == 1
