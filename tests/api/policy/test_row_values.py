"""What indicators stand on, of a site with readings, plans, water and studies, against the answers about each alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from api.policy import row_values
from api.policy.standing_rows import StandingEntry, StandingFacility
from ingest.samples import water
from tailings.register.closed_facilities import RegisteredRow, StudiedFacility, closed
from tests.api import people
from tests.api.policy.site import freeze, written
from tests.api.region.site import case, put_facilities, put_study
from tests.api.server import ApiServer
from tests.dashboard import site
from tests.servers import Database, TestDatabase, fresh_database

YEAR = datetime.now(UTC).year
PLACE = "/api/v1/policy/instruments/whole"
INDICATORS = [
    {"indicator": "under_monitoring"},
    {"indicator": "limits_exceeded"},
    {"indicator": "blind_hours", "year": YEAR},
    {"indicator": "contained_tonnes", "element": "W"},
]


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """The dam of the pages, and two facilities of which nothing but a study is known, one of them drawn by a test."""
    with fresh_database(cluster, site.DAM) as fresh:
        site.build(fresh.conninfo())
        with psycopg.connect(fresh.conninfo()) as connection:
            put_facilities(connection, [("alpha", "green", -7.5, 40.1), ("beta", "green", -7.6, 40.1)])
            put_study(connection, "alpha", case(1e6, {"W": 300.0}), "E2;F2;G2")
            put_study(connection, "beta", case(1e6, {"W": 300.0}), "E2;F2;G2", signed=False)
        yield fresh


@pytest.fixture(scope="module")
def client(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Who may approve everywhere."""
    key = people.add_key(database.conninfo(), "read", "approve", facilities=("*",))
    server = ApiServer(tmp_path_factory.mktemp("rows"), database.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=server.url, timeout=120, headers=people.bearer(key)) as client:
        yield client
    server.stop()


@pytest.fixture(scope="module")
def found(client: httpx.Client) -> dict[str, Any]:
    """The indicators now, by name, and what the api says of each facility and of the region."""
    document = written()["document"] | {"indicators": INDICATORS}
    assert client.post(PLACE, json=written(document=document, is_public=False)).status_code == 201
    number = freeze(client, "before", PLACE)["number"]
    frozen = client.get(f"/api/v1/policy/freezes/{number}").json()
    region = client.get("/api/v1/region", params={"search": "alpha"}).json()
    return {
        **{one["query"]["indicator"]: one for one in frozen},
        "water": client.get("/api/v1/facilities/vale/water").json(),
        "sight": client.get(f"/api/v1/facilities/vale/sight/{YEAR}").json()["record"],
        "region": region,
        "facilities": len(client.get("/api/v1/facilities").json()["facilities"]),
    }


def test_only_what_sends_readings_is_watched(found: dict[str, Any]) -> None:
    """Of all facilities vale alone has readings."""
    one = found["under_monitoring"]

    assert one["of"] == found["facilities"] and one["value"] == pytest.approx(1 / found["facilities"], rel=1e-12)


def test_limits_are_those_of_the_water_page(found: dict[str, Any]) -> None:
    """Exceeded ones are the value; with undecided ones they are the upper bound."""
    outcomes = [one["outcome"] for one in found["water"]["limits"]]
    one = found["limits_exceeded"]

    assert one["value"] == outcomes.count("exceeded") > 0
    assert one["high"] == outcomes.count("exceeded") + outcomes.count("not-decided")


def test_blind_hours_are_those_of_the_record_of_the_year(found: dict[str, Any]) -> None:
    """Shares of the record times its hours, the mean over plans that call; not proved hours are the upper bound."""
    record, one = found["sight"], found["blind_hours"]
    begun, ended = (datetime.fromisoformat(record[name]) for name in ("from_at", "until"))
    hours = (ended - begun).total_seconds() / 3600
    plans = [plan for plan in record["plans"] if plan["simulated"] < 1]
    not_proved = hours * sum(plan["not_proved"] for plan in plans) / len(plans)
    blind = hours * sum(plan["blind"] for plan in plans) / len(plans)

    assert one["value"] == pytest.approx(blind, abs=0.1) and one["known"] == 1
    assert one["high"] == pytest.approx(blind + not_proved, abs=0.1)


def test_tonnes_are_those_of_the_region_without_invented_ones(found: dict[str, Any]) -> None:
    """One study of measured assays: P90, P50 and P10 are those of the region's page of that facility alone."""
    (total,) = [one for one in found["region"]["totals"] if one["element"] == "W"]
    one, spread = found["contained_tonnes"], total["contained_t"]["together"]

    assert one["known"] == 1
    assert [one["low"], one["value"], one["high"]] == pytest.approx(
        [spread["p90"], spread["p50"], spread["p10"]], rel=1e-5
    )


def test_limits_are_those_of_the_file_that_was_in_force(database: TestDatabase, client: httpx.Client) -> None:
    """300 mg/L of sulphate exceed the 250 of the first file, whatever a later file says: an instant has one value."""
    limit = {"point": "toe", "medium": "seepage", "substance": "SO4", "statistic": "maximum", "unit": "mg/L"}
    limit |= {"fraction": "dissolved", "source": "A", "valid_from": "2020-01-01"}
    taken_at = datetime.now(UTC) - timedelta(days=2)
    head, row = (
        "sample,point,medium,time,laboratory,SO4 mg/L dissolved",
        f"T-1,toe,seepage,{taken_at:%Y-%m-%d},Lab A,300",
    )
    with psycopg.connect(database.conninfo(), autocommit=True) as owner:
        put_facilities(owner, [("delta", "green", -10.0, 50.0)], permit=[limit | {"most": 250.0}], region="Delta")
        with psycopg.connect(database.conninfo("tailwatch_ingest"), autocommit=True) as ingest:
            assert water.take(ingest, "delta", "toe.csv", f"{head}\n{row}\n".encode(), "system:1000").faults == ()
        then = datetime.now(UTC)
        permit = Jsonb({"permit": [limit | {"most": 400.0}]})
        owner.execute(
            "UPDATE facility SET version = 2, hash = %s, document = document || %s WHERE id = 'delta'",
            ("1" * 64, permit),
        )
    place, asked = "/api/v1/policy/instruments/delta", [{"indicator": "limits_exceeded", "region": "Delta"}]
    said = written(document=written()["document"] | {"indicators": asked}, is_public=False)
    assert client.post(place, json=said).status_code == 201

    found = []
    for moment, at in (("before", then), ("after", datetime.now(UTC))):
        number = freeze(client, moment, place, as_of=at.isoformat())["number"]
        found += client.get(f"/api/v1/policy/freezes/{number}").json()

    assert [(one["rows"][0]["version"], one["value"]) for one in found] == [("file@1", 1), ("file@2", 0)]


def test_a_newer_register_that_does_not_know_hides_no_closed_facility() -> None:
    """Closed of 2024, unknown of 2026: closed, as in the database of closed facilities; both unknown: nobody says."""

    def status(*words: str) -> tuple[object, str | None]:
        days = [date(2026 - 2 * number, 1, 1) for number in range(len(words))]
        found = [
            StandingEntry(number, f"r{number}", "A", 1, day, values={"name": "A", "status": word}, is_gone=False)
            for number, (word, day) in enumerate(zip(words, days, strict=True))
        ]
        rows = [RegisteredRow(one.number, one.register, one.day, is_public=True, values=one.values) for one in found]
        known = closed(rows)
        return row_values.standing_row(found, None).values.get("status"), known.status if known else None

    assert status("unknown", "closed") == ("closed", "closed")
    assert status("active", "closed") == ("active", None)
    assert status("unknown", "unknown") == (None, None)


def test_what_a_facility_file_alone_says_completes_no_record() -> None:
    """Registers state four of six fields, the file place and operator: four, as the database of closed ones has it."""
    values = {"name": "A", "status": "closed", "area_m2": 1e4, "volume_m3": 1e5, "quantities": "Cu 5 t"}
    said = values | {"concentrations": "Cu 0.1 %"}
    entry = StandingEntry(1, "r", "A", 1, day=date(2026, 1, 1), values=said, is_gone=False)
    document = {"name": "A", "operator": "Mining Ltd", "location": {"lon": -7.5, "lat": 40.1}}

    found = row_values.standing_row([entry], StandingFacility("a", 1, document))

    row = RegisteredRow(entry.number, entry.register, entry.day, is_public=True, values=entry.values)
    known = closed([row], StudiedFacility("a"))
    assert known is not None and len(known.names("stated")) == 4
    assert found.values["fields_stated"] == 4
