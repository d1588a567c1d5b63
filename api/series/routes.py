"""Several series of a facility in one answer: what a page of linked charts asks, and the file of what it shows."""

import asyncio
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api import exports
from api.access import OfFacility, Seen
from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.http import answers
from api.http.database import DatabasePool
from api.http.dependencies import Data
from api.http.errors import BadParameter
from api.http.parameters import AsOf, FacilityId, Instant, Interval, Parameters, Qualities
from api.observations import charts, past, queries, released
from api.observations.models import Charts
from api.observations.window import TimeWindow
from api.series import aligned, columns, workspace
from api.series.models import Workspace
from api.series.workspace import MAX_SERIES, WorkspaceQuestion

MAX_DATASTREAMS: Final = 20
MAX_REF: Final = 200
MAX_POINTS: Final = 5_000
AT_ONCE: Final = 2
"""One answer never takes more of the pool's connections."""

OF_CHARTS: Final = ("max_points", "max_buckets", "time_format", "digits", "uncertainty")
NO_MARKS: Final = queries.NOTHING
NOT_ALIGNED: Final = ("marks", "max_points", "max_buckets", "uncertainty")
UNCERTAINTIES: Final = 24
"""Times of a line at which its uncertainty is told: it hardly changes between them."""

Ref = Annotated[str, Field(max_length=MAX_REF)]

router = APIRouter(prefix="/api/v1", tags=["observations"])


class SeriesQuery(Parameters):
    """Which datastreams, when, and how fine."""

    datastream: Annotated[
        tuple[Ref, ...],
        Field(min_length=1, max_length=MAX_DATASTREAMS, description="Full names or ids; repeat it for more"),
    ]
    from_: Annotated[Instant | None, Field(alias="from", description="RFC 3339, included; the first there is")] = None
    to: Annotated[Instant | None, Field(description="RFC 3339, not included; the last there is")] = None
    max_points: Annotated[
        int, Field(ge=10, le=MAX_POINTS, description="Of each: as observed if so few, else min, max and mean")
    ] = 1_000
    max_buckets: Annotated[
        int | None, Field(ge=10, le=MAX_POINTS, description="Of each with more than max_points; the same without it")
    ] = None
    quality: Annotated[Qualities, Field(description="QARTOD flags of the line")] = (1, 2)
    marks: Annotated[Qualities, Field(description="QARTOD flags that come beside the line, each as observed")] = (3,)
    format: Annotated[
        exports.Name,
        Field(description="A file has every observation of line and marks, one series after another; else as `Accept`"),
    ] = None
    time_format: Annotated[columns.TimeFormat, Field(description="unix: seconds since 1970, for charts")] = "rfc3339"
    digits: Annotated[
        int | None, Field(ge=3, le=9, description="Significant digits of each value, for charts; as stored without it")
    ] = None
    as_of: AsOf = None
    uncertainty: Annotated[bool, Field(description="How far the values may err, at some times of each line")] = False
    aligned: Annotated[
        Interval | None,
        Field(description="ISO 8601, as PT1H: the mean of `quality` in cells so wide, the same cells in every series"),
    ] = None

    def check(self) -> None:
        """Raise BadParameter for parameters that contradict each other."""
        if self.aligned is None and (both := sorted(set(self.quality) & set(self.marks))):
            raise BadParameter(f"marks are beside the line: leave out {both[0]} here, or in quality.", "marks")
        for name in NOT_ALIGNED if self.aligned is not None else ():
            if name in self.model_fields_set:
                raise BadParameter(f"On a grid there are only its cells; leave out {name}, or aligned.", name)

    def check_file(self, format: str) -> None:
        """Raise BadParameter for parameters that a file has no use for."""
        if given := [name for name in OF_CHARTS if name in self.model_fields_set]:
            told = f"{format} gives every observation, with RFC 3339 times; leave out {given[0]}."
            raise BadParameter(told, given[0])


class WorkspaceQuery(Parameters):
    """Which datastreams of any facilities, when, and whether the first two against each other."""

    datastream: Annotated[
        tuple[Ref, ...],
        Field(min_length=1, max_length=MAX_SERIES, description="Full names or ids; repeat it for more"),
    ]
    from_: Annotated[Instant | None, Field(alias="from", description="RFC 3339, included; the first there is")] = None
    to: Annotated[Instant | None, Field(description="RFC 3339, not included; the last there is")] = None
    max_points: Annotated[int, Field(ge=10, le=2_000, description="Of each: as observed if so few, else buckets")] = 400
    scatter: Annotated[bool, Field(description="The second over the first, in cells of a grid")] = False
    as_of: AsOf = None


@router.get("/series", summary="Series of any facilities side by side, or one over another")
async def series_of_any(database: Data, seen: Seen, query: Annotated[WorkspaceQuery, Query()]) -> Workspace:
    """Good values only. A datastream of a facility that you may not read is answered as one that is not there."""
    asked = WorkspaceQuestion(query.datastream, query.from_, query.to, query.as_of, query.scatter)
    return await workspace.of_question(database, seen, asked, query.max_points)


@router.get(
    "/facilities/{facility}/series",
    summary="Several datastreams over one interval, for charts",
    dependencies=[Depends(OfFacility("read"))],
    response_class=Response,
    responses={200: {"model": Charts, "content": exports.description(of_some=True)}},
)
async def series_of_facility(
    request: Request, facility: FacilityId, database: Data, query: Annotated[SeriesQuery, Query()]
) -> Response:
    """Each series has the columns and gaps of `observations` with max_points, and `marks` beside the line.

    The series are in the order of the question; a datastream that is named twice comes once. More than 2,000 marks of
    one are thinned.
    """
    query.check()
    format = exports.chosen(request, query.format)
    if format != exports.JSON:
        query.check_file(format)
    found = await datastreams.some(database, facility, query.datastream)
    if query.aligned is not None:
        return await _on_grid(request, database, found, query, format)
    if format != exports.JSON:
        return await _file(request, database, found, query, format)
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(named: Datastream) -> dict[str, object]:
        async with turn:
            datastream, asked = await past.asked(database, named, query.from_, query.to, query.as_of)
            chart = await charts.of_datastream(
                database,
                datastream,
                asked,
                query.quality,
                query.marks,
                max_points=query.max_points,
                max_buckets=query.max_buckets or query.max_points,
            )
            errors = await _errors(database, datastream, asked, query) if query.uncertainty else None
        found = chart.rounded(query.digits)
        return columns.chart(datastream, query.quality, query.time_format, found) | {"uncertainty": errors}

    body = {
        "facility": facility,
        "as_of": query.as_of,
        "aligned": None,
        "series": await asyncio.gather(*map(one, found)),
    }
    return answers.json(request, msgspec.json.encode(body), vary=exports.VARY)


async def _on_grid(
    request: Request, database: Data, found: list[Datastream], query: SeriesQuery, format: str
) -> Response:
    """The cells of all series: as charts whose buckets they are, or as the rows of a file."""
    assert query.aligned is not None
    asked = [await past.asked(database, one, query.from_, query.to, query.as_of) for one in found]
    cells = await aligned.of_some(database, asked, query.quality, query.aligned)
    rule = {"interval_s": query.aligned, "method": "mean", "time": "beginning", "quality": query.quality}
    if format == exports.JSON:
        series = [
            columns.chart(
                one, query.quality, query.time_format, charts.Chart(line, NO_MARKS, False).rounded(query.digits)
            )
            | {"uncertainty": None}
            for one, line in zip(found, cells, strict=True)
        ]
        body = {"facility": found[0].facility, "as_of": query.as_of, "aligned": rule, "series": series}
        return answers.json(request, msgspec.json.encode(body), vary=exports.VARY)
    parts = [exports.ExportPart(one, span, query.quality, is_named=True) for one, span in asked]
    grid = exports.Grid(rule, [aligned.readings(line) for line in cells])
    return await exports.whole(request, database, format, parts, name=found[0].facility, as_of=query.as_of, grid=grid)


async def _errors(
    database: DatabasePool, datastream: Datastream, asked: TimeWindow, query: SeriesQuery
) -> dict[str, object]:
    """How far a line may err, at some of its times."""
    from api.uncertainty import answers as uncertainty  # with the reader of facility files, 1 MB: few charts need it

    told = await uncertainty.of_series(database, datastream.facility, [(datastream, asked)], UNCERTAINTIES, query.as_of)
    line = told.series[0]
    return columns.uncertainty(line.coverage_factor, line.times, line.expanded, query.time_format)


async def _file(request: Request, database: Data, found: list[Datastream], query: SeriesQuery, format: str) -> Response:
    asked = [await past.asked(database, one, query.from_, query.to, query.as_of) for one in found]
    here = [(one, await released.here(database, one, span, is_open=query.from_ is None)) for one, span in asked]
    quality = (*query.quality, *query.marks)
    parts = [exports.ExportPart(one, span, quality, is_named=True) for one, span in here]
    name = found[0].name if len(found) == 1 else found[0].facility
    return await exports.whole(request, database, format, parts, name=name, as_of=query.as_of)
