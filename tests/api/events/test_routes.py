"""Events over the api: what happened in a window, each kind where it stands, with limits on count and time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest

from api.events import answers
from api.events.models import FacilityEvent, FacilityEvents
from tailings.instants import rfc3339
from tests import alarm_story
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.dashboard.site import DAM
from tests.servers import Database as Cluster
from tests.servers import TestDatabase, fresh_database

RAIN = """
SELECT o.phenomenon_time, o.result FROM observation o JOIN datastream d ON d.id = o.datastream_id
WHERE d.name = 'vale:n01:rain.rain' AND o.result > 0 ORDER BY 1"""
NOTE = """
INSERT INTO annotation (facility_id, from_time, to_time, reason, author)
VALUES ('vale', %s, %s, 'gate of the decant opened', 'user:1')"""
MANY = """
INSERT INTO annotation (facility_id, from_time, to_time, reason, author)
SELECT 'rosa', %s::timestamptz + at * interval '1 minute', %s::timestamptz + at * interval '2 minutes', 'n', 'user:1'
FROM generate_series(1, 10000) AS at"""
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[TestDatabase]:
    """A site whose pond went over yellow and came back, with a note, and one with ten thousand notes."""
    with fresh_database(cluster, DAM) as found:
        alarm_story.tell(found.conninfo())
        alarm_story.recede(found.conninfo())
        with psycopg.connect(found.conninfo()) as owner:
            owner.execute(NOTE, (NOW - timedelta(days=2), NOW - timedelta(days=1)))
            owner.execute(MANY, (NOW - timedelta(days=300), NOW - timedelta(days=300)))
        yield found


@pytest.fixture(scope="module")
def client(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the api over it."""
    server = ApiServer(tmp_path_factory.mktemp("events"), database.conninfo(API_ROLE)).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


def ask(client: httpx.Client, facility: str = "vale", days: float = 30, end: datetime | None = None) -> FacilityEvents:
    """The events of some days."""
    until = end or datetime.now(UTC) + timedelta(minutes=1)
    window = {"from": rfc3339(until - timedelta(days=days)), "to": rfc3339(until)}
    return FacilityEvents(
        **client.get(f"/api/v1/facilities/{facility}/events", params=window).raise_for_status().json()
    )


def of_code(found: FacilityEvents, code: str) -> list[FacilityEvent]:
    """Those of one kind."""
    return [one for one in found.events if one.code == code]


def test_an_alarm_is_raised_and_cleared_with_its_level(client: httpx.Client) -> None:
    """The pond's yellow has both ends, at the times of the values; a simulated plan has none."""
    found = ask(client)
    raised, cleared = of_code(found, "raised"), of_code(found, "cleared")

    assert [(one.level, one.failure_mode) for one in (*raised, *cleared)] == [("yellow", "overtopping")] * 2
    assert raised[0].alarm == cleared[0].alarm and raised[0].time < cleared[0].time


def test_a_note_and_a_silent_node_have_a_span(client: httpx.Client) -> None:
    """The note as it was given; n06, which is silent still, since it was last heard, and without an end: 26 h before
    the site was made, whose last reading raised the alarm."""
    found = ask(client)
    (note,) = of_code(found, "annotation")

    assert (note.time, note.end) == (NOW - timedelta(days=2), NOW - timedelta(days=1))
    silent = {one.node: one for one in of_code(found, "gap")}["n06"]
    made, lasted = of_code(found, "raised")[0].time, timedelta(hours=26)
    assert silent.end is None and made - silent.time == pytest.approx(lasted, abs=timedelta(minutes=5))


def test_rain_storms_are_those_of_the_readings(client: httpx.Client, database: TestDatabase) -> None:
    """By the minutes of the gauge: rain with no six hours between (walked here), depths to 0.1 mm, ends to the hour."""
    with psycopg.connect(database.conninfo()) as owner:
        readings = owner.execute(RAIN).fetchall()
    walked: list[list[tuple[datetime, float]]] = []
    for time, depth in readings:
        if not walked or time - walked[-1][-1][0] > timedelta(hours=7):
            walked.append([])
        walked[-1].append((time, depth))
    storms = of_code(ask(client), "rain-storm")

    assert len(storms) == len(walked) == 3
    assert [one.depth_mm for one in storms] == [pytest.approx(sum(d for _, d in part), abs=0.06) for part in walked]
    assert all(
        one.time <= part[0][0] < one.time + timedelta(hours=1) and part[-1][0] < (one.end or NOW)
        for one, part in zip(storms, walked, strict=True)
    )


def test_a_storm_at_the_end_of_a_window_is_told_whole(client: httpx.Client) -> None:
    """A window that ends within a storm has the same storm as one that ends days after it; its end is measured."""
    whole = of_code(ask(client), "rain-storm")[0]
    assert whole.end is not None and whole.end - whole.time > timedelta(hours=1)

    assert of_code(ask(client, end=whole.time + timedelta(hours=1)), "rain-storm")[-1] == whole
    assert not whole.is_least


def test_calibrations_stand_where_they_came_into_force(client: httpx.Client) -> None:
    """On the day of the facility file (12 June 2024), by instrument; not in another window."""
    day = datetime(2024, 6, 20, tzinfo=UTC)

    assert "n07:vw1" in [one.instrument for one in of_code(ask(client, end=day), "calibrated")]
    assert of_code(ask(client), "calibrated") == []


def test_the_answer_is_bounded(client: httpx.Client) -> None:
    """Of ten thousand notes the newest hundred are told, and that there are more; a window is at most 50 years long."""
    found = ask(client, "rosa", 365)
    path = "/api/v1/facilities/vale/events"
    wrong = [
        {"from": "1950-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
    ]

    assert (len(found.events), found.is_cut) == (answers.MAX_OF_A_KIND, True)
    assert found.events[-1].time - found.events[0].time == timedelta(minutes=99)
    assert [client.get(path, params=one).status_code for one in wrong] == [422, 422]
