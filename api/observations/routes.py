"""Observations of a datastream: as columns for charts, as files in the formats of `api.exports`."""

import dataclasses
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api import exports
from api.access import OfDatastream
from api.datastreams.models import Datastream
from api.http import answers, cursors, times
from api.http.database import DatabasePool
from api.http.dependencies import Data, position
from api.http.errors import BadParameter
from api.http.parameters import QUALITIES, AsOf, Cursor, Instant, Parameters, Qualities
from api.observations import charts, past, queries, released
from api.observations.models import Observations
from api.observations.window import TimeWindow
from api.series import columns

MAX_ROWS: Final = 50_000
DEFAULT_ROWS: Final = 10_000
CHART_QUALITIES: Final = (1, 2, 3, 9)

Read = Annotated[Datastream, Depends(OfDatastream("read"))]
"""The datastream that the path names, of a caller who may read it."""

router = APIRouter(prefix="/api/v1", tags=["observations"])


class ObservationsQuery(Parameters):
    """Which observations, in which form."""

    from_: Annotated[Instant | None, Field(alias="from", description="RFC 3339, included; the first there is")] = None
    to: Annotated[Instant | None, Field(description="RFC 3339, not included; the last there is")] = None
    quality: Annotated[
        Qualities | None, Field(description="QARTOD flags, for example 1,2; all, but for a chart 1,2,3,9")
    ] = None
    format: Annotated[
        exports.Name,
        Field(description="A file without limit is the whole interval; else as `Accept`"),
    ] = None
    limit: Annotated[
        int | None, Field(ge=1, le=MAX_ROWS, description="Observations in one answer; 10,000 for json")
    ] = None
    cursor: Cursor = None
    max_points: Annotated[
        int | None, Field(ge=10, le=MAX_ROWS, description="For a chart: as observed if so few, else min, max and mean")
    ] = None
    time_format: Annotated[columns.TimeFormat, Field(description="unix: seconds since 1970, for charts")] = "rfc3339"
    as_of: AsOf = None

    def check(self) -> None:
        """Raise BadParameter for parameters that contradict each other."""
        for other in ("limit", "cursor"):
            if self.max_points is not None and getattr(self, other) is not None:
                raise BadParameter(f"max_points shows the whole interval: leave out {other}, or max_points.", other)

    def check_file(self, format: str) -> None:
        """Raise BadParameter for parameters that a file has no use for."""
        if self.max_points is not None:
            told = f"max_points makes a chart in json; {format} gives every observation."
            raise BadParameter(told, "max_points")
        if self.time_format != "rfc3339":
            raise BadParameter("Files have RFC 3339 times only; leave out time_format.", "time_format")


@router.get("/datastreams/{datastream}", summary="One datastream with newest observation and coverage")
async def one_datastream(found: Read) -> Datastream:
    """By its full name or its integer id."""
    return found


@router.get(
    "/datastreams/{datastream}/observations",
    summary="Observations in order of time: JSON columns, or a file",
    response_class=Response,
    responses={
        200: {
            "model": Observations,
            "content": exports.description(of_some=False),
            "headers": {"link": {"description": "The next page"}},
        }
    },
)
async def observations_of_datastream(
    request: Request, found: Read, database: Data, query: Annotated[ObservationsQuery, Query()]
) -> Response:
    """Columns of equal length; `gaps` tells where observations are missing for more than 1.5 expected intervals.

    With `max_points` an interval with more observations is shown by buckets: minimum, maximum and mean.
    """
    query.check()
    format = exports.chosen(request, query.format)
    if format != exports.JSON:
        query.check_file(format)
    found, asked = await past.asked(database, found, query.from_, query.to, query.as_of)
    if query.max_points is not None:
        return answers.json(request, await _chart(database, found, asked, query, query.max_points), vary=exports.VARY)
    if format == exports.JSON:
        return await _json_page(request, database, found, asked, query)
    asked = await released.here(database, found, asked, is_open=query.from_ is None)
    part = exports.ExportPart(found, _after(asked, _scope(found, query), query.cursor), query.quality or QUALITIES)
    if query.limit is None:
        return await exports.whole(request, database, format, [part], name=found.name, as_of=query.as_of)
    answer, last_us = await exports.page(request, database, format, part, limit=query.limit, as_of=query.as_of)
    if last_us is not None:
        answers.link(answer, _next_page(request, found, query, last_us, format=format), "next")
    return answer


def _scope(datastream: Datastream, query: ObservationsQuery) -> str:
    as_of = "" if query.as_of is None else f" {query.as_of}"
    return f"observations {datastream.id} {query.quality}{as_of}"


def _after(asked: TimeWindow, scope: str, cursor: str | None) -> TimeWindow:
    if cursor is None:
        return asked
    try:
        start = times.from_microseconds(position(scope, cursor, 0) + 1)
    except OverflowError as error:
        raise BadParameter("cursor cannot be used: it holds no time.", "cursor") from error
    return dataclasses.replace(asked, start=max(start, asked.start), end=max(start, asked.end))


async def _chart(
    database: DatabasePool, datastream: Datastream, asked: TimeWindow, query: ObservationsQuery, max_points: int
) -> bytes:
    quality = query.quality or CHART_QUALITIES
    found = await charts.of_datastream(
        database, datastream, asked, quality, (), max_points=max_points, max_buckets=max_points
    )
    return columns.line_json(datastream, quality, query.time_format, found.line, query.as_of)


async def _json_page(
    request: Request, database: DatabasePool, datastream: Datastream, asked: TimeWindow, query: ObservationsQuery
) -> Response:
    scope, quality, limit = _scope(datastream, query), query.quality or QUALITIES, query.limit or DEFAULT_ROWS
    window = _after(asked, scope, query.cursor)
    found, has_left = await queries.raw_or_left(database, datastream, window, quality, limit)
    if has_left:
        here = await released.here(database, datastream, asked, is_open=query.from_ is None)
        window = _after(here, scope, query.cursor)
        found = await queries.raw(database, datastream, window, quality, limit)
    following = _next_page(request, datastream, query, int(found.time_us[-1])) if len(found) == limit else None
    before_us = None if query.cursor is None else times.to_microseconds(window.start) - 1
    told = datastream, quality, query.time_format, found
    body = columns.raw_json(*told, before_us, query.as_of, following)
    return answers.json(request, body, following, vary=exports.VARY)


def _next_page(request: Request, datastream: Datastream, query: ObservationsQuery, last_us: int, **more: str) -> str:
    return answers.next_page(request, **more, cursor=cursors.encode(_scope(datastream, query), last_us))
