"""Which days have observations: one look into the primary key a quarter of a day, never a count of rows.

Of rows that have left the database for the archive their hours say it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, LiteralString

import numpy as np

from api.coverage.models import DayCoverage
from api.datastreams import queries as datastreams
from api.http.database import DatabasePool
from api.observations.columns import integers

QUARTERS: Final = 4
PART_DAYS: Final = 8
"""A part of the question has its own bounds, so that the planner looks only into the chunks that can hold it."""

# The quarters are numbered from the first day on; LIMIT makes each a walk down the index and nothing more.
PART: Final = """
SELECT d.id, quarter FROM datastream d CROSS JOIN generate_series(%(quarter{n})s::int, %(last{n})s::int) quarter
CROSS JOIN LATERAL (
    SELECT FROM observation o
    WHERE o.datastream_id = d.id AND o.phenomenon_time >= %(start{n})s AND o.phenomenon_time < %(end{n})s
      AND o.phenomenon_time >= %(origin)s + quarter * interval '6 h'
      AND o.phenomenon_time < %(origin)s + (quarter + 1) * interval '6 h'
    LIMIT 1
) seen
WHERE d.facility_id = %(facility)s AND d.retired_at IS NULL
"""
LEFT: Final = """
SELECT DISTINCT d.id, floor(extract(epoch FROM h.start - %(origin)s) / 21600)::int AS quarter
FROM released_span r
JOIN rollup_hour h ON h.start >= greatest(r.start, %(origin)s) AND h.start < least(r.stop, %(end)s)
JOIN datastream d ON d.id = h.datastream_id
WHERE r.start < %(end)s AND r.stop > %(origin)s AND d.facility_id = %(facility)s AND d.retired_at IS NULL
"""
ALL: Final = "SELECT array_agg(id::int8), array_agg(quarter::int8) FROM ({parts}) found"


async def of_facility(database: DatabasePool, facility: str, first: date, days: int, limit: int) -> list[DayCoverage]:
    """Return the coverage of up to `limit` datastreams of a facility over some days (UTC), in the order of ids."""
    streams = [
        row
        for row in await datastreams.of_facility(database, facility, 0, limit, None, quantity=None)
        if row.retired_at is None
    ]
    statement, values = _question(facility, first, days)
    ids, quarters = await database.tuple(statement, values)
    place = {row.id: index for index, row in enumerate(streams)}
    found = np.zeros((len(streams), days), np.int64)
    for id, quarter in zip(integers(ids, ">i8").tolist(), integers(quarters, ">i8").tolist(), strict=True):
        if id in place:
            found[place[id], quarter // QUARTERS] += 1
    return [
        DayCoverage(
            id=row.id, datastream=row.name, expected_interval_s=row.expected_interval_s, quarters=found[index].tolist()
        )
        for index, row in enumerate(streams)
    ]


def _question(facility: str, first: date, days: int) -> tuple[LiteralString, dict[str, Any]]:
    origin = datetime.combine(first, time(), UTC)
    values: dict[str, Any] = {"facility": facility, "origin": origin, "end": origin + timedelta(days=days)}
    parts: list[LiteralString] = []
    for number, (begin, end) in enumerate(_parts(days)):
        values |= {
            f"quarter{number}": begin * QUARTERS,
            f"last{number}": end * QUARTERS - 1,
            f"start{number}": origin + timedelta(days=begin),
            f"end{number}": origin + timedelta(days=end),
        }
        parts.append(PART.replace("{n}", str(number)))
    return ALL.replace("{parts}", " UNION ".join([*parts, LEFT])), values


def _parts(days: int) -> Iterator[tuple[int, int]]:
    for begin in range(0, days, PART_DAYS):
        yield begin, min(begin + PART_DAYS, days)
