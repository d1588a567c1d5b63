"""What has left the database: spans whose observations are in the archive alone, and what to tell who asks for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.http.errors import Archived
from api.observations.queries import HAS_LEFT
from api.observations.window import TimeWindow, observed
from tailings.instants import rfc3339

MAX_FILES: Final = 3
IS_ANY: Final = f"SELECT {HAS_LEFT}"
"""Asked first: to plan SPANS over the chunks of a year takes half a millisecond, and most centres released nothing."""
# What was counted there and has no row any more. The hours say it of each datastream, also when a part came back.
SPANS: Final = """
SELECT r.start, r.stop, array_agg(p.file ORDER BY p.month, p.part) FILTER (WHERE p.file IS NOT NULL) AS files,
       array_agg(DISTINCT to_char(p.month, 'YYYY-MM')) FILTER (WHERE p.file IS NOT NULL) AS months
FROM released_span r LEFT JOIN archive_part p
    ON p.facility_id = %(facility)s AND p.month < r.stop AND p.month + interval '1 month' > r.start
WHERE r.start < %(end)s AND r.stop > %(start)s AND EXISTS (
    SELECT FROM rollup_hour h WHERE h.datastream_id = %(id)s AND h.start >= r.start AND h.start < r.stop
      AND h.start > %(start)s - interval '1 hour' AND h.start < %(end)s AND NOT EXISTS (
        SELECT FROM observation o WHERE o.datastream_id = %(id)s
          AND o.phenomenon_time >= h.start AND o.phenomenon_time < h.start + interval '1 hour'))
GROUP BY r.start, r.stop ORDER BY r.start
"""
IS_LATE: Final = "SELECT is_received_since(%(id)s, %(start)s, %(end)s, %(as_of)s)"


class Span(NamedTuple):
    """Observations from `start` to `stop` (not included) left; the files that have them, and the months of these."""

    start: datetime
    stop: datetime
    files: list[str] | None
    months: list[str] | None


async def within(database: DatabasePool, datastream: Datastream, asked: TimeWindow) -> list[Span]:
    """Return what has left of the part of a window in which a datastream was observed, in order of time."""
    span = observed(asked, datastream.coverage)
    values = {"id": datastream.id, "facility": datastream.facility, "start": span.start, "end": span.end}
    if await database.tuple(IS_ANY, values) == (False,):
        return []
    return await database.in_order(Span, SPANS, values)


async def here(database: DatabasePool, datastream: Datastream, asked: TimeWindow, is_open: bool) -> TimeWindow:
    """Return a window whose observations are all in the database; raise Archived.

    One that `is_open` at its start asks for the first there is, and begins behind what has left.
    """
    gone = await within(database, datastream, asked)
    if not gone:
        return asked
    if not is_open:
        raise refused(datastream, gone)
    start = min(max(asked.start, gone[-1].stop), asked.end)
    return replace(asked, start=start)


async def check(database: DatabasePool, datastream: Datastream, gone: list[Span], asked: TimeWindow) -> None:
    """Raise Archived where hours cannot stand for the rows that left: some came after `as_of`."""
    for span in gone if asked.as_of else ():
        values = {"id": datastream.id, "start": span.start, "end": min(span.stop, asked.end), "as_of": asked.as_of}
        if await database.tuple(IS_LATE, values) == (True,):
            raise refused(datastream, [span])


def refused(datastream: Datastream, gone: Sequence[Span]) -> Archived:
    """Return the error that says which observations have left, which files have them, and what brings them back."""
    files = list(dict.fromkeys(file for span in gone for file in span.files or ()))
    months = sorted({month for span in gone for month in span.months or ()})
    more = f" and {len(files) - MAX_FILES} more" if len(files) > MAX_FILES else ""
    command = f"tailwatch archive restore FOLDER --facility {datastream.facility}"
    commands = f"{command} --month {months[0]}" if len(months) == 1 else command
    return Archived(
        f"Observations of {datastream.name} from {rfc3339(gone[0].start)} to {rfc3339(gone[-1].stop)} have "
        f"left the database by age. The archive has them in {', '.join(files[:MAX_FILES])}{more}; `{commands}` "
        "brings them back. Charts by hours and days go on, where no hour has flags that they tell apart, and so does "
        f"what begins at {rfc3339(gone[-1].stop)}.",
        "from",
    )
