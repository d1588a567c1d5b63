"""Revisions over the api: the past as it was known, the book of changes, and annotations."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest

from api.revisions.models import Annotation, Annotations, Revision, Revisions
from ingest import revisions
from ingest.revisions import Replacement, RevisionDraft
from ingest.rollups import rebuild
from ingest.store.rows import ObservationRows
from tailings.instants import rfc3339
from tests.api import site
from tests.api.server import ApiServer
from tests.servers import TestDatabase

LEVEL = "vale:n07:vw1.level"
VALE = "/api/v1/facilities/vale"
OBSERVATIONS = f"/api/v1/datastreams/{LEVEL}/observations"
MINUTE = 3
OLD, NEW = site.level(MINUTE)[0], 777.25
HOUR = {"from": rfc3339(site.T0), "to": rfc3339(site.T0 + timedelta(hours=1))}
MINUTES = {"from": rfc3339(site.T0 + timedelta(minutes=MINUTE)), "to": rfc3339(site.T0 + timedelta(minutes=MINUTE + 1))}


@pytest.fixture
def client(own_server: ApiServer) -> Iterator[httpx.Client]:
    """A client of the api over a site of this test."""
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        yield client


def draft(kind: Any = "rederive", reason: str = "the cable was wet") -> RevisionDraft:
    """A revision of the site's first hour."""
    return RevisionDraft("vale", kind, "user:1", reason, site.T0, stop=site.T0 + timedelta(hours=1))


def revise(database: TestDatabase, result: float) -> datetime:
    """Give the level of one minute another value; return an instant just before."""
    time_ms = round((site.T0 + timedelta(minutes=MINUTE)).timestamp() * 1000)
    with psycopg.connect(database.conninfo()) as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
        number = revisions.begin(connection, draft())
        rows = Replacement.of(site.LEVEL, [time_ms], [result], [1], [None], cfg=2)
        replaced = revisions.replace(connection, number, rows)
        revisions.touch(connection, "vale", replaced)
        revisions.progress(connection, number, draft().stop, replaced.changed, replaced.added)
        revisions.close(connection, number)
    assert row is not None
    found: datetime = row[0]
    return found


def test_the_past_is_as_it_was_known(own_database: TestDatabase, client: httpx.Client) -> None:
    """Before a revision the old value, in JSON, in CSV and in a series; without as_of the new one."""
    then = rfc3339(revise(own_database, NEW))
    found: list[Any] = []
    for more in ({"as_of": then}, {}):
        found += client.get(OBSERVATIONS, params={**MINUTES, **more}).json()["results"]
        csv = client.get(OBSERVATIONS, params={**MINUTES, **more, "format": "csv"}).text
        found.append(float(csv.splitlines()[1].split(",")[1]))
        series = client.get(f"{VALE}/series", params={**MINUTES, **more, "datastream": LEVEL}).json()["series"]
        found += series[0]["results"]

    assert found == [OLD] * 3 + [NEW] * 3


def test_every_answer_about_the_past_says_so(own_database: TestDatabase, client: httpx.Client) -> None:
    """as_of stands in each JSON answer and in the name of a file; null is now."""
    then = rfc3339(revise(own_database, NEW))
    asked = [(OBSERVATIONS, MINUTES), (OBSERVATIONS, {"max_points": 50}), (f"{VALE}/series", {"datastream": LEVEL})]
    told = [
        client.get(address, params={**query, **more}).json()["as_of"]
        for more in ({"as_of": then}, {})
        for address, query in asked
    ]
    file = client.get(OBSERVATIONS, params={**MINUTES, "as_of": then, "format": "csv"})

    assert told == [then] * 3 + [None] * 3
    assert f"_as_of_{then[:4]}{then[5:7]}{then[8:10]}T" in file.headers["content-disposition"]


def test_a_past_without_revision_is_read_as_the_present(own_database: TestDatabase, client: httpx.Client) -> None:
    """After the last revision, and of another datastream: by rollups, and only up to as_of."""
    revise(own_database, NEW)
    after = rfc3339(datetime.now(UTC))
    query = {"max_points": 10, "datastream": LEVEL}
    now, known = (client.get(f"{VALE}/series", params={**query, **more}).json() for more in ({}, {"as_of": after}))
    early = rfc3339(site.T0 + timedelta(minutes=5))
    first = client.get(OBSERVATIONS, params={"as_of": early}).json()

    assert (known["series"], known["series"][0]["aggregation"]) == (now["series"], "hour")
    assert first["times"][-1] == early and first["count"] == 6


@pytest.mark.parametrize("address", [OBSERVATIONS, f"{VALE}/series"])
def test_a_chart_of_the_past_has_the_old_extremes(
    own_database: TestDatabase, client: httpx.Client, address: str
) -> None:
    """The revised value is the maximum of its hour now, and was not then."""
    then = rfc3339(revise(own_database, NEW))
    query: dict[str, Any] = (
        {"max_points": 50, "datastream": LEVEL} if address.endswith("series") else {"max_points": 50}
    )
    known, now = (client.get(address, params={**query, **more}).json() for more in ({"as_of": then}, {}))
    maximums = [answer.get("series", [answer])[0]["maximums"] for answer in (known, now)]

    assert [column[0] for column in maximums] == [site.level(59)[0], NEW]
    assert maximums[0][1:] == maximums[1][1:]


def test_pages_of_the_past_keep_to_it(own_database: TestDatabase, client: httpx.Client) -> None:
    """`next` asks about the same instant, and a cursor of now is refused there."""
    then = rfc3339(revise(own_database, NEW))
    found: list[Any] = []
    address = str(httpx.URL(OBSERVATIONS, params={**HOUR, "as_of": then, "limit": 2}))
    while address:
        page = client.get(address).json()
        found, address = found + page["results"], page["next"]
    cursor = httpx.URL(client.get(OBSERVATIONS, params={"limit": 2}).json()["next"]).params["cursor"]
    refused = client.get(OBSERVATIONS, params={"as_of": then, "limit": 2, "cursor": cursor})

    assert found == [site.level(minute)[0] for minute in range(60)]
    assert (refused.status_code, refused.json()["field"]) == (422, "cursor")


def test_the_book_of_revisions_is_read_in_pages(own_database: TestDatabase, client: httpx.Client) -> None:
    """The newest first, each once, with author, reason, span and what it changed."""
    for result in (NEW, NEW + 1, NEW + 2):
        revise(own_database, result)
    found: list[Revision] = []
    address = f"{VALE}/revisions?limit=2"
    while address:
        page = Revisions.model_validate_json(client.get(address).content)
        found, address = found + page.revisions, page.next or ""

    assert [one.id for one in found] == sorted((one.id for one in found), reverse=True)
    assert [(one.author, one.reason, one.kind, one.state, one.changed, one.added, one.from_) for one in found] == [
        ("user:1", "the cable was wet", "rederive", "closed", 1, 0, site.T0)
    ] * 3
    assert client.get("/api/v1/facilities/rosa/revisions").json()["revisions"] == []


def judge(database: TestDatabase, minute: int) -> datetime:
    """Take over that the level of a minute was a spike; return an instant just after."""
    time_ms, zero = round((site.T0 + timedelta(minutes=minute)).timestamp() * 1000), np.zeros(1, np.int32)
    result = np.array([site.level(minute)[0]], np.float64)
    one = (np.array([site.LEVEL], np.int32), np.array([time_ms]), result, np.array([4], np.uint8), np.array([b"spike"]))
    with psycopg.connect(database.conninfo()) as connection:
        assert revisions.take_verdicts(connection, "vale", "gw1", ObservationRows(zero, zero, *one, np.array([2])))
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    found: datetime = row[0]
    return found


def test_verdicts_of_a_day_are_one_entry_by_the_agent(own_database: TestDatabase, client: httpx.Client) -> None:
    """The book names the agent; between the first and the second of the day the past knows the first alone."""
    between = judge(own_database, MINUTE)
    judge(own_database, MINUTE + 1)

    (entry,) = client.get(f"{VALE}/revisions").json()["revisions"]
    assert (entry["kind"], entry["author"], entry["state"], entry["changed"]) == (
        "quality-update",
        "agent:gw1",
        "open",
        2,
    )
    for more, flags in (({"as_of": rfc3339(between)}, [4, 1]), ({}, [4, 4])):
        answer = client.get(OBSERVATIONS, params={**HOUR, **more}).json()
        assert answer["qualities"][MINUTE : MINUTE + 2] == flags


def test_an_undone_revision_says_so(own_database: TestDatabase, client: httpx.Client) -> None:
    """Both stay in the book, each with the number of the other."""
    revise(own_database, NEW)
    (first,) = client.get(f"{VALE}/revisions").json()["revisions"]
    with psycopg.connect(own_database.conninfo()) as connection:
        number = revisions.undo(connection, "vale", first["id"], "user:2", "it was dry")
    undo, undone = client.get(f"{VALE}/revisions").json()["revisions"]

    assert (undo["id"], undo["kind"], undo["undoes"], undone["undone_by"]) == (number, "undo", first["id"], number)


def test_annotations_are_read_in_pages(own_database: TestDatabase, client: httpx.Client) -> None:
    """The newest first; of a datastream or the whole facility; withdrawn ones only when asked for."""
    with psycopg.connect(own_database.conninfo()) as connection:
        numbers = [
            revisions.annotate(connection, draft(reason=reason), name)
            for reason, name in (("wet", LEVEL), ("works on the crest", None), ("a mistake", LEVEL))
        ]
        revisions.withdraw(connection, "vale", numbers[2], "user:2")
    found: list[Annotation] = []
    address = f"{VALE}/annotations?limit=1"
    while address:
        page = Annotations.model_validate_json(client.get(address).content)
        found, address = found + page.annotations, page.next or ""
    told = client.get(f"{VALE}/annotations", params={"withdrawn": "true"}).json()["annotations"]

    assert [(one.reason, one.datastream) for one in found] == [("works on the crest", None), ("wet", LEVEL)]
    assert (told[0]["id"], told[0]["withdrawn_by"], len(told)) == (numbers[2], "user:2", 3)


@pytest.mark.parametrize(("span", "count"), [({"from": rfc3339(site.T0 + timedelta(hours=1))}, 0), (HOUR, 1)])
def test_annotations_of_a_span(
    own_database: TestDatabase, client: httpx.Client, span: dict[str, str], count: int
) -> None:
    """One that ends when the span begins is not in it."""
    with psycopg.connect(own_database.conninfo()) as connection:
        revisions.annotate(connection, draft(), LEVEL)

    assert len(client.get(f"{VALE}/annotations", params=span).json()["annotations"]) == count


def test_times_of_revisions_have_a_zone(own_database: TestDatabase, client: httpx.Client) -> None:
    """made_at can be given back as as_of as it is."""
    revise(own_database, NEW)
    (one,) = client.get(f"{VALE}/revisions").json()["revisions"]
    known = client.get(OBSERVATIONS, params={**MINUTES, "as_of": one["made_at"]}).json()["results"]

    assert (known, datetime.fromisoformat(one["made_at"]).tzinfo) == ([OLD], UTC)


def test_the_newest_values_of_the_past(own_database: TestDatabase, client: httpx.Client) -> None:
    """The list of datastreams as of an instant: what was newest then, before it was revised, with ages as of then."""
    then = rfc3339(revise(own_database, NEW))
    minute = rfc3339(site.T0 + timedelta(minutes=MINUTE))
    found = {
        as_of: client.get(f"{VALE}/datastreams", params={"as_of": as_of, "limit": 5}).json() for as_of in (then, minute)
    }
    levels = [answer["datastreams"][0]["latest"] for answer in found.values()]

    assert (levels[1]["time"], levels[1]["result"]) == (minute, OLD)
    assert levels[0]["result"] == site.level(site.MINUTES - 1)[0] and levels[1]["age_s"] == 0
    assert [answer["as_of"] for answer in found.values()] == [then, minute]
    assert found[minute]["datastreams"][1]["latest"] is None


def test_no_answer_about_the_past_has_what_came_later(own_database: TestDatabase, client: httpx.Client) -> None:
    """A reading of 10:00 that arrived at 12:00 is not in any answer as of 11:00, and is in all as of 13:00."""
    day = site.T0 - timedelta(days=1)
    late, came = day + timedelta(hours=10), day + timedelta(hours=12)
    on_time = [day + timedelta(hours=9, minutes=minute) for minute in range(60)]
    with psycopg.connect(own_database.conninfo()) as owner, owner.cursor() as cursor:
        rows = [(site.LEVEL, at, 318.0, at) for at in on_time] + [(site.LEVEL, late, NEW, came)]
        cursor.executemany("INSERT INTO observation VALUES (%s, %s, %s, 1, NULL, 1, %s)", rows)
        owner.execute("UPDATE latest SET first_time = %s WHERE datastream_id = %s", (on_time[0], site.LEVEL))
        site.touch(owner, site.LEVEL, on_time[0], late)
        rebuild(owner)

    span = {"from": rfc3339(day), "to": rfc3339(day + timedelta(days=2))}
    for hour, newest in ((11, on_time[-1]), (13, late)):
        asked = {"as_of": rfc3339(day + timedelta(hours=hour))}
        highest = 318.0 if newest < late else NEW
        found = client.get(OBSERVATIONS, params={**span, **asked}).json()
        csv = client.get(OBSERVATIONS, params={**span, **asked, "format": "csv"}).text.splitlines()
        chart = client.get(OBSERVATIONS, params={**span, **asked, "max_points": 50}).json()
        series = client.get(
            f"{VALE}/series", params={**span, **asked, "datastream": LEVEL, "max_points": 50, "uncertainty": "true"}
        ).json()["series"][0]
        workspace = client.get("/api/v1/series", params={**span, **asked, "datastream": LEVEL, "max_points": 50}).json()
        (listed,) = client.get(f"{VALE}/datastreams", params={**asked, "limit": 1}).json()["datastreams"]

        assert (found["times"][-1], found["results"][-1]) == (rfc3339(newest), highest)
        assert (float(csv[-1].split(",")[1]), len(csv) - 1) == (highest, 60 + (hour == 13))
        assert max(chart["maximums"]) == max(series["maximums"]) == highest
        assert max(workspace["series"][0]["maximums"]) == highest
        assert (listed["latest"]["result"], listed["coverage"]["first"]) == (highest, rfc3339(on_time[0]))


def test_the_first_that_was_known_is_not_what_came_later(own_database: TestDatabase, client: httpx.Client) -> None:
    """Of a datastream to which older readings were brought the coverage begins, as of before, where it began."""
    older = site.T0 - timedelta(days=30)
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute("INSERT INTO observation VALUES (%s, %s, 318, 1, NULL, 1)", (site.LEVEL, older))
        owner.execute("UPDATE latest SET first_time = %s WHERE datastream_id = %s", (older, site.LEVEL))
    told = [
        client.get(f"{VALE}/datastreams", params={"as_of": rfc3339(as_of), "limit": 1}).json()["datastreams"][0]
        for as_of in (site.T0 + timedelta(days=1), datetime.now(UTC))
    ]

    assert [one["coverage"]["first"] for one in told] == [rfc3339(site.T0), rfc3339(older)]


def test_the_facility_file_of_the_past(own_database: TestDatabase, client: httpx.Client) -> None:
    """The version in force then, with its name; before the first one there is none."""
    before = client.get(VALE).json()
    with psycopg.connect(own_database.conninfo()) as owner:
        row = owner.execute("SELECT clock_timestamp()").fetchone()
        owner.commit()
        owner.execute(
            "UPDATE facility SET version = 2, hash = 'y', applied_at = now(),"
            " document = jsonb_set(document, '{geometry,0,crest_m}', '343.5') WHERE id = 'vale'"
        )
    assert row is not None
    then = client.get(VALE, params={"as_of": rfc3339(row[0])}).json()
    never = client.get(VALE, params={"as_of": "2001-01-01T00:00:00Z"})

    assert (then["version"], then["crest_m"], then["document"]) == (1, 342.0, before["document"])
    assert client.get(VALE).json()["crest_m"] == 343.5
    assert (never.status_code, never.json()["field"]) == (404, "as_of")
