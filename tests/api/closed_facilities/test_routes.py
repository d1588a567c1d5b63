"""The database of closed facilities through the api: rows of registers in, completeness and missing fields out."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any, Final

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from ingest.samples import assays
from tests.api import people
from tests.api.closed_facilities.site import NEEDED, counted, rows, text
from tests.api.conftest import API_ROLE
from tests.api.people import bearer
from tests.api.region.site import put_facilities, put_register
from tests.api.server import ApiServer
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

PLACE: Final = "/api/v1/closed-facilities"
BARE: Final = dict.fromkeys(rows(1, 1)[0], "") | {"status": "closed"}
TRUTH: Final = [*rows(78, 5), *({**BARE, "id": id, "name": f"Heap {id}"} for id in ("Z1", "Z2"))]
"""The last two have nothing but a name and a status."""
OWN: Final = [{**BARE, "id": "P1", "name": "Ours alone"}]
NONE: Final = dict.fromkeys(("low", "mid", "high"), 0.0)
STUDY: Final = {
    "extent_m2": 5000.0,
    "case": {
        "volume": dict.fromkeys(("low", "mid", "high"), 2000.0),
        "density": dict.fromkeys(("low", "mid", "high"), 1.5),
        "commodities": [
            {"element": "Cu", "grade": {"low": 900.0, "mid": 1000.0, "high": 1200.0}, "recovery": NONE, "price": NONE}
        ],
        "cost": NONE,
        "plant": NONE,
    },
    "draws": 20_000,
    "seed": 7,
    "correlation": [[1.0]],
    "commodities": [{"element": "Cu", "unfc": "E3;F3;G3"}],
    "original_deposit": None,
}
ASSAYED: Final = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,kind,of,sampled,Cu ppm"
SENT: Final = (
    "S1,H1,0,0,10,0,1,,,2015-03-02,900\nS2,H1,0,0,10,1,2,,,2026-03-03,950",
    "S1,H1,0,0,10,0,1,,,2026-03-02,900\nS2,H1,0,0,10,0,1,duplicate,S1,2026-03-03,950",
)
"""A laboratory's file, and its correction."""
ADD_STUDY: Final = """
INSERT INTO study (facility_id, version, author, inputs, inputs_sha256, samples_sha256, files, result)
VALUES (%s, 1, 'user:3', '', '', '', '{}', %s)
"""
SCREEN: Final = """
WITH run AS (
    INSERT INTO screening_run (scope, author, method, inputs_sha256, parameters, newest_sample, summary)
    VALUES (%s, 'user:3', '', repeat('0', 64), '{}', 0, '{}') RETURNING id
)
INSERT INTO screening_interval (run_id, entry_id, name, element, document)
SELECT run.id, e.id, '', 'Cu', '{}' FROM run, register_entry e WHERE e.registered_id = 'Z2'
"""
MATCH: Final = """
INSERT INTO register_match (entry_id, facility_id, is_same, author)
SELECT id, %s, %s, 'user:3' FROM register_entry WHERE registered_id = %s
"""
LINK: Final = """
INSERT INTO register_match (entry_id, other_entry_id, is_same, author)
SELECT least(a.id, b.id), greatest(a.id, b.id), %s, 'user:3' FROM register_entry a, register_entry b
WHERE a.registered_id = %s AND b.registered_id = %s
"""


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """A public register of 80 rows, one of a single row that is not public, a facility of this site with a study."""
    with fresh_database(cluster, MIGRATED) as fresh:
        put_register(fresh, "pt", text(TRUTH), day="2026-06-30")
        put_register(fresh, "own", text(OWN), public=False, day="2026-06-30")
        with psycopg.connect(fresh.conninfo()) as connection:
            put_facilities(connection, [("vale", "green", -7.5, 40.1)])
            connection.commit()
            for number, sent in enumerate(SENT):
                assays.take(connection, "vale", f"{number}.csv", f"{ASSAYED}\n{sent}".encode(), "user:3")
            connection.execute(ADD_STUDY, ("vale", Jsonb(STUDY)))
            for scope in ("public", "all"):
                connection.execute(SCREEN, (scope,))
        yield fresh


@pytest.fixture(scope="module")
def anybody(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client without a key."""
    server = ApiServer(tmp_path_factory.mktemp("closed"), database.conninfo(API_ROLE)).start(wait_for=PLACE)
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


@pytest.fixture(scope="module")
def reader(anybody: httpx.Client, database: TestDatabase) -> Iterator[httpx.Client]:
    """A client who may read every facility."""
    key = bearer(people.add_key(database.conninfo(), "read", facilities=("*",)))
    with httpx.Client(base_url=anybody.base_url, timeout=60, headers=key) as client:
        yield client


def all_of(client: httpx.Client, limit: int = 500) -> dict[str, Any]:
    """The whole database, read page by page."""
    found: dict[str, Any] = client.get(PLACE, params={"limit": limit}).json()
    following = found["next"]
    while following:
        part = client.get(following).json()
        found["facilities"] += part["facilities"]
        following = part["next"]
    return found


def said(found: dict[str, Any]) -> dict[str, object]:
    """What an answer says, in the words of the test's own count."""
    counts = {one["name"]: one["stated"] for one in found["counts"] if one["name"] in NEEDED}
    return {
        "total": found["total"],
        "excluded": sorted(one["id"] for one in found["excluded"]),
        "unsaid": found["unsaid"],
        "complete": found["complete"],
        "stated": counts,
        "gaps": {
            one["id"]: [of["name"] for of in one["fields"] if of["name"] in NEEDED and of["state"] != "stated"]
            for one in found["facilities"]
        },
        "done": {one["name"]: one["done"] for one in found["due"] if one["name"] in ("permits", "sampling", "detail")},
    }


def test_completeness_is_what_the_cells_of_the_file_say(anybody: httpx.Client) -> None:
    """Of 80 rows with gaps at random: totals, each field, each facility's missing ones, each stage; with one cell
    emptied the test's own count is another (the control)."""
    found = said(all_of(anybody, limit=7))
    complete = next(one for one in TRUTH if counted([one])["complete"])

    assert found == counted(TRUTH)
    assert counted([one if one is not complete else one | {"area_m2": ""} for one in TRUTH]) != found


def test_each_facility_stands_on_one_page(anybody: httpx.Client) -> None:
    """Sorted by name, each once, whatever the length of a part; a cursor of another list is refused."""
    found = [one["id"] for one in all_of(anybody, limit=7)["facilities"]]
    following = anybody.get(PLACE, params={"limit": 7}).json()["next"]

    assert found == sorted(set(found)) and len(found) == counted(TRUTH)["total"]
    assert anybody.get(f"{following}&country=PT").status_code == 422


def test_a_page_behind_a_facility_that_is_gone_does_not_begin_anew(
    anybody: httpx.Client, database: TestDatabase
) -> None:
    """Who follows pages would read the first ones again for ever; it is said what to do."""
    first = anybody.get(PLACE, params={"limit": 7}).json()
    last = first["facilities"][-1]["number"]
    with psycopg.connect(database.conninfo()) as connection:
        connection.execute("UPDATE register_entry SET is_gone = true WHERE id = %s", (last,))
    answer = anybody.get(first["next"])
    with psycopg.connect(database.conninfo()) as connection:
        connection.execute("UPDATE register_entry SET is_gone = false WHERE id = %s", (last,))

    assert (answer.status_code, answer.json().get("field")) == (422, "cursor")
    assert "begin at the first page" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "meets"),
    [
        ({"country": "ES"}, lambda one, gaps: one["country"] == "ES"),
        ({"missing": "volume"}, lambda one, gaps: "volume" in gaps),
        ({"search": "heap 00", "missing": ""}, lambda one, gaps: one["name"] < "Heap 010"),
    ],
)
def test_filters_narrow_the_list_and_not_the_counts(anybody: httpx.Client, query: dict[str, str], meets: Any) -> None:
    """By country, by a field that is not stated, by a part of the name."""
    gaps: Any = counted(TRUTH)["gaps"]
    found = anybody.get(PLACE, params={**query, "limit": 500}).json()

    assert {one["id"] for one in found["facilities"]} == {
        one["id"] for one in TRUTH if one["id"] in gaps and meets(one, gaps[one["id"]])
    }
    assert found["matching"] == len(found["facilities"]) and found["total"] == counted(TRUTH)["total"]


def test_the_dates_of_member_states_are_counted_down(anybody: httpx.Client) -> None:
    """Those of Article 27(5) to (7), read in the regulation; days from today; registers are due after three years."""
    found = anybody.get(PLACE).json()
    days = {one["name"]: (one["ref"], one["date"]) for one in found["due"]}

    assert days == {
        "database": ("Art. 27(6)", "2025-11-24"),
        "permits": ("Art. 27(7)(a)", "2025-11-24"),
        "sampling": ("Art. 27(7)(b)", "2026-05-24"),
        "detail": ("Art. 27(7)(c)", "2027-03-24"),
        "filled": ("Art. 27(6)", "2027-05-24"),
        "measures": ("Art. 27(5)", "2027-11-24"),
    }
    today = dt.datetime.now(dt.UTC).date()
    assert all(one["days"] == (dt.date.fromisoformat(one["date"]) - today).days for one in found["due"])
    assert [(one["id"], one["renew_by"]) for one in found["registers"]] == [("pt", "2029-06-30")]


def test_nobody_sees_what_registers_hide(anybody: httpx.Client, reader: httpx.Client) -> None:
    """A register that is not public is in no count, row or name; to who reads all, it is said not to be public."""
    few, all_ = all_of(anybody), all_of(reader)
    (ours,) = (one for one in all_["facilities"] if one["id"] == "P1")

    assert (all_["total"] - few["total"], all_["total"] - all_["public"], few["total"] - few["public"]) == (1, 1, 0)
    assert "Ours alone" not in anybody.get(PLACE, params={"limit": 500}).text
    assert (ours["is_public"], [one["id"] for one in all_["registers"]]) == (False, ["own", "pt"])


def test_what_people_said_is_one_facility_stands_once_with_its_study(
    anybody: httpx.Client, reader: httpx.Client, database: TestDatabase
) -> None:
    """Two bare rows in a chain to a facility whose study has extent, volume, grades and class: one facility with what
    the study says, whose class nobody signed; to who does not see the row between, nothing changes. Of its samples one
    was dated wrongly and one is a duplicate, as the laboratory corrected."""
    before, of_public = all_of(reader), all_of(anybody)["facilities"]
    found = []
    for is_same in (True, False):
        with psycopg.connect(database.conninfo()) as connection:
            connection.execute(LINK, (is_same, "Z1", "P1"))
            connection.execute(MATCH, ("vale", is_same, "P1"))
        found.append(all_of(reader))
        assert all_of(anybody)["facilities"] == of_public
    (one,) = (one for one in found[0]["facilities"] if one["facility"] == "vale")
    (bare,) = (one for one in before["facilities"] if one["id"] == "Z1")

    assert [it["total"] for it in found] == [before["total"] - 1, before["total"]]
    assert (set(one["registers"]), one["complete"], bare["complete"]) == ({"own", "pt"}, 4, 0)
    values = {of["name"]: of["values"] for of in one["fields"] if of["source"] == "study"}
    mass = re.fullmatch(r"Cu ([\d.]+) to ([\d.]+) t \(P90 to P10\)", values.pop("quantities")["quantities"])
    assert mass is not None
    assert [float(one) for one in mass.groups()] == pytest.approx([2.7, 3.6], rel=0.01)  # 2,000 m3 x 1.5 x the grade
    assert values == {
        "extent": {"area_m2": 5000.0},
        "volume": {"volume_m3": 2000.0},
        "concentrations": {"concentrations": "Cu 900 to 1200 mg/kg (P90 to P10)"},
        "unfc": {"unfc": "Cu E3;F3;G3 (screening, not an estimate)"},
    }
    sampling = next(stage["done"] for stage in one["stages"] if stage["name"] == "sampling")
    assert (one["samples"], sampling) == (1, "2026-03-02")


def test_what_a_screening_states_is_counted_apart(anybody: httpx.Client) -> None:
    """It is no estimate: of the row that has an interval both fields are screened, and none of them is stated."""
    found = all_of(anybody)
    (one,) = (one for one in found["facilities"] if one["id"] == "Z2")

    assert {of["name"]: of["values"] for of in one["fields"] if of["state"] == "screened"} == {
        "quantities": {"quantities": "Cu"},
        "concentrations": {"concentrations": "Cu"},
    }
    assert (one["complete"], found["screening"] is not None) == (0, True)
    assert {one["name"]: one["screened"] for one in found["counts"] if one["screened"]} == {
        "quantities": 1,
        "concentrations": 1,
    }


def test_a_file_has_each_field_with_its_state_and_source(anybody: httpx.Client) -> None:
    """The CSV says of each facility what the answer says."""
    lines = list(csv.DictReader(io.StringIO(anybody.get(f"{PLACE}/export").text)))
    found = {one["id"]: one for one in all_of(anybody)["facilities"]}

    assert [one["id"] for one in lines] == list(found)
    assert all(
        line[f"{of['name']}_state"] == of["state"] and line[f"{of['name']}_source"] == of["source"]
        for line in lines
        for of in found[line["id"]]["fields"]
    )
    assert {line["id"]: line["area_m2"] for line in lines} == {
        one["id"]: f"{float(one['area_m2'])}" if one["area_m2"] else "" for one in TRUTH if one["id"] in found
    }


def test_nothing_is_complete_where_there_is_nothing(
    cluster: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Without a register: no facility, no count that could be read as done, all dates told."""
    with fresh_database(cluster, MIGRATED) as fresh:
        server = ApiServer(tmp_path_factory.mktemp("none"), fresh.conninfo(API_ROLE)).start(wait_for=PLACE)
        found = httpx.get(f"{server.url}{PLACE}", timeout=60).json()
        server.stop()

    assert (found["total"], found["complete"], found["facilities"], len(found["due"])) == (0, 0, [], 6)
    assert {(one["done"], one["of"]) for one in found["due"]} == {(None, None), (0, 0)}


def test_rows_that_are_one_facility_stay_unsaid_where_none_says_whether_it_is_closed(
    reader: httpx.Client, database: TestDatabase
) -> None:
    """Two rows without a status, found to be one facility, and one found to be vale are unsaid as before."""
    first, second, third = [one["id"] for one in TRUTH if one["status"] in ("", "unknown")][:3]
    before = reader.get(PLACE).json()["unsaid"]

    with psycopg.connect(database.conninfo(), autocommit=True) as owner:
        owner.execute(LINK, (True, first, second))
        owner.execute(MATCH, ("vale", True, third))
        after = reader.get(PLACE).json()["unsaid"]
        owner.execute(LINK, (False, first, second))
        owner.execute(MATCH, ("vale", False, third))

    assert before == after == counted(TRUTH)["unsaid"]
