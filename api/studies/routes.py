"""What reprocessing the waste would bring: the newest study, its outcomes with factors, and the samples behind it."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, BinaryIO, Final

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from api.access import OfFacility, Seen
from api.exports import temporary
from api.facilities import queries as facilities
from api.http import answers, media_types
from api.http.database import DatabasePool
from api.http.dependencies import Data, Now
from api.http.errors import BadParameter, NotAcceptable, NotFound
from api.http.parameters import AsOf, FacilityId, Parameters
from api.http.streams import PatientStream
from api.studies import answers as answers_of
from api.studies import files, models, origins, queries
from api.studies.document import StudyDocument
from api.studies.origins.models import Origin
from tailings.study import BadStudy, article_27, realisation_files
from tailings.study.sample_table import MOST_SAMPLES, SampleRow
from tailings.study.tables import SAMPLES
from tailings.study.what_if import FACTORS, LEAST_FACTOR, MOST_FACTOR

READS: Final = [Depends(OfFacility("read"))]
MAX_NAME: Final = 300
"""Of a figure."""

router = APIRouter(prefix="/api/v1", tags=["studies"])
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
"""As a laboratory writes it: any printable text."""
Factor = Annotated[float, Field(ge=LEAST_FACTOR, le=MOST_FACTOR)]


class FactorsQuery(Parameters):
    """What to multiply the inputs of the study with."""

    price: Annotated[Factor, Field(description="All prices, multiplied with this")] = 1.0
    grade: Annotated[Factor, Field(description="All grades, multiplied with this")] = 1.0
    recovery: Annotated[Factor, Field(description="All recoveries, multiplied with this")] = 1.0
    cost: Annotated[Factor, Field(description="Reprocessing cost, multiplied with this")] = 1.0
    plant: Annotated[Factor, Field(description="Plant, installed, multiplied with this")] = 1.0

    def factors(self) -> dict[str, float]:
        """Those that are not one."""
        return {name: getattr(self, name) for name in FACTORS if getattr(self, name) != 1.0}


class OutcomesQuery(FactorsQuery):
    """The factors, and what of the tonnes is reached."""

    reachable: Annotated[float, Field(ge=0, le=1, description="Share of the tonnes that is reached")] = 1.0


class OriginQuery(FactorsQuery):
    """Which figure, and what the inputs of the study are multiplied with."""

    figure: Annotated[
        str, Field(max_length=MAX_NAME, description=f"{', '.join(origins.NAMES)}; of what stands behind a colon")
    ] = "net"


class RatingsQuery(Parameters):
    """Of which commodity."""

    element: Annotated[str, Field(min_length=1, max_length=10, pattern="^[A-Za-z]+$", description="Its symbol")]


class TableQuery(Parameters):
    """As what."""

    form: Annotated[files.Form, Field(description="csv (RFC 4180) or parquet")] = "csv"


class RealisationsQuery(Parameters):
    """As what."""

    form: Annotated[
        realisation_files.Form | None, Field(description="parquet, or gslib (text); by `Accept` where it is left out")
    ] = None


class RecordQuery(Parameters):
    """As what."""

    form: Annotated[files.RecordForm, Field(description="json, or geojson (RFC 7946)")] = "json"


class SamplesQuery(Parameters):
    """Which samples."""

    limit: Annotated[int, Field(ge=1, le=answers_of.MAX_SAMPLES, description="Samples in one answer")] = 1_000
    after: Annotated[Name | None, Field(description="Name of the last sample of the page before")] = None
    hole: Annotated[Name | None, Field(description="Only of this hole", examples=["DH-01"])] = None
    as_of: AsOf = None


@router.get("/studies", summary="The newest study of each facility, in short")
async def all_studies(database: Data, seen: Seen) -> models.Worths:
    """The newest study of each facility that you may read, by id; what the list of values is made of."""
    return await answers_of.all_studies(database, seen)


@router.get(
    "/facilities/{facility}/value",
    summary="What reprocessing the waste would bring, how sure that is, and what the dam allows now",
    dependencies=READS,
)
async def value_of_facility(
    facility: FacilityId, database: Data, now: Now, query: Annotated[FactorsQuery, Query()]
) -> models.Valuation:
    """Codes and numbers: the page of one study is made of this alone.

    The newest study with its outcomes, and those with factors; what of the tonnes can be reached as plans and water
    levels stand now; holes along sections with the water line; the laboratory's quality control; the fields of the
    Article 27 record.
    """
    return await answers_of.of_facility(database, facility, now, query.factors())


@router.get("/facilities/{facility}/study", summary="The newest study of the waste", dependencies=READS)
async def study_of_facility(facility: FacilityId, database: Data) -> models.Study:
    """With the hashes of its inputs and samples, and the files that those came from."""
    return await answers_of.newest(database, facility)


@router.get("/facilities/{facility}/study/outcomes", summary="The study's draws, what if", dependencies=READS)
async def outcomes_of_study(
    facility: FacilityId, database: Data, query: Annotated[OutcomesQuery, Query()]
) -> models.Outcomes:
    """Without factors they are those of the study itself; the same question has the same answer."""
    return await answers_of.outcomes(database, facility, query.factors(), query.reachable)


@router.get("/facilities/{facility}/study/origin", summary="Where a figure of the study comes from", dependencies=READS)
async def origin_of_figure(
    facility: FacilityId, database: Data, now: Now, query: Annotated[OriginQuery, Query()]
) -> Origin:
    """Back to assays with their files and hashes, price rows, assumptions with authors, trigger levels, water levels.

    Codes, numbers and references: the page of one figure is made of this alone. `grade:W`, `input:cost`,
    `bench:Bench 1`: the figures of a study have these names.
    """
    return await answers_of.origin(database, facility, query.figure, now, query.factors())


@router.get("/facilities/{facility}/samples", summary="Samples with their assays", dependencies=READS)
async def samples_of_facility(
    request: Request, facility: FacilityId, database: Data, query: Annotated[SamplesQuery, Query()]
) -> models.Samples:
    """The newest revision of each that was not withdrawn; duplicates, blanks and standards too."""
    which = queries.WhichSamples(query.limit, query.after or "", query.hole, query.as_of)
    rows = await queries.samples(database, facility, which)
    following = answers.next_page(request, after=rows[-1].name) if len(rows) == query.limit else None
    return models.Samples(facility=facility, samples=rows, next=following)


@router.get("/facilities/{facility}/assay-imports", summary="Files of assays that were imported", dependencies=READS)
async def assay_imports(facility: FacilityId, database: Data) -> models.AssayImports:
    """The newest hundred, each with what of it was withdrawn; the command `withdraw-assays` takes samples back."""
    return await answers_of.imports(database, facility)


@router.get(
    "/facilities/{facility}/study/ratings",
    summary="The UNFC class of a commodity in each version of the study",
    dependencies=READS,
)
async def ratings_of_study(
    facility: FacilityId, database: Data, query: Annotated[RatingsQuery, Query()]
) -> models.Ratings:
    """The newest first, each with its criteria; empty for what no version has."""
    return await answers_of.ratings(database, facility, query.element)


@router.get(
    "/facilities/{facility}/study/tables/{table}",
    summary="A table of the study as a file",
    dependencies=READS,
    response_class=Response,
    responses={200: {"content": {media: {} for media in files.MEDIA.values()}}},
)
async def table_of_study(
    facility: FacilityId,
    database: Data,
    table: Annotated[files.TableName, Path(description="Which table")],
    query: Annotated[TableQuery, Query()],
) -> Response:
    """Units stand in the names of the columns; label, version and hash of the samples in each row."""
    place = await facilities.one(database, facility)
    study = await answers_of.newest(database, facility)
    samples = await _samples(database, study) if table == SAMPLES else []
    content = await asyncio.to_thread(files.table, place, study, table, query.form, samples=samples)
    return _file(content, f"{facility}-study-{study.version}-{table}.{query.form}", files.MEDIA[query.form])


@router.get(
    "/facilities/{facility}/study/realisations",
    summary="The realisations of the study as a file",
    dependencies=READS,
    response_class=Response,
    responses={200: {"content": {media.partition(";")[0]: {} for media in realisation_files.MEDIA.values()}}},
)
async def realisations_of_study(
    request: Request, facility: FacilityId, database: Data, query: Annotated[RealisationsQuery, Query()]
) -> Response:
    """A row for each panel of each realisation, with the grades of all elements; made again by the seed of the study.

    Parquet, or GSLIB's text form, which geostatistics packages read; without `form`, by `Accept`.
    """
    form = query.form or _liked(request)
    place, study = await facilities.one(database, facility), await answers_of.newest(database, facility)
    rows = await queries.stored(database, facility, study.made_at, MOST_SAMPLES + 1)
    _require_few(rows, facility)

    async def save(file: BinaryIO) -> None:
        try:
            await asyncio.to_thread(files.realisations, place, study, form, rows, file)
        except BadStudy as error:
            raise NotFound(f"{error}.", "facility") from error

    made = await temporary.made(save)
    name = f"{facility}-study-{study.version}-realisations.{realisation_files.ENDINGS[form]}"
    headers = _headers(name) | {"content-length": str(made.size), "vary": "accept"}
    return PatientStream(made.pieces(), headers=headers, media_type=realisation_files.MEDIA[form])


@router.get(
    "/facilities/{facility}/study/article-27",
    summary="The Article 27 record",
    dependencies=READS,
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}, "application/geo+json": {}}}},
)
async def article_27_record(facility: FacilityId, database: Data, query: Annotated[RecordQuery, Query()]) -> Response:
    """What Article 27 of Regulation (EU) 2024/1252 asks for, field by field; what is missing is null."""
    place = await facilities.one(database, facility)
    found = await asyncio.to_thread(files.record, place, (await answers_of.newest(database, facility)).result)
    document = article_27.geojson(found) if query.form == "geojson" else found
    media = "application/geo+json" if query.form == "geojson" else "application/json"
    return _file(msgspec.json.encode(document), f"{facility}-article-27.{query.form}", media)


@router.get(
    "/facilities/{facility}/study/document",
    summary="The operator's study by Article 27(2): figures with their origins, and gaps",
    dependencies=READS,
)
async def document_of_study(facility: FacilityId, database: Data, now: Now) -> StudyDocument:
    """What Article 27(2) of Regulation (EU) 2024/1252 asks the operator for, of the newest study.

    Each figure stands with its origin down to assay, file, price row or person; what is asked for and not there is a
    gap. As a PDF, in the reader's language: /f/{facility}/value/study.pdf.
    """
    found, _ = await answers_of.document_of(database, facility, now)
    return found


async def _samples(database: DatabasePool, study: models.Study) -> list[SampleRow]:
    rows = await queries.assayed(database, study.facility, study.made_at, MOST_SAMPLES + 1)
    _require_few(rows, study.facility)
    return rows


def _require_few(rows: Sequence[object], facility: str) -> None:
    if len(rows) > MOST_SAMPLES:
        way = f"page through /api/v1/facilities/{facility}/samples"
        raise BadParameter(f"The study has more than {MOST_SAMPLES} samples, too many for one file; {way}.", "table")


def _liked(request: Request) -> realisation_files.Form:
    """The form that `Accept` likes best; raise NotAcceptable."""
    offered = {media.partition(";")[0]: form for form, media in realisation_files.MEDIA.items()}
    best = media_types.preferred(request.headers.get("accept"), tuple(offered))
    if best is None:
        raise NotAcceptable(f"Accept takes none of {', '.join(offered)}; say one of them, */* or form=.")
    return offered[best]


def _file(content: bytes, name: str, media: str) -> Response:
    return Response(content, headers=_headers(name), media_type=media)


def _headers(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-cache"}
