"""A page of changes: a run of commits, the spans that it touched, and the rows in them, cut where the page is full."""

from typing import Any, Final, NamedTuple

import numpy as np

from api.changes import queries
from api.changes.queries import ChangesScope, CommitRun, TouchedSpan
from api.http import times
from api.http.database import DatabasePool
from api.observations import columns, time_columns
from api.observations.queries import ONE_US

MAX_SPANS: Final = 5_000


class PagePlace(NamedTuple):
    """Where the next page of a run begins: behind this time [Unix us] of this datastream."""

    until: int
    id: int
    time_us: int


class ChangesPage(NamedTuple):
    """A page, and what comes next: another page of the same run, or None."""

    run: CommitRun
    body: dict[str, Any]
    place: PagePlace | None


async def page(
    database: DatabasePool, since: int, after: PagePlace | None, scope: ChangesScope, limit: int
) -> ChangesPage:
    """Return what the commits behind `since` changed, in at most `limit` rows; `after` goes on within a run."""
    if after is None:
        run = await queries.run(database, since, scope, limit)
        told = {
            "facilities": [one.model_dump() for one in await queries.facilities(database, run, scope)],
            "revisions": [one.model_dump(by_alias=True) for one in await queries.revisions_of(database, run, scope)],
        }
    else:
        run, told = CommitRun(since, after.until), {"facilities": [], "revisions": []}
    spans = _behind(await queries.spans(database, run, scope), after)
    found, place = await _rows(database, run, spans, limit)
    return ChangesPage(run, told | {"spans": found}, place)


def _behind(spans: list[TouchedSpan], after: PagePlace | None) -> list[TouchedSpan]:
    """Return what is left of the spans of a run."""
    if after is None:
        return spans
    start = times.from_microseconds(after.time_us + 1)
    left = [one for one in spans if one.id > after.id or (one.id == after.id and one.stop > start)]
    return [one._replace(start=max(one.start, start)) if one.id == after.id else one for one in left]


async def _rows(
    database: DatabasePool, run: CommitRun, spans: list[TouchedSpan], limit: int
) -> tuple[list[dict[str, Any]], PagePlace | None]:
    """Return the rows by spans, and where the page ends, None where it has all."""
    some = spans[:MAX_SPANS]
    if not some:
        return [], None
    found = await queries.rows(database, some, limit)
    place = None
    if len(found.span) == limit:
        full, last_us = int(found.span[-1]), int(found.readings.time_us[-1])
        some = some[: full + 1]
        some[full] = some[full]._replace(stop=times.from_microseconds(last_us) + ONE_US)
        place = PagePlace(run.until, some[full].id, last_us)
    elif len(spans) > MAX_SPANS:
        place = PagePlace(run.until, some[-1].id, times.to_microseconds(some[-1].stop) - 1)
    return _told(some, found), place


def _told(spans: list[TouchedSpan], found: queries.SpanRows) -> list[dict[str, Any]]:
    written = time_columns.rfc3339_column(found.readings.time_us)
    results, flags = columns.or_null(found.readings.result), found.readings.quality.tolist()
    ends = np.searchsorted(found.span, np.arange(len(spans) + 1)).tolist()
    return [
        {
            "datastream": one.name,
            "id": one.id,
            "unit": one.unit,
            "commit": one.commit,
            "from": one.start,
            "to": one.stop,
            "is_whole": one.is_whole,
            "times": written[begin:end],
            "results": results[begin:end],
            "qualities": flags[begin:end],
            "tests": found.readings.tests[begin:end],
        }
        for one, begin, end in zip(spans, ends, ends[1:], strict=False)
    ]
