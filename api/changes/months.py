"""Months (UTC) of datastreams with the hash of their rows: what a copy elsewhere is compared with."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from api.changes.models import MonthDigest
from api.changes.queries import ChangesScope
from api.http import times
from api.http.database import DatabasePool
from api.observations import queries
from api.observations.columns import Readings
from codec.series_digest import SeriesDigest

CHUNK_ROWS: Final = 50_000
MAX_ROWS: Final = 500_000
"""Hashed for one page: two to three seconds of the database, a tenth of one here."""
MAX_DATASTREAMS: Final = 200
"""Looked at for one page."""
MONTHS_A_YEAR: Final = 12
NO_MONTH: Final = -1
"""Before the first of a datastream."""
DATASTREAMS: Final = """
SELECT d.id, d.name, l.first_time AS first, l.phenomenon_time AS last
FROM datastream d JOIN latest l ON l.datastream_id = d.id
WHERE d.id >= %(from_id)s AND (%(facilities)s::text[] IS NULL OR d.facility_id = ANY(%(facilities)s))
  AND (%(ids)s::integer[] IS NULL OR d.id = ANY(%(ids)s)) ORDER BY d.id LIMIT %(limit)s
"""
NEXT: Final = """
SELECT min(phenomenon_time) AS time FROM observation
WHERE datastream_id = %(id)s AND phenomenon_time >= %(start)s AND phenomenon_time <= %(last)s
"""
RELEASED: Final = "SELECT start, stop FROM released_span ORDER BY start"


class CoveredDatastream(NamedTuple):
    """A datastream, and from when to when it has observations."""

    id: int
    name: str
    first: datetime
    last: datetime


class ReleasedStretch(NamedTuple):
    """[start, stop) of which rows have left the database."""

    start: datetime
    stop: datetime


class UtcMonth(NamedTuple):
    """One month by its number since year 0."""

    number: int

    @property
    def start(self) -> datetime:
        year, month = divmod(self.number, MONTHS_A_YEAR)
        return datetime(year, month + 1, 1, tzinfo=UTC)

    @property
    def stop(self) -> datetime:
        """The first instant of the next one."""
        return UtcMonth(self.number + 1).start

    def __str__(self) -> str:
        return f"{self.start:%Y-%m}"


class MonthsPage(NamedTuple):
    """Months, and behind which datastream and month the next page begins, None at the end."""

    months: list[MonthDigest]
    place: tuple[int, int] | None


def month_of(time: datetime) -> UtcMonth:
    """Return the month of an instant."""
    at = time.astimezone(UTC)
    return UtcMonth(at.year * MONTHS_A_YEAR + at.month - 1)


def named(text: str) -> UtcMonth:
    """Return the month `2026-05`."""
    return month_of(datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC))


async def page(
    database: DatabasePool, scope: ChangesScope, after: tuple[int, int], only: UtcMonth | None, limit: int
) -> MonthsPage:
    """Return up to `limit` months behind datastream and month `after`, fewer where they have many rows."""
    released = await database.rows(ReleasedStretch, RELEASED, {})
    some = await database.rows(
        CoveredDatastream, DATASTREAMS, {**scope._asdict(), "from_id": after[0], "limit": MAX_DATASTREAMS}
    )
    found, rows = list[MonthDigest](), 0
    for one in some:
        begin = after[1] + 1 if one.id == after[0] else 0
        async for month in _months(database, one, released, begin, only):
            if len(found) == limit or rows >= MAX_ROWS:
                return MonthsPage(found, after)
            found.append(await _hashed(database, one, month, released))
            rows, after = rows + found[-1].rows, (one.id, month.number)
    # Of those that were looked at there is nothing more; others may follow.
    return MonthsPage(found, (some[-1].id + 1, NO_MONTH) if len(some) == MAX_DATASTREAMS else None)


async def _months(
    database: DatabasePool, one: CoveredDatastream, released: list[ReleasedStretch], begin: int, only: UtcMonth | None
) -> AsyncIterator[UtcMonth]:
    """Give the months of a datastream that have rows, or had some that left, from number `begin` on."""
    number, end = max(begin, month_of(one.first).number), month_of(one.last).number
    if only is not None:
        number, end = max(number, only.number), min(end, only.number)
    left = {month for span in released for month in _touched(one, span)}
    while number <= end:
        asked = {"id": one.id, "start": UtcMonth(number).start, "last": one.last}
        time = await database.row(lambda time: time, NEXT, asked)
        following = [month for month in left if month >= number] + ([] if time is None else [month_of(time).number])
        if not following or min(following) > end:
            return
        yield UtcMonth(min(following))
        number = min(following) + 1


def _touched(one: CoveredDatastream, span: ReleasedStretch) -> range:
    start, stop = max(one.first, span.start), min(one.last, span.stop)
    return range(month_of(start).number, month_of(stop).number + 1) if start < stop else range(0)


async def _hashed(
    database: DatabasePool, one: CoveredDatastream, month: UtcMonth, released: list[ReleasedStretch]
) -> MonthDigest:
    digest = SeriesDigest()
    async for readings in _readings(database, one.id, month):
        digest.add(readings.time_us, readings.result, readings.quality, readings.tests)
    is_whole = not any(span.start < month.stop and span.stop > month.start for span in released)
    known = digest.hexdigest() if is_whole else None
    return MonthDigest(datastream=one.name, id=one.id, month=str(month), rows=digest.rows, sha256=known)


async def _readings(database: DatabasePool, id: int, month: UtcMonth) -> AsyncIterator[Readings]:
    start = month.start
    while True:
        found = (await queries.raw_of_some(database, [id], start, month.stop, CHUNK_ROWS))[id]
        yield found
        if len(found) < CHUNK_ROWS:
            return
        start = times.from_microseconds(int(found.time_us[-1]) + 1)
