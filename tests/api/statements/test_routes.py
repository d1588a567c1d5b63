"""Annual statements over HTTP: figures against a count of their own, what is missing, and signatures that stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.statements.gaps import gaps
from api.statements.models import AnnualStatement
from ingest.samples import water
from tests.api import people, site
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

YEAR = 2026
ADDRESS = f"/api/v1/facilities/vale/statements/{YEAR}"
BEGAN = datetime(2026, 5, 1, 6, tzinfo=UTC)
PLAN = {
    "id": "overtopping",
    "failure_mode": "overtopping",
    "levels": [
        {"level": "yellow", "when": {"datastream": "n07:vw1.level", "test": "above", "value": 330.0}},
        {"level": "red", "when": {"datastream": "n07:vw1.level", "test": "above", "value": 340.0}},
    ],
}
WORDS = {"conclusion": "The dam behaved as designed.", "authority": "Told by telephone on 1 May at 07:10."}


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """The site of the api's tests with a plan, alarms of it, and times in which its readings stood high."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        with psycopg.connect(fresh.conninfo()) as owner:
            owner.execute(
                "UPDATE facility SET document = document || %s WHERE id = 'vale'",
                (json.dumps({"tarp": {"overtopping": PLAN}}),),
            )
            _alarms(owner)
        yield fresh


def _alarms(owner: Any) -> None:
    """Red for five hours; a yellow that began last year; blind for two hours; one of a plan that only simulated."""
    old = datetime(2025, 12, 31, 20, tzinfo=UTC)
    for type, highest, simulated, began, hours in (
        ("level", 3, False, BEGAN, 5),
        ("level", 1, False, old, 6),
        ("blind", 0, False, BEGAN + timedelta(days=3), 2),
        ("level", 2, True, BEGAN + timedelta(days=4), 1),
    ):
        ended = began + timedelta(hours=hours)
        owner.execute(
            "INSERT INTO alarm_event (facility_id, family, rule, title, type, is_simulated, level, signal, highest,"
            " began_at, noted_at, is_past, returned_at, acknowledged_at, closed_at)"
            " VALUES ('vale', 'dam', 'overtopping', 'overtopping', %s, %s, 0, 0, %s, %s, %s, false, %s, %s, %s)",
            (type, simulated, highest, began, began, ended, began + timedelta(minutes=12), ended),
        )
    for at, before, after in ((old, 0, 1), (old + timedelta(hours=6), 1, 0)):
        _change(owner, at, before, after)
    for hours, before, after in ((0, 0, 1), (1, 1, 3), (4, 3, 1), (5, 1, 0)):
        _change(owner, BEGAN + timedelta(hours=hours), before, after)


def _change(owner: Any, at: datetime, before: int, after: int) -> None:
    owner.execute(
        "INSERT INTO tarp_level_change (facility_id, plan, at, before, after, is_late, noted_at)"
        " VALUES ('vale', 'overtopping', %s, %s, %s, false, %s)",
        (at, before, after, at),
    )


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over that site."""
    running = ApiServer(tmp_path_factory.mktemp("statements"), database.conninfo("tailwatch_api")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(server: ApiServer) -> Iterator[httpx.Client]:
    """Who reads without a login."""
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def engineer(database: TestDatabase, server: ApiServer) -> Iterator[httpx.Client]:
    """Who may approve in vale."""
    key = people.add_key(database.conninfo(), "read", "approve")
    with httpx.Client(base_url=server.url, timeout=60, headers=people.bearer(key)) as client:
        yield client


def draft(client: httpx.Client) -> dict[str, Any]:
    """The statement of the year as it stands."""
    answer = client.get(ADDRESS)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(found: dict[str, Any]) -> list[str]:
    """What is missing, by code."""
    return [one["code"] for one in found["gaps"]]


def test_results_are_a_count_of_the_readings(client: httpx.Client) -> None:
    """Readings by flag, minimum, mean and maximum of one series against a walk over its readings."""
    rows = [site.level(minute) for minute in site.level_minutes()]
    values = [result for result, quality, _ in rows if result is not None and quality in (1, 2, 3)]

    found = draft(client)
    (level,) = [one for one in found["results"] if one["datastream"] == "n07:vw1.level"]

    assert [level[name] for name in ("passed", "suspect", "rejected", "missing")] == [
        sum(quality == flag for _, quality, _ in rows) for flag in (1, 3, 4, 9)
    ]
    assert [level["minimum"], level["maximum"]] == [min(values), max(values)]
    assert level["mean"] == pytest.approx(sum(values) / len(values), rel=1e-12)
    stop = datetime.fromisoformat(found["stop"])
    assert level["expected"] == round((stop - site.T0).total_seconds() / 60)
    assert level["coverage"] == pytest.approx(len(values) / level["expected"], rel=1e-12)


def test_hours_and_alarms_are_those_of_the_year_alone(client: httpx.Client) -> None:
    """Of what began before the year only its hours in the year count; a plan that simulates counts in nothing."""
    found = draft(client)
    (plan,) = found["plans"]

    assert plan["events"] == {"yellow": 1, "orange": 0, "red": 1}
    assert plan["hours"] == {"yellow": 2 + 2, "orange": 0, "red": 3}
    assert [plan[name] for name in ("seen", "blind", "not_proved")] == [0, 0, 1]  # nobody has proved anything here
    assert found["simulated"] == 1
    red, blind = found["events"]
    assert (red["type"], red["highest"], red["acknowledged_after_s"], red["is_open"]) == ("level", 3, 720, False)
    assert (blind["type"], blind["notified_at"]) == ("blind", None)
    assert {name: count for name, count in found["delivered"].items() if count} == {"stored": 90, "lost": 3}


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "America/Santiago"])  # the second is an hour ahead in January
def test_a_year_is_held_against_the_limits_of_its_last_day(
    client: httpx.Client, database: TestDatabase, zone: str
) -> None:
    """A permit that ended on 31 December still counts in that year's statement, and that of 1 January not yet."""
    limit = {"point": "weir", "medium": "seepage", "substance": "SO4", "statistic": "maximum", "unit": "mg/L"}
    limit |= {"source": "Permit 12/2020", "fraction": "dissolved"}
    permit = [
        limit | {"most": 400.0, "valid_from": "2020-01-01", "valid_to": "2025-12-31"},
        limit | {"most": 250.0, "valid_from": "2026-01-01"},
    ]
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(
            "UPDATE facility SET document = document || %s WHERE id = 'rosa'",
            (json.dumps({"permit": permit, "timezone": zone}),),
        )

    found = {year: client.get(f"/api/v1/facilities/rosa/statements/{year}").json()["limits"] for year in (2025, 2026)}

    assert {year: [one["most"] for one in limits] for year, limits in found.items()} == {2025: [400.0], 2026: [250.0]}


SULPHATE = """sample,point,medium,time,laboratory,SO4 mg/L dissolved
E-1,weir,seepage,2026-04-30 23:30,Lab A,500
E-2,weir,seepage,2026-05-01 00:30,Lab A,300
"""


def test_a_limit_that_ended_in_the_year_is_held_as_on_its_last_day(
    client: httpx.Client, database: TestDatabase
) -> None:
    """500 mg/L on the last evening of a permit of 400, 300 mg/L in the first hour of the next one of 250: both exceed,
    each its own; a permit that ended the year before is none of this year.
    """
    limit = {"point": "weir", "medium": "seepage", "substance": "SO4", "statistic": "maximum", "unit": "mg/L"}
    limit |= {"fraction": "dissolved"}
    permit = [
        limit | {"most": 100.0, "source": "A", "valid_from": "2020-01-01", "valid_to": "2025-12-31"},
        limit | {"most": 400.0, "source": "B", "valid_from": "2026-01-01", "valid_to": "2026-04-30"},
        limit | {"most": 250.0, "source": "C", "valid_from": "2026-05-01"},
    ]
    with psycopg.connect(database.conninfo()) as owner:
        document = json.dumps({"permit": permit, "timezone": "Europe/Lisbon"})
        owner.execute("UPDATE facility SET document = document || %s WHERE id = 'rosa'", (document,))
    with psycopg.connect(database.conninfo("tailwatch_ingest"), autocommit=True) as ingest:
        assert water.take(ingest, "rosa", "weir.csv", SULPHATE.encode(), "system:1000").faults == ()

    found = client.get("/api/v1/facilities/rosa/statements/2026").json()["limits"]
    now = client.get("/api/v1/facilities/rosa/water").json()["limits"]

    told = {one["source"]: (one["outcome"], one["value"], one["valid_to"]) for one in found}
    assert told == {"B": ("exceeded", 500.0, "2026-04-30"), "C": ("exceeded", 300.0, None)}
    assert [one["source"] for one in now] == ["C"]


def test_a_level_of_the_next_year_is_none_of_this_one(client: httpx.Client, database: TestDatabase) -> None:
    """An alarm that was yellow on 31 December and red on 2 January was yellow in the year that is over."""
    began = datetime(2024, 12, 31, 20, tzinfo=UTC)
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(
            "WITH made AS (INSERT INTO alarm_event (facility_id, family, rule, title, is_simulated, level, signal,"
            " highest, began_at, noted_at, is_past, returned_at, closed_at)"
            " VALUES ('rosa', 'dam', 'sliding', 'sliding', false, 3, 0, 3, %(began)s, %(began)s, false, %(end)s,"
            " %(end)s)"
            " RETURNING id)"
            " INSERT INTO alarm_history (event_id, at, noted_at, kind, level, author)"
            " SELECT made.id, %(began)s + days * interval '1 day', now(), kind, level, 'program:ingest' FROM made,"
            " (VALUES (0, 'raised', 1), (2, 'escalated', 3)) AS line(days, kind, level)",
            {"began": began, "end": began + timedelta(days=5)},
        )

    found = {year: client.get(f"/api/v1/facilities/rosa/statements/{year}").json() for year in (2024, 2025)}

    assert {year: [one["highest"] for one in said["events"]] for year, said in found.items()} == {2024: [], 2025: [3]}


def test_a_day_of_many_readings_makes_up_for_no_other(client: httpx.Client, database: TestDatabase) -> None:
    """Of three days at one reading an hour, 72 readings on the first alone cover a third; days are the facility's own,
    which begin at 04:00 UTC in Santiago (IANA, standard time).
    """
    first = datetime(2025, 1, 10, 4, tzinfo=UTC)
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(
            "UPDATE facility SET document = document || '{\"timezone\": \"America/Santiago\"}' WHERE id = 'rosa'"
        )
        owner.execute("INSERT INTO node VALUES ('rosa', 'n01', 'gw1', 'weir', 3600)")
        owner.execute("INSERT INTO instrument VALUES ('rosa', 'n01', 'q1', 'current_loop')")
        owner.execute(
            "INSERT INTO datastream (id, name, facility_id, node_id, instrument_id, quantity, unit,"
            " expected_interval_s, retired_at) OVERRIDING SYSTEM VALUE"
            " VALUES (200, 'rosa:n01:q1.flow', 'rosa', 'n01', 'q1', 'seepage-flow', 'L/s', 3600, %s)",
            (first + timedelta(days=3),),
        )
        for place in range(72):
            site.store(owner, 200, first + timedelta(minutes=20 * place), 1.0)

    (flow,) = client.get("/api/v1/facilities/rosa/statements/2025").json()["results"]

    assert (flow["passed"], flow["expected"]) == (72, 72)
    assert flow["coverage"] == pytest.approx(24 / 72)


QUARTERS = """sample,point,medium,time,laboratory,SO4 mg/L dissolved
Q-4,weir,seepage,2023-11-15 10:00,Lab A,400
Q-1,weir,seepage,2024-02-15 10:00,Lab A,200
Q-2,weir,seepage,2024-05-15 10:00,Lab A,200
Q-3,weir,seepage,2024-08-15 10:00,Lab A,200
"""


def test_the_statement_of_a_whole_year_is_about_that_year(client: httpx.Client, database: TestDatabase) -> None:
    """Nobody sampled after August 2024: that quarter is missing in the statement of 2024, and the 400 mg/L of November
    2023, above a maximum of 250, are of 2023 alone.
    """
    limit = {"point": "weir", "medium": "seepage", "substance": "SO4", "statistic": "maximum", "unit": "mg/L"}
    limit |= {"fraction": "dissolved", "source": "Q", "most": 250.0, "samples_a_year": 4, "valid_from": "2020-01-01"}
    with psycopg.connect(database.conninfo()) as owner:
        document = json.dumps({"permit": [limit], "timezone": "America/Santiago"})
        owner.execute("UPDATE facility SET document = document || %s WHERE id = 'rosa'", (document,))
    with psycopg.connect(database.conninfo("tailwatch_ingest"), autocommit=True) as ingest:
        assert water.take(ingest, "rosa", "quarters.csv", QUARTERS.encode(), "system:1000").faults == ()

    found = {
        year: client.get(f"/api/v1/facilities/rosa/statements/{year}").json()["limits"][0] for year in (2023, 2024)
    }

    told = {
        year: (one["year_from"], one["year_to"], one["outcome"], one["value"], one["counted"], one["missing"])
        for year, one in found.items()
    }
    assert told == {
        2023: ("2023-01-01", "2023-12-31", "exceeded", 400.0, 1, ["2023-01/2023-09"]),
        2024: ("2024-01-01", "2024-12-31", "not-decided", 200.0, 3, ["2024-10/2024-12"]),
    }


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Santiago", "UTC"])
def test_what_was_lost_on_the_last_day_of_a_year_is_of_that_year(
    client: httpx.Client, database: TestDatabase, zone: str
) -> None:
    """Losses are counted by days of UTC: the year has 366 of them from 1 January to 31 December 2024, east of Greenwich
    too, where the first hour of its year is one of the UTC day before.
    """
    lost = {"2023-12-31": 1, "2024-01-01": 10, "2024-12-31": 100, "2025-01-01": 1000}
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(
            "UPDATE facility SET document = document || %s WHERE id = 'rosa'", (json.dumps({"timezone": zone}),)
        )
        owner.execute("DELETE FROM ledger_day WHERE facility_id = 'rosa'")
        for day, count in lost.items():
            owner.execute(
                "INSERT INTO ledger_day (facility_id, sender, epoch, day, lost) VALUES ('rosa', 'n01', 'e1', %s, %s)",
                (day, count),
            )

    found = {
        year: client.get(f"/api/v1/facilities/rosa/statements/{year}").json()["delivered"]["lost"]
        for year in (2023, 2024, 2025)
    }

    assert found == {2023: 1, 2024: 110, 2025: 1000}


def test_a_year_in_which_a_plan_only_simulated_is_a_gap(client: httpx.Client) -> None:
    """Approved since, it stands as in force; that it called nobody for half of the year is said all the same."""
    found = AnnualStatement.model_validate(draft(client))
    plan = found.plans[0].model_copy(update={"approval": "in-force", "seen": 0.25, "blind": 0.0, "not_proved": 0.25})

    said = {one.code: one.values for one in gaps(found.model_copy(update={"plans": [plan]}), has_engineer=True)}

    assert said["only_simulated"] == {"plan": "overtopping", "share": 0.5}
    assert "plan_not_in_force" not in said


def test_what_is_asked_and_is_not_there_is_listed(client: httpx.Client, database: TestDatabase) -> None:
    """Each gap of a site that lacks nearly all; what comes is no gap any more."""
    found = draft(client)

    assert codes(found) == [
        *(["year"] if datetime.now(UTC).year == YEAR else []),
        "consequence_class",
        "engineer",
        "never_read",
        "coverage",
        "lost",
        "plan_not_in_force",
        "not_proved",
        "authority",
        "no_limits",
        "no_samples",
        "inspections",
        "review",
        "exercise",
        "waste_placed",
        "conclusion",
    ]
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute("INSERT INTO duty VALUES ('vale', 'Engineer of Record', 'user:1', 'user:1')")
        owner.execute(
            """UPDATE facility SET document = document || '{"consequence_class": "high"}' WHERE id = 'vale'"""
        )
    assert not {"engineer", "consequence_class"} & set(codes(draft(client)))


def test_a_red_that_was_taken_back_stands_there_as_that(client: httpx.Client, database: TestDatabase) -> None:
    """Readings were judged suspect later: the alarm was raised, and nobody has to have told the authority of it."""
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute("UPDATE alarm_event SET corrections = 1 WHERE highest = 3")
        owner.execute("UPDATE tarp_level_change SET withdrawn_at = now() WHERE at >= %s", (BEGAN,))
        owner.commit()
        found = draft(client)
        owner.execute("UPDATE tarp_level_change SET withdrawn_at = NULL")

    red, _ = found["events"]
    assert (red["highest"], red["is_taken_back"], "authority" in codes(found)) == (3, True, False)
    (plan,) = found["plans"]
    assert (plan["events"]["red"], plan["hours"]["red"]) == (1, 0)


def test_what_was_first_read_later_is_not_missing(client: httpx.Client) -> None:
    """Of the year before, only what was never read at all stands there without a reading."""
    found = client.get(ADDRESS.replace(str(YEAR), str(YEAR - 1))).json()

    assert {one["datastream"] for one in found["results"]} == {"n09:vw1.level"} | {
        one["datastream"] for one in draft(client)["results"] if one["minimum"] is None
    }


def signing(found: dict[str, Any], **remarks: str) -> dict[str, Any]:
    """What who signs sends."""
    return {
        "figures_sha256": found["figures_sha256"],
        "name": "Ana Moura",
        "role": "Engineer of Record",
        "remarks": remarks or WORDS,
    }


def test_only_who_may_approve_signs(client: httpx.Client, engineer: httpx.Client) -> None:
    """A stranger signs nothing; nobody signs figures that he has not seen, or without a conclusion."""
    found = draft(client)
    unseen = signing(found) | {"figures_sha256": "0" * 64}

    refused = [
        client.post(ADDRESS, json=signing(found)),
        engineer.post(ADDRESS, json=unseen),
        engineer.post(ADDRESS, json=signing(found, dam="Dry.")),
        engineer.post(ADDRESS, json=signing(found) | {"name": "A"}),
        engineer.post("/api/v1/facilities/vale/statements/2031", json=signing(found)),
    ]

    assert [one.status_code for one in refused] == [401, 422, 422, 422, 404]
    assert [one.json().get("field") for one in refused[1:3]] == ["figures_sha256", "remarks"]
    assert client.get("/api/v1/facilities/vale/statements").json() == {
        "facility": "vale",
        "years": [datetime.now(UTC).year] if datetime.now(UTC).year == YEAR else [datetime.now(UTC).year, YEAR],
        "signed": [],
    }


def test_a_signed_statement_stays_as_it_was(
    client: httpx.Client, engineer: httpx.Client, database: TestDatabase
) -> None:
    """A remark closes its gap; later readings change the draft alone; the same again is no further version."""
    before = draft(client)
    signed = engineer.post(ADDRESS, json=signing(before))
    again = engineer.post(ADDRESS, json=signing(before))
    with psycopg.connect(database.conninfo()) as owner:
        site.store(owner, site.BARO, datetime(2026, 6, 1, tzinfo=UTC), 96.2)
    further = engineer.post(ADDRESS, json=signing(draft(client)))

    kept = client.get(ADDRESS, params={"version": 1}).json()
    assert [one.status_code for one in (signed, again, further)] == [201, 201, 201]
    assert [one.json()["signature"]["version"] for one in (signed, again, further)] == [1, 1, 2]
    assert kept == signed.json()
    assert kept["figures_sha256"] == before["figures_sha256"] != draft(client)["figures_sha256"]
    assert (kept["remarks"], set(codes(before)) - set(codes(kept))) == (WORDS, set(WORDS))
    listed = client.get("/api/v1/facilities/vale/statements").json()["signed"]
    assert [(one["version"], one["name"], one["gaps"]) for one in listed] == [
        (2, "Ana Moura", len(further.json()["gaps"])),
        (1, "Ana Moura", len(kept["gaps"])),
    ]
    with psycopg.connect(database.conninfo()) as owner:
        audited = owner.execute(
            "SELECT subject FROM audit WHERE action = 'statement.signed' ORDER BY subject"
        ).fetchall()
    assert audited == [(f"statement:vale:{YEAR}:1",), (f"statement:vale:{YEAR}:2",)]


def test_nobody_changes_what_was_signed(engineer: httpx.Client, database: TestDatabase, client: httpx.Client) -> None:
    """Not even the owner of the tables."""
    assert engineer.post(ADDRESS, json=signing(draft(client))).status_code == 201
    with (
        psycopg.connect(database.conninfo()) as owner,
        pytest.raises(psycopg.errors.RestrictViolation, match="sign a further version"),
    ):
        owner.execute("UPDATE annual_statement SET name = 'Somebody Else'")


def test_a_private_facility_has_no_statement_for_strangers(cluster: Database, tmp_path: Path) -> None:
    """The same answer as for one that does not exist."""
    with fresh_database(cluster) as own:
        site.build(own.conninfo())
        people.make_private(own.conninfo(), "vale")
        server = ApiServer(tmp_path, own.conninfo("tailwatch_api")).start()
        with httpx.Client(base_url=server.url, timeout=60) as client:
            answers = [client.get(ADDRESS), client.get(ADDRESS.replace("vale", "none"))]
        server.stop()

    assert [one.status_code for one in answers] == [401, 401]
