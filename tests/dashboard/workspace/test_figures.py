"""The figures of the table beside the picture, held against the rows behind them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest

from dashboard.workspace.choice import ChartChoice
from tests.api import site
from tests.api.server import ApiServer
from tests.dashboard.conftest import API_ROLE
from tests.servers import TestDatabase

# Ten days of a reading an hour of 10 m, then one of a reading a minute that rises from 20 m by a millimetre each.
STORED = """
INSERT INTO observation
SELECT 5, time, 10, 1, NULL, 1, time
FROM generate_series(timestamptz '2026-05-01Z', '2026-05-10T23:00Z', '1 h') time UNION ALL
SELECT 5, time, 20 + extract(epoch FROM time - '2026-05-11Z')::int / 60 / 1000.0, 1, NULL, 1, time
FROM generate_series(timestamptz '2026-05-11Z', '2026-05-11T23:59Z', '1 min') time;
INSERT INTO latest SELECT 5, max(phenomenon_time), 21.439, 1, NULL, now(), count(*), min(phenomenon_time)
FROM observation WHERE datastream_id = 5"""
SPAN = "from=2026-05-01T00:00:00Z&to=2026-05-12T00:00:00Z"


@pytest.fixture
def charts(database: TestDatabase, tmp_path: Path) -> Iterator[httpx.Client]:
    """The pages of a site whose datastream 5 has those readings."""
    site.build(database.conninfo())
    with psycopg.connect(database.conninfo(), autocommit=True) as owner:
        owner.execute(STORED)
        site.touch(owner, site.NEVER, datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 12, tzinfo=UTC))
    server = ApiServer(tmp_path, database.conninfo(API_ROLE)).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


def figures(charts: httpx.Client, ref: str) -> list[str]:
    """Lowest, mean, highest and newest of the one row of the table."""
    answer = charts.get(f"/charts?left={ref}&{SPAN}")
    assert answer.status_code == 200, answer.text
    (row,) = (one for one in answer.text.split("<tr>") if "vale:n09:vw1.level<br>" in one)
    return re.findall(r'<td class="r num">([^<]*)</td>', row)[:4]


def test_the_mean_is_of_all_readings_and_the_newest_is_one(charts: httpx.Client) -> None:
    """Of 1,680 readings in buckets: 240 of 10 m and 1,440 from 20 m to 21.439 m; by name and by id."""
    mean = (240 * 10 + sum(20 + minute / 1000 for minute in range(1440))) / 1680

    for ref in ("vale:n09:vw1.level", "5"):
        assert figures(charts, ref) == ["10.00", f"{mean:.2f}", "21.44", "21.44"]


def test_the_same_question_at_the_api_is_of_the_same_instants() -> None:
    """Times with fractions of a second, as the names of files have them, are those of the address."""
    asked = {"from": "2026-05-01T00:00:00.25Z", "to": "2026-05-02T00:00:00Z", "as_of": "2026-05-03T12:00:00.5Z"}
    choice = ChartChoice.of({"left": "vale:n09:vw1.level", **asked})
    _, question = choice.question("UTC", datetime(2026, 6, 1, tzinfo=UTC))
    found = httpx.URL(choice.api_address(question)).params

    assert {name: datetime.fromisoformat(found[name]) for name in asked} == {
        name: datetime.fromisoformat(text) for name, text in asked.items()
    }
