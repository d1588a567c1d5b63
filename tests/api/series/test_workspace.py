"""Series of any facilities side by side, and one over another; expected values from scipy and from `observations`."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest

from api.series.models import Workspace
from ingest.rollups import rebuild
from tests.api import site
from tests.api.server import ApiServer
from tests.servers import TestDatabase

LEVEL, OTHER, OTHER_ID = "vale:n07:vw1.level", "vale:n09:vw1.level", 5
HOURS = 47
# A datastream of another facility, which has a value an hour for 22 days, as OTHER has then.
ELSEWHERE, ELSEWHERE_ID = "rosa:n01:vw1.level", 50
JANUARY, FEBRUARY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 23, tzinfo=UTC)
MADE = """
INSERT INTO node VALUES ('rosa', 'n01', 'gw1', NULL, 3600);
INSERT INTO instrument VALUES ('rosa', 'n01', 'vw1', 'vw_piezometer');
INSERT INTO datastream (id, name, facility_id, node_id, instrument_id, quantity, unit, expected_interval_s)
OVERRIDING SYSTEM VALUE VALUES (50, 'rosa:n01:vw1.level', 'rosa', 'n01', 'vw1', 'water-level', 'm', 3600);
INSERT INTO observation SELECT id, time, extract(epoch FROM time - '2026-01-01Z') / 3600 * id, 1, NULL, NULL, time
FROM unnest('{5,50}'::int[]) id, generate_series(timestamptz '2026-01-01Z', '2026-01-22T23:00Z', '1 h') time;
INSERT INTO latest SELECT datastream_id, max(phenomenon_time), 1, 1, NULL, now(), count(*), min(phenomenon_time)
FROM observation WHERE datastream_id IN (5, 50) GROUP BY datastream_id"""
ZONE = "UPDATE facility SET document = document || jsonb_build_object('timezone', %s::text) WHERE id = 'rosa'"


def other(hour: int) -> float:
    """A second series, one value an hour, which follows the first by half of its rise."""
    return 300 + hour * 60 / 2048 + math.sin(hour) / 100


@pytest.fixture
def pair(own_database: TestDatabase, own_server: ApiServer) -> Iterator[httpx.Client]:
    """The api of a site whose second series has values too."""
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        for hour in range(HOURS):
            site.store(owner, OTHER_ID, site.T0 + timedelta(hours=hour), other(hour))
    with httpx.Client(base_url=own_server.url, timeout=60) as client:
        yield client


def asked(client: httpx.Client, **parameters: Any) -> Workspace:
    """What is answered."""
    answer = client.get("/api/v1/series", params=parameters)
    assert answer.status_code == 200, answer.text
    return Workspace.model_validate_json(answer.content)


def test_a_series_is_that_of_its_facility(client: httpx.Client) -> None:
    """Times, means and extremes are those that the facility's own charts have for good values, raw and by buckets."""
    for points in (50, 2000):
        (found,) = asked(client, datastream=LEVEL, max_points=points).series
        parameters = {"datastream": LEVEL, "max_points": points}
        (known,) = client.get("/api/v1/facilities/vale/series", params=parameters).json()["series"]

        assert found.means == known["results"] and len(found.times) == known["count"]
        assert found.minimums == (known["minimums"] or known["results"])


def test_the_line_of_a_scatter_is_that_of_scipy(pair: httpx.Client) -> None:
    """r, slope and intercept equal scipy.stats.linregress of the pairs; each y is a value of its minute."""
    from scipy import stats

    found = asked(pair, datastream=[LEVEL, OTHER], scatter=True).scatter

    assert found is not None and (found.x, found.y) == (LEVEL, OTHER)
    assert found.pairs == len(found.times) > 10
    hours = [round((at - site.T0).total_seconds() / 3600) for at in found.times]
    assert found.y_means == pytest.approx([other(hour) for hour in hours])
    expected = stats.linregress(found.x_means, found.y_means)
    assert (found.r, found.slope) == (pytest.approx(expected.rvalue), pytest.approx(expected.slope))
    assert found.intercept == pytest.approx(expected.intercept)
    assert found.independent is not None and found.independent <= found.pairs


def test_a_cell_holds_the_mean_of_its_good_values(pair: httpx.Client) -> None:
    """By hand from the rows of the site: a cell is of the minutes that begin in it."""
    found = asked(pair, datastream=[LEVEL, OTHER], scatter=True).scatter
    assert found is not None

    for place in (0, len(found.times) // 2):
        first = round((found.times[place] - site.T0).total_seconds() / 60)
        minutes = [minute for minute in site.level_minutes() if first <= minute < first + found.cell_s / 60]
        good = [value for value, quality, _ in map(site.level, minutes) if quality in (1, 2) and value is not None]
        assert found.x_means[place] == pytest.approx(np.mean(good))


@pytest.mark.parametrize("other", [LEVEL, str(site.LEVEL)])
def test_two_of_one_series_are_asked_once(client: httpx.Client, other: str) -> None:
    """A scatter of one series with itself is none, by name and by id."""
    found = asked(client, datastream=[LEVEL, other], scatter=True)

    assert len(found.series) == 1 and found.scatter is None


def test_buckets_say_of_how_many_results_they_are_and_which_was_the_newest(client: httpx.Client) -> None:
    """By hand from the rows of the site: all good ones are in the counts, and the last of them is the newest."""
    good = [value for value, quality, _ in map(site.level, site.level_minutes()) if quality in (1, 2)]
    (thinned,) = asked(client, datastream=LEVEL, max_points=50).series
    (whole,) = asked(client, datastream=LEVEL, max_points=2000, to="2026-05-02T00:00:00Z").series

    assert thinned.counts is not None and sum(thinned.counts) == len(good)
    assert thinned.newest == good[-1] != thinned.means[-1]
    assert (whole.counts, whole.newest) == (None, site.level(24 * 60 - 1)[0])


def test_facilities_of_two_zones_stand_on_one_grid(own_database: TestDatabase, own_server: ApiServer) -> None:
    """In cells of two hours of UTC, each with its two values of both, wherever the days of the second begin."""
    asked_for = {"datastream": [OTHER, ELSEWHERE], "scatter": True}
    span = {"from": JANUARY.isoformat(), "to": FEBRUARY.isoformat()}
    with (
        psycopg.connect(own_database.conninfo(), autocommit=True) as owner,
        httpx.Client(base_url=own_server.url, timeout=60) as client,
    ):
        owner.execute(MADE)
        site.touch(owner, [OTHER_ID, ELSEWHERE_ID], JANUARY, FEBRUARY)
        for zone in ("Europe/Lisbon", "Europe/Madrid", "America/Sao_Paulo", "Asia/Kolkata"):
            owner.execute(ZONE, (zone,))
            while rebuild(owner):
                pass
            found = asked(client, **asked_for, **span).scatter

            assert found is not None and (found.cell_s, found.pairs) == (7200, 22 * 12), zone
            assert found.times == [JANUARY + timedelta(hours=2 * cell) for cell in range(22 * 12)]
            assert found.x_means == pytest.approx([5 * (2 * cell + 0.5) for cell in range(22 * 12)])
            assert found.slope == pytest.approx(10) and found.r == pytest.approx(1)
