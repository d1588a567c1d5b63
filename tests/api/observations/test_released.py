"""Questions about what has left the database: refused with the file that has it and the command that brings it back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from ingest import archive
from ingest.archive import space_release
from ingest.rollups import rebuild
from tests.api import site
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.servers import Database, fresh_database

MAY = archive.Month("2026-05")
GONE_FIRST, GONE_LAST = "2026-04-30T00:00:00Z", "2026-05-07T00:00:00Z"
"""The chunk of site.T0: chunks are weeks from 1970-01-01, a Thursday."""
SERIES = "/api/v1/facilities/vale/series"
LEVELS = f"/api/v1/datastreams/{site.LEVEL}/observations"
DAY = {"from": "2026-05-01T00:00:00Z", "to": "2026-05-02T00:00:00Z"}
INSTRUMENTS = Jsonb({"instruments": {}})
# A datastream of two hours that begins and ends between hours, and that all has left.
BETWEEN_HOURS = """
INSERT INTO observation SELECT 2, time, extract(minute FROM time), 1, NULL, NULL, time
FROM generate_series(timestamptz '2026-05-01T00:17Z', '2026-05-01T02:16Z', '1 min') time;
INSERT INTO latest VALUES (2, '2026-05-01T02:16Z', 16, 1, NULL, now(), 120, '2026-05-01T00:17Z')"""
LATE = "INSERT INTO observation VALUES (%s, '2026-05-20T00:00Z', 320, 1, NULL, 1)"


class Left(NamedTuple):
    """The api, the owner's connection, and the archive that has what left."""

    client: httpx.Client
    owner: site.Connection
    folder: Path


@pytest.fixture(scope="module")
def left(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    """A site whose first week is in the archive alone; one reading of later is here."""
    folder = tmp_path_factory.mktemp("archive")
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        server = ApiServer(tmp_path_factory.mktemp("api"), fresh.conninfo(API_ROLE)).start()
        with (
            psycopg.connect(fresh.conninfo(), autocommit=True) as owner,
            httpx.Client(base_url=server.url, timeout=60) as client,
        ):
            _release(owner, folder)
            yield Left(client, owner, folder)
        server.stop()


def _release(owner: site.Connection, folder: Path) -> None:
    owner.execute("UPDATE facility SET document = document || %s", (INSTRUMENTS,))
    owner.execute(LATE, (site.LEVEL,))
    owner.execute(BETWEEN_HOURS)
    site.touch(owner, site.FREQUENCY, site.T0, site.T0 + timedelta(hours=3))
    owner.execute("UPDATE latest SET phenomenon_time = '2026-05-20' WHERE datastream_id = %s", (site.LEVEL,))
    while rebuild(owner):
        pass
    archive.write(owner, folder, "vale", MAY)
    (chunk,) = space_release.chunks(owner, datetime(2026, 5, 8, tzinfo=UTC))
    assert space_release.release(owner, folder, chunk) == site.LEVEL_ROWS + 120


@pytest.mark.parametrize(
    "more", [{}, {"as_of": "2026-06-01T00:00:00Z"}, {"format": "csv"}, {"max_points": 2_000}, {"limit": 10}]
)
def test_rows_that_have_left_are_refused_with_the_way_back(left: Left, more: dict[str, str]) -> None:
    """Raw, of the past, as a file, or a chart finer than an hour: never an empty answer."""
    answer = left.client.get(LEVELS, params={**DAY, **more})
    problem = answer.json()

    assert (answer.status_code, problem["type"], problem["field"]) == (410, "/docs/problems#archived", "from")
    assert f"from {GONE_FIRST} to {GONE_LAST} have left the database" in problem["detail"]
    (file,) = (left.folder / "vale").glob("*2026-05*.parquet")
    assert f"in {file.name};" in problem["detail"]
    assert "`tailwatch archive restore FOLDER --facility vale --month 2026-05`" in problem["detail"]


def test_charts_by_hours_and_what_is_here_go_on(left: Left) -> None:
    """The hours stand; a question without a beginning begins behind what left; others are answered as before."""
    chart = left.client.get(LEVELS, params={"max_points": 200}).json()
    rest = left.client.get(LEVELS).json()
    series = left.client.get("/api/v1/facilities/vale/series", params={"datastream": site.LEVEL, "format": "csv"})

    assert (chart["aggregation"], sum(chart["counts"]) >= site.LEVEL_ROWS - 3) == ("hour", True)
    assert rest["times"] == ["2026-05-20T00:00:00Z"]
    assert series.text.count("\r\n") == 2  # the head and one reading
    assert left.client.get(LEVELS, params={"from": "2026-05-08T00:00:00Z"}).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"aligned": "PT1H"},
        {"aligned": "P1D"},
        {"aligned": "PT1H", "quality": "1,2,3,4"},
    ],
)
def test_an_hour_whose_flags_are_told_apart_is_refused_where_its_rows_left(left: Left, more: dict[str, str]) -> None:
    """Its 59 good minutes were left out without a word, and a day had the mean of its other hours."""
    answer = left.client.get(SERIES, params={"datastream": site.LEVEL, **more})

    assert (answer.status_code, answer.json()["field"]) == (410, "from")


def test_an_hour_with_a_suspect_reading_stands_beside_the_chart_where_its_rows_left(left: Left) -> None:
    """The line has the hours without one; the fourth, with 400.5 m in minute 200, is its lowest and its highest."""
    asked = {"datastream": site.LEVEL, "max_points": "200"}
    (found,) = left.client.get(SERIES, params=asked).json()["series"]
    good = [minute for minute in site.level_minutes() if site.level(minute)[1] == 1 and not 180 <= minute < 240]

    assert sum(found["counts"]) == len(good) + 1  # and the one of later, which is here
    assert (found["marks"]["is_thinned"], found["marks"]["qualities"]) == (True, [3, 3])
    assert found["marks"]["results"] == [318 + 180 / 1024, 400.5]


@pytest.mark.parametrize("from_", ["2026-05-01T00:00:00Z", "2026-05-01T07:00:00Z"])
def test_a_day_that_has_left_has_all_its_hours(left: Left, from_: str) -> None:
    """What passed and the suspect ones, which its hours hold together; also of a day that the interval cuts."""
    asked = {"datastream": site.LEVEL, "aligned": "P1D", "quality": "1,2,3", "from": from_}
    (found,) = left.client.get(SERIES, params=asked).json()["series"]
    first = round((datetime.fromisoformat(from_) - site.T0).total_seconds() / 60)
    days: list[list[float]] = [[], []]
    for minute in site.level_minutes():
        result, quality, _ = site.level(minute)
        if minute >= first and quality <= 3 and result is not None:
            days[minute // 1440].append(result)

    assert found["counts"][:2] == [len(day) for day in days] and found["counts"][-1] == 1
    assert found["results"][:2] == pytest.approx([sum(day) / len(day) for day in days])


@pytest.mark.parametrize("more", [{}, {"from": "2026-04-01T00:00:00Z", "to": "2026-06-01T00:00:00Z"}])
def test_the_first_and_the_last_hour_of_what_has_left_are_whole(left: Left, more: dict[str, str]) -> None:
    """From minute 17 to minute 16 two hours later: 43, 60 and 17 minutes, whose value is their number."""
    asked = {"datastream": site.FREQUENCY, "aligned": "PT1H", **more}
    (found,) = left.client.get(SERIES, params=asked).json()["series"]

    assert (found["times"][0], found["counts"]) == ("2026-05-01T00:00:00Z", [43, 60, 17])
    assert found["results"] == pytest.approx([(17 + 59) / 2, 59 / 2, 16 / 2])


def test_days_that_have_left_are_covered(left: Left) -> None:
    """site has readings on 1 and 2 May, on all minutes but ten, and one on 20 May: as many quarters as before."""
    asked = {"from": "2026-05-01", "to": "2026-05-20"}
    found = left.client.get("/api/v1/facilities/vale/coverage", params=asked).json()["datastreams"]
    quarters = {one["id"]: one["quarters"] for one in found}

    assert quarters[site.LEVEL] == [4, 4, *[0] * 17, 1]
    assert sum(quarters[site.NEVER]) == 0


def test_a_past_of_which_a_part_came_later_is_refused_where_its_rows_left(left: Left) -> None:
    """Hours cannot say what of them was there: as of before the last of a day came, the chart names the archive."""
    late = "UPDATE rollup_day SET last_received = %s WHERE datastream_id = %s AND start = '2026-05-01T00:00Z'"
    asked = {"max_points": 200, "as_of": "2026-05-21T00:00:00Z"}
    before = left.client.get(LEVELS, params=asked)
    left.owner.execute(late, ("2026-05-22T00:00Z", site.LEVEL))
    after = left.client.get(LEVELS, params=asked)
    left.owner.execute(late, ("2026-05-01T23:59Z", site.LEVEL))

    assert (before.status_code, before.json().get("aggregation")) == (200, "hour")
    assert (after.status_code, after.json()["field"]) == (410, "from")


def test_sensorthings_says_what_has_left(left: Left) -> None:
    """By a time or an id that is gone it is 410, else what is here; the Datastream says until when it is gone."""
    rows, gone = "/sta/v1.1/Datastreams(1)/Observations", "13986582400000"
    of_before = left.client.get(rows, params={"$filter": "phenomenonTime ge 2026-05-01T00:00:00Z"})
    by_id = left.client.get(f"{rows}({gone})")
    here = left.client.get(rows, params={"$filter": "phenomenonTime ge 2026-05-07T00:00:00Z", "$select": "result"})
    properties = left.client.get("/sta/v1.1/Datastreams(1)/properties").json()["properties"]

    assert [(one.status_code, one.json()["type"]) for one in (of_before, by_id)] == [
        (410, "/docs/problems#archived")
    ] * 2
    assert (here.status_code, here.json()["value"]) == (200, [{"result": 320.0}])
    assert properties["archived_before"].startswith(GONE_LAST[:-1])


def test_it_is_back_when_every_row_is(left: Left) -> None:
    """After the restore the same question is answered, also of a chunk that begins in the month before."""
    assert left.client.get(LEVELS, params=DAY).status_code == 410

    archive.restore(left.owner, left.folder, "vale", MAY, lambda _: None)

    back = left.client.get(LEVELS, params=DAY)
    assert (back.status_code, back.json()["count"]) == (200, 24 * 60 - (site.GAP_LAST - site.GAP_FIRST + 1))
    assert left.owner.execute("SELECT FROM released_span").fetchall() == []
