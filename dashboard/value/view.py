"""The addresses of the value pages, of their files, and of where each figure comes from."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.access import Known, OfFacility, Seen
from api.http.database import DatabasePool
from api.http.dependencies import Data
from api.http.errors import BadParameter, NotFound
from api.http.parameters import FacilityId, Parameters
from api.overview import answers as facility_states
from api.studies import answers
from api.studies import queries as studies
from api.studies.origin import Origin
from dashboard import pages, rendering
from dashboard import reads as facilities
from dashboard.alarm_count import COUNTED
from dashboard.reads import Shown
from dashboard.value import origins, overview, page, reads, study_files
from tailings.study import article_27
from tailings.study.sample_table import MOST_SAMPLES, SampleRow
from tailings.study.tables import SAMPLES
from texts import load

from .origins import panel
from .reads import Study

READS: Final = [Depends(OfFacility("read"))]
MAX_NAME: Final = 300

drawn = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)
described = APIRouter(prefix="/api/v1", tags=["studies"])


class OriginQuery(Parameters):
    """Which figure."""

    figure: Annotated[
        str, Field(max_length=MAX_NAME, description=f"{', '.join(origins.NAMES)}; of what stands behind a colon")
    ] = "net"


class TableQuery(Parameters):
    """As what."""

    form: Annotated[study_files.Form, Field(description="csv (RFC 4180) or parquet")] = "csv"


class RecordQuery(Parameters):
    """As what."""

    form: Annotated[study_files.RecordForm, Field(description="json, or geojson (RFC 7946)")] = "json"


@described.get(
    "/facilities/{facility}/study/origin", summary="Where a figure of the study comes from", dependencies=READS
)
async def origin_of_figure(facility: FacilityId, database: Data, query: Annotated[OriginQuery, Query()]) -> Origin:
    """Back to assays with their files and hashes, price rows, assumptions with authors, trigger levels, water levels.

    `grade:W`, `input:cost`, `bench:Bench 1`: the page's figures have these names.
    """
    return await _origin(database, facility, query.figure, {})


@described.get(
    "/facilities/{facility}/study/tables/{table}",
    summary="A table of the study as a file",
    dependencies=READS,
    response_class=Response,
    responses={200: {"content": {media: {} for media in study_files.MEDIA.values()}}},
)
async def table_of_study(
    facility: FacilityId,
    database: Data,
    table: Annotated[study_files.TableName, Path(description="Which table")],
    query: Annotated[TableQuery, Query()],
) -> Response:
    """Units stand in the names of the columns; label, version and hash of the samples in each row."""
    shown, study = await _newest(database, facility)
    samples = await _samples(database, facility, study) if table == SAMPLES else []
    content = await asyncio.to_thread(study_files.table, shown.facilities[0], study, table, query.form, samples)
    return _file(content, f"{facility}-study-{study.version}-{table}.{query.form}", study_files.MEDIA[query.form])


@described.get(
    "/facilities/{facility}/study/article-27",
    summary="The Article 27 record",
    dependencies=READS,
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}, "application/geo+json": {}}}},
)
async def article_27_record(facility: FacilityId, database: Data, query: Annotated[RecordQuery, Query()]) -> Response:
    """What Article 27 of Regulation (EU) 2024/1252 asks for, field by field; what is missing is null."""
    shown, study = await _newest(database, facility)
    found = await asyncio.to_thread(study_files.record, shown.facilities[0], study)
    document = article_27.geojson(found) if query.form == "geojson" else found
    media = "application/geo+json" if query.form == "geojson" else "application/json"
    return _file(msgspec.json.encode(document), f"{facility}-article-27.{query.form}", media)


@drawn.get("/f/{facility}/value", dependencies=READS)
async def value(request: Request, facility: FacilityId, database: Data, caller: Known) -> HTMLResponse:
    """Is it worth it, how sure, what does the dam allow? With `part=net` only what the sliders change."""
    asked = request.query_params
    if page.changed(asked) and (study := await reads.newest(database, facility)):
        drawn = await asyncio.to_thread(reads.what_if, study.result, reads.factors(asked))
        return rendering.answer(request, "value/value_net.html", page.what_if(drawn, facility, load()))
    valued = await reads.gather(database, facility, datetime.now(UTC), asked)
    context = page.context(valued, load(), asked.get("section", "")) | {"may_import": caller.may("approve", facility)}
    return rendering.answer(request, "value/value.html", context)


@drawn.get("/f/{facility}/value/why", dependencies=READS)
async def why(
    request: Request,
    facility: FacilityId,
    database: Data,
    figure: Annotated[str, Query(max_length=MAX_NAME)] = "net",
    part: bool = False,
) -> HTMLResponse:
    """Where a figure comes from: a page, or with `part` what the panel at the side shows."""
    found = await _origin(database, facility, figure, reads.factors(request.query_params))
    context = panel.context(found, load())
    if part:
        return rendering.answer(request, "provenance/why_panel.html", context)
    shown = await facilities.one(database, facility, datetime.now(UTC))
    return rendering.answer(request, "provenance/why.html", pages.data(shown, load(), {}) | context)


@drawn.get("/value")
async def all_values(
    request: Request, database: Data, seen: Seen, by: Literal["value", "confidence", "state"] = "value"
) -> HTMLResponse:
    """All facilities by what their waste is worth, how sure that is, and in which state they are."""
    shown = facilities.shown(await facility_states.of_all(database, seen))
    found = await answers.all_studies(database, seen)
    return rendering.answer(request, "value/value_list.html", overview.context(shown, found, load(), by))


async def _newest(database: DatabasePool, facility: str) -> tuple[Shown, Study]:
    shown = await facilities.one(database, facility, datetime.now(UTC))
    study = await reads.newest(database, facility)
    if study is None:
        raise NotFound(f"There is no study of {facility} yet.", "facility")
    return shown, study


async def _samples(database: DatabasePool, facility: str, study: Study) -> list[SampleRow]:
    rows = await studies.assayed(database, facility, study.made_at, MOST_SAMPLES + 1)
    if len(rows) > MOST_SAMPLES:
        way = f"page through /api/v1/facilities/{facility}/samples"
        raise BadParameter(f"The study has more than {MOST_SAMPLES} samples, too many for one file; {way}.", "table")
    return rows


def _file(content: bytes, name: str, media: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-cache"}
    return Response(content, headers=headers, media_type=media)


async def _origin(database: DatabasePool, facility: str, figure: str, factors: dict[str, float]) -> Origin:
    valued = await reads.rated(database, await reads.ground(database, facility, datetime.now(UTC)), figure)
    return await asyncio.to_thread(origins.trace, origins.KnownFacility(valued, load(), factors), figure)


router = APIRouter()
router.include_router(drawn)
router.include_router(described)
