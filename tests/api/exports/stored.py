"""What the database of the site holds, asked by SQL of our own: what every format is held against."""

from datetime import UTC, datetime
from typing import Any

import psycopg

from tests.api import site
from tests.servers import TestDatabase

LEVEL = "vale:n07:vw1.level"
BATTERY = "vale:n07:battery.voltage"
OBSERVATIONS = f"/api/v1/datastreams/{LEVEL}/observations"
SERIES = "/api/v1/facilities/vale/series"
AS_OF = datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)
ROWS = """
SELECT phenomenon_time, result, quality::int, tests FROM observation
WHERE datastream_id = %s AND (%s::timestamptz IS NULL OR received_at <= %s) ORDER BY phenomenon_time"""


def rows(database: TestDatabase, datastream: int = site.LEVEL, as_of: datetime | None = None) -> list[Any]:
    """Every observation of a datastream, or those that had been received by an instant."""
    with psycopg.connect(database.conninfo()) as connection:
        return connection.execute(ROWS, (datastream, as_of, as_of)).fetchall()
