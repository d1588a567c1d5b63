"""Charts made of rollups: the same as from every observation, which is what the api reads while all is touched."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest

from ingest.rollups import rebuild
from tailings.instants import rfc3339
from tests.api import site
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

# 400 days, a reading every twenty minutes; on each seventh day flags of every kind, and one day that is missing whole.
FILL = """
INSERT INTO observation
SELECT 5, time, CASE WHEN quality < 9 THEN 320 + sin(extract(epoch FROM time) / 5e5) + random() END, quality, NULL, 1,
       time
FROM (
    SELECT time, CASE WHEN day = 333 THEN 9 WHEN day %% 7 > 0 OR random() < 0.9 THEN 1
                      ELSE (ARRAY[2, 3, 4, 9])[1 + floor(random() * 4)::int] END AS quality
    FROM (SELECT time, extract(day FROM time - %(first)s)::int AS day
          FROM generate_series(%(first)s::timestamptz, %(last)s, '20 min') time) days
) flagged"""
# Sixty days, a reading every twenty minutes, of which one an hour is suspect.
NOISY = """
INSERT INTO observation SELECT 5, time, 320, CASE WHEN number %% 3 = 1 THEN 3 ELSE 1 END, NULL, 1
FROM generate_series(%(first)s::timestamptz, %(first)s::timestamptz + interval '60 days' - interval '1 s', '20 min')
    WITH ORDINALITY AS series (time, number)"""
FIRST, LAST = datetime(2024, 12, 3, 4, 50, tzinfo=UTC), datetime(2026, 1, 6, 21, 10, tzinfo=UTC)
BEGIN = """
INSERT INTO revision (facility_id, kind, author, reason, cfg, functions, from_time, to_time, done_until)
VALUES ('vale', 'rederive', 'user:1', 'the cable was wet', 2, 'x', %s, %s, %s) RETURNING id"""
# Of the two newest revisions: the instant before, and the one amid its rows.
BETWEEN = """
SELECT unnest(ARRAY[min(replaced_at) - interval '1 us', percentile_disc(0.5) WITHIN GROUP (ORDER BY replaced_at)])
FROM superseded WHERE datastream_id = 5 GROUP BY revision_id ORDER BY revision_id DESC LIMIT 4"""
LATE_FIRST = datetime(2025, 7, 5, tzinfo=UTC)
LATE = f"""
INSERT INTO observation SELECT 5, generate_series('{LATE_FIRST}'::timestamptz + interval '11 min',
    '{LATE_FIRST}'::timestamptz + interval '3 days', '2 h'), 330, 1, NULL, 2"""
# One before what comes is revised with it, one in a month that is never revised.
BACKLOGS = (datetime(2025, 3, 7, tzinfo=UTC), datetime(2025, 10, 7, tzinfo=UTC))
BACKLOG = """
INSERT INTO observation SELECT 5, generate_series(%(first)s::timestamptz + interval '13 min',
    %(first)s::timestamptz + interval '3 days', '50 min'), 700, 1, NULL, 2"""
# 5:45 ahead: its hours begin as nobody else's do.
MOVE = """UPDATE facility SET document = document || '{"timezone": "Asia/Kathmandu"}' WHERE id = 'vale'"""
COLUMNS = ("bucket_s", "times", "qualities", "minimums", "maximums", "counts", "gaps", "marks")


class Charts(NamedTuple):
    """The api, and the owner's connection to its database."""

    client: httpx.Client
    owner: site.Connection

    def series(self, **parameters: Any) -> dict[str, Any]:
        """The series of the datastream."""
        answer = self.client.get("/api/v1/facilities/vale/series", params={"datastream": "5", **parameters})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["series"][0]
        return found


@pytest.fixture(scope="module", params=["Europe/Lisbon", "Asia/Kolkata", "America/Sao_Paulo"])
def charts(request: Any, cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Charts]:
    """The api over a site in this zone, with a year of a datastream, counted but for the last touch."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        with psycopg.connect(fresh.conninfo()) as owner:
            owner.execute(
                "UPDATE facility SET document = document || jsonb_build_object('timezone', %s::text)", (request.param,)
            )
            _fill(owner)
        server = ApiServer(tmp_path_factory.mktemp("api"), fresh.conninfo(API_ROLE)).start()
        with (
            httpx.Client(base_url=server.url, timeout=60) as client,
            psycopg.connect(fresh.conninfo(), autocommit=True) as owner,
        ):
            yield Charts(client, owner)
        server.stop()


def _fill(owner: site.Connection) -> None:
    owner.execute("SELECT setseed(0.5)")
    owner.execute(FILL, {"first": FIRST, "last": LAST})
    owner.execute("INSERT INTO latest VALUES (%s, %s, 320, 1, NULL, now(), 28000, %s)", (site.NEVER, LAST, FIRST))
    site.touch(owner, site.NEVER, FIRST, LAST)
    while rebuild(owner):
        owner.commit()
    site.touch(owner, site.NEVER, LAST, LAST)


def both(charts: Charts, **parameters: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The series made of rollups, and the same question answered from the observations."""
    rolled = charts.series(**parameters)
    site.touch(charts.owner, site.NEVER, FIRST, LAST)
    try:
        return rolled, charts.series(**parameters)
    finally:
        charts.owner.execute("DELETE FROM dirty_span WHERE first_ms[1] < last_ms[1]")


def numbers(results: list[float | None]) -> list[float]:
    """Results with NaN where none is."""
    return [math.nan if result is None else result for result in results]


@pytest.mark.parametrize(("quality", "marks"), [("1,2", "3"), ("1,2,3,9", "4"), ("1", "9"), ("1,2,3", "4,9")])
@pytest.mark.parametrize(("max_points", "aggregation"), [(50, "day"), (450, "day"), (900, "hour"), (4_000, "hour")])
def test_a_chart_from_rollups_is_that_from_observations(
    charts: Charts, max_points: int, aggregation: str, quality: str, marks: str
) -> None:
    """Whatever the flags, width and zone: the same buckets, marks and gaps, and means to 1e-9."""
    rolled, counted = both(charts, max_points=max_points, quality=quality, marks=marks)

    assert (rolled["aggregation"], counted["aggregation"]) == (aggregation, "minmax")
    assert {key: rolled[key] for key in COLUMNS} == {key: counted[key] for key in COLUMNS}
    assert numbers(rolled["results"]) == pytest.approx(numbers(counted["results"]), rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("start", ["2025-03-01T00:00:00Z", "2025-03-01T05:30:00Z", "2025-03-01T13:13:13.5Z"])
@pytest.mark.parametrize("end", ["2025-06-01T00:00:00Z", "2025-06-02T23:59:59Z"])
def test_the_ends_of_an_interval_are_exact(charts: Charts, start: str, end: str) -> None:
    """A bucket that the interval cuts holds only what is inside."""
    for max_points in (60, 500):
        rolled, counted = both(charts, max_points=max_points, **{"from": start, "to": end})

        assert rolled["aggregation"] != "minmax"
        assert {key: rolled[key] for key in COLUMNS} == {key: counted[key] for key in COLUMNS}


def test_what_rollups_do_not_hold_comes_from_observations(charts: Charts) -> None:
    """Without the flag of nearly all observations, and with buckets below an hour, rollups have no part."""
    refused, _ = both(charts, quality="4", marks="9", max_points=50)
    fine, _ = both(charts, max_points=100, **{"from": "2025-03-01T00:00:00Z", "to": "2025-03-03T00:00:00Z"})

    assert (refused["aggregation"], fine["aggregation"]) == ("minmax", "minmax")


def test_where_most_hours_are_mixed_the_observations_are_walked_over(
    own_database: TestDatabase, own_server: ApiServer
) -> None:
    """A suspect reading in each of 1,440 hours makes looking them up one by one dearer; without it hours answer."""
    found = []
    with psycopg.connect(own_database.conninfo()) as owner, httpx.Client(base_url=own_server.url) as client:
        owner.execute(NOISY, {"first": FIRST})
        owner.execute(
            "INSERT INTO latest SELECT 5, max(phenomenon_time), 320, 1, NULL, now(), count(*),"
            " min(phenomenon_time) FROM observation WHERE datastream_id = 5"
        )
        site.touch(owner, site.NEVER, FIRST, FIRST + timedelta(days=60))
        while rebuild(owner):
            owner.commit()
        for line, marks in (("1,2", "3"), ("1,2,3", "4")):
            asked = {"datastream": "5", "quality": line, "marks": marks, "max_points": 1_800}
            found.append(client.get("/api/v1/facilities/vale/series", params=asked).json()["series"][0])

    assert [one["aggregation"] for one in found] == ["minmax", "hour"]
    assert (len(found[0]["marks"]["times"]), set(found[0]["counts"][1:-1]), set(found[1]["counts"][1:-1])) == (
        1440,
        {2},
        {3},
    )


def test_what_is_not_counted_yet_is_read_from_observations(own_database: TestDatabase, own_server: ApiServer) -> None:
    """After an import of a whole series the chart does not wait for the rollups, and is the same when they came."""
    found = []
    with psycopg.connect(own_database.conninfo()) as owner, httpx.Client(base_url=own_server.url) as client:
        site.touch(owner, site.LEVEL, site.T0, site.T0 + timedelta(minutes=site.MINUTES))
        for _ in range(2):
            owner.commit()
            answer = client.get("/api/v1/datastreams/1/observations", params={"max_points": 50})
            found.append(answer.json())
            assert rebuild(owner) or len(found) == 2
    before, after = found

    assert (before["aggregation"], after["aggregation"]) == ("minmax", "hour")
    assert [before[key] for key in COLUMNS[:-1]] == [after[key] for key in COLUMNS[:-1]]


def test_a_chart_of_the_past_is_what_it_was(charts: Charts) -> None:
    """Half a year revised, some of it twice, rows added, a backlog before and after: as_of gives the chart of then."""
    before = [charts.series(max_points=points) for points in (50, 900)]
    then = charts.owner.execute("SELECT clock_timestamp()").fetchone()
    assert then is not None
    _bring(charts.owner, BACKLOGS[0])
    for first, last, more in (("2025-03-01", "2025-09-01", 5), ("2025-05-01", "2025-06-01", 7)):
        _revise(charts.owner, first, last, more)
    _bring(charts.owner, BACKLOGS[1])
    now, known = (
        [charts.series(max_points=points, **asked) for points in (50, 900)]
        for asked in ({}, {"as_of": rfc3339(then[0])})
    )

    assert [[line[key] for key in COLUMNS] for line in known] == [[line[key] for key in COLUMNS] for line in before]
    assert {line["aggregation"] for line in known} == {"hour"}
    assert all(later["maximums"] != line["maximums"] for later, line in zip(now, before, strict=True))


@pytest.mark.parametrize("charts", ["Asia/Kolkata"], indirect=True)
def test_hours_of_the_past_are_those_of_its_rows(charts: Charts) -> None:
    """At the edge of revisions and amid one, after late rows and after a move: hours tell what every row tells."""
    _revise(charts.owner, "2025-06-15", "2025-07-15", 3)
    _revise(charts.owner, "2025-07-01", "2025-08-01", 4)
    instants = charts.owner.execute(BETWEEN).fetchall()
    assert len(instants) == 4
    charts.owner.execute(LATE)
    site.touch(charts.owner, site.NEVER, LATE_FIRST, LATE_FIRST + timedelta(days=3))
    charts.owner.execute(MOVE)
    while rebuild(charts.owner):
        pass
    for (instant,) in instants:
        rolled, counted = both(charts, max_points=900, as_of=rfc3339(instant))

        assert (rolled["aggregation"], counted["aggregation"]) == ("hour", "minmax")
        assert {key: rolled[key] for key in COLUMNS} == {key: counted[key] for key in COLUMNS}
        assert numbers(rolled["results"]) == pytest.approx(numbers(counted["results"]), rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("charts", ["Asia/Kolkata"], indirect=True)
def test_a_chart_of_any_doubles_is_drawn(charts: Charts) -> None:
    """From rows and from hours: results without a sum within a double (IEEE 754) have no mean, all others have."""
    pairs = ((5e-324, 0.0), (1e308, 1e308), (1e200, -1e200), (1.0, 3.0))
    first, last = site.T0 - timedelta(hours=23.5), site.T0 + timedelta(hours=0.5, minutes=11)  # an hour there begins
    for place, pair in enumerate(pairs):
        charts.owner.execute(
            "INSERT INTO observation SELECT %s, %s + number * interval '1 min', (%s::float8[])[1 + number %% 2], 1"
            " FROM generate_series(0, 11) number",
            (site.FREQUENCY, first + timedelta(hours=8 * place), list(pair)),
        )
    charts.owner.execute("INSERT INTO latest VALUES (2, %s, 3, 1, NULL, now(), 48, %s)", (last, first))
    site.touch(charts.owner, site.FREQUENCY, first, last)
    found = [charts.series(datastream="2", max_points=26)]
    while rebuild(charts.owner):
        pass
    found.append(charts.series(datastream="2", max_points=26))

    assert [line["aggregation"] for line in found] == ["minmax", "hour"]
    for line in found:
        assert line["counts"] == [12] * 4 and line["maximums"] == [max(pair) for pair in pairs]
        assert line["results"] == [pytest.approx(0, abs=1e-300), None, 0, 2]


def _bring(owner: site.Connection, first: datetime) -> None:
    owner.execute(BACKLOG, {"first": first})
    site.touch(owner, site.NEVER, first, first + timedelta(days=3))
    while rebuild(owner):
        pass


def _revise(owner: site.Connection, first: str, last: str, more: float) -> None:
    with owner.transaction():
        row = owner.execute(BEGIN, (first, last, first)).fetchone()
        assert row is not None
        owner.execute("SELECT set_config('tailwatch.revision', %s, true)", (str(row[0]),))
        span = (site.NEVER, first, last)
        owner.execute(
            "UPDATE observation SET result = result + %s, cfg = 2 WHERE datastream_id = %s AND phenomenon_time >= %s"
            " AND phenomenon_time < %s AND quality < 9",
            (more, *span),
        )
        owner.execute(
            "WITH fresh AS (INSERT INTO observation SELECT %s, generate_series(%s::timestamptz + interval '7 min',"
            " %s, interval '6 h'), 320, 1, NULL, 2 ON CONFLICT DO NOTHING RETURNING *)"
            " SELECT note_added(%s, array_agg(datastream_id), array_agg(phenomenon_time)) FROM fresh",
            (*span, row[0]),
        )
        owner.execute("UPDATE revision SET state = 'closed', closed_at = clock_timestamp() WHERE id = %s", row)
        site.touch(owner, site.NEVER, datetime.fromisoformat(first + "T00Z"), datetime.fromisoformat(last + "T12Z"))
    while rebuild(owner):
        pass
