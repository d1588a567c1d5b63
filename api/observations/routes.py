"""Observations of a datastream: as columns for charts, as CSV for files."""

import dataclasses
from typing import Annotated, Final, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.access import OfDatastream
from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.http import answers, cursors, times
from api.http.database import Database
from api.http.dependencies import Data, position
from api.http.errors import BadParameter
from api.http.parameters import QUALITIES, AsOf, Cursor, DatastreamRef, Instant, Parameters, Qualities
from api.http.streams import CSV_TYPE, csv_file
from api.observations import charts, past, queries, released
from api.observations.models import Observations
from api.observations.window import Window, window
from api.series import columns

MAX_ROWS: Final = 50_000
DEFAULT_ROWS: Final = 10_000
CHART_QUALITIES: Final = (1, 2, 3, 9)

READS: Final = [Depends(OfDatastream("read"))]

router = APIRouter(prefix="/api/v1", tags=["observations"])


class ObservationsQuery(Parameters):
    """Which observations, in which form."""

    from_: Annotated[Instant | None, Field(alias="from", description="RFC 3339, included; the first there is")] = None
    to: Annotated[Instant | None, Field(description="RFC 3339, not included; the last there is")] = None
    quality: Annotated[
        Qualities | None, Field(description="QARTOD flags, for example 1,2; all, but for a chart 1,2,3,9")
    ] = None
    format: Annotated[Literal["json", "csv"], Field(description="csv without limit is the whole interval")] = "json"
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
        if self.format == "csv" and self.max_points is not None:
            raise BadParameter("max_points makes a chart in json; csv gives every observation.", "max_points")
        if self.format == "csv" and self.time_format != "rfc3339":
            raise BadParameter("csv has RFC 3339 times only; leave out time_format.", "time_format")


CSV_EXAMPLE: Final = "phenomenon_time,result,unit,quality,tests\r\n2026-05-03T14:10:00Z,318.42,m,1,\r\n"


@router.get(
    "/datastreams/{datastream}", summary="One datastream with newest observation and coverage", dependencies=READS
)
async def one_datastream(datastream: DatastreamRef, database: Data) -> Datastream:
    """By its full name or its integer id."""
    return await datastreams.find(database, datastream)


@router.get(
    "/datastreams/{datastream}/observations",
    summary="Observations in order of time: JSON columns or CSV",
    dependencies=READS,
    response_class=Response,
    responses={
        200: {
            "model": Observations,
            "content": {"text/csv": {"example": CSV_EXAMPLE}},
            "headers": {"link": {"description": "The next page"}},
        }
    },
)
async def observations_of_datastream(
    request: Request, datastream: DatastreamRef, database: Data, query: Annotated[ObservationsQuery, Query()]
) -> Response:
    """Columns of equal length; `gaps` tells where observations are missing for more than 1.5 expected intervals.

    With `max_points` an interval with more observations is shown by buckets: minimum, maximum and mean.
    """
    query.check()
    found = await datastreams.find(database, datastream)
    asked = await past.settled(database, found, window(query.from_, query.to, found.coverage, query.as_of))
    if query.max_points is not None:
        return answers.json(request, await _chart(database, found, asked, query, query.max_points))
    asked = await released.here(database, found, asked, is_open=query.from_ is None)
    question = Question(database, found, _after(asked, _scope(found, query), query.cursor), query.quality or QUALITIES)
    if query.format == "csv" and query.limit is None:
        return csv_file(request, found.name, queries.export(*question), query.as_of)
    limit = query.limit or DEFAULT_ROWS
    if query.format == "csv":
        return await _csv_page(request, question, limit, _scope(found, query))
    return await _json_page(request, question, limit, query)


class Question(NamedTuple):
    """Of which datastream, when, and with which flags."""

    database: Database
    datastream: Datastream
    window: Window
    quality: tuple[int, ...]


def _scope(datastream: Datastream, query: ObservationsQuery) -> str:
    as_of = "" if query.as_of is None else f" {query.as_of}"
    return f"observations {datastream.id} {query.quality}{as_of}"


def _after(asked: Window, scope: str, cursor: str | None) -> Window:
    if cursor is None:
        return asked
    try:
        start = times.from_microseconds(position(scope, cursor, 0) + 1)
    except OverflowError as error:
        raise BadParameter("cursor cannot be used: it holds no time.", "cursor") from error
    return dataclasses.replace(asked, start=max(start, asked.start), end=max(start, asked.end))


async def _chart(
    database: Database, datastream: Datastream, asked: Window, query: ObservationsQuery, max_points: int
) -> bytes:
    quality = query.quality or CHART_QUALITIES
    found = await charts.of_datastream(
        database, datastream, asked, quality, (), max_points=max_points, max_buckets=max_points
    )
    return columns.line_json(datastream, quality, query.time_format, found.line, query.as_of)


async def _json_page(request: Request, question: Question, limit: int, query: ObservationsQuery) -> Response:
    page = await queries.raw(*question, limit)
    following = None
    if len(page) == limit:
        cursor = cursors.encode(_scope(question.datastream, query), int(page.time_us[-1]))
        following = answers.next_page(request, cursor=cursor)
    before_us = None if query.cursor is None else times.to_microseconds(question.window.start) - 1
    told = question.datastream, question.quality, query.time_format, page
    body = columns.raw_json(*told, before_us, query.as_of, following)
    return answers.json(request, body, following)


async def _csv_page(request: Request, question: Question, limit: int, scope: str) -> Response:
    chunk = await queries.chunk(*question, limit)
    headers = {"cache-control": answers.REVALIDATE}
    if chunk.rows == limit and chunk.last is not None:
        cursor = cursors.encode(scope, times.to_microseconds(chunk.last))
        headers["link"] = f'<{answers.next_page(request, cursor=cursor)}>; rel="next"'
    return Response(queries.HEADER + chunk.lines, headers=headers, media_type=CSV_TYPE)
