"""What the waste is worth: the newest study, its outcomes with other factors, and the samples behind it."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.access import OfFacility, Seen
from api.http import answers
from api.http.dependencies import Data
from api.http.errors import NotFound
from api.http.parameters import FacilityId, Parameters
from api.studies import answers as answers_of
from api.studies import models, queries
from tailings.estimate.outcomes import Outcomes, histogram, p90_p50_p10, share_of_losses, tornado
from tailings.series import Values
from tailings.study import StudyResult, net_values
from tailings.study.method import not_discounted
from tailings.study.what_if import FACTORS, LEAST_FACTOR, MOST_FACTOR, moved

MAX_SAMPLES: Final = 5_000
READS: Final = [Depends(OfFacility("read"))]

router = APIRouter(prefix="/api/v1", tags=["studies"])
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
"""As a laboratory writes it: any printable text."""
Factor = Annotated[float, Field(ge=LEAST_FACTOR, le=MOST_FACTOR)]


class OutcomesQuery(Parameters):
    """What to multiply the inputs of the study with."""

    price: Annotated[Factor, Field(description="All prices, multiplied with this")] = 1.0
    grade: Annotated[Factor, Field(description="All grades, multiplied with this")] = 1.0
    recovery: Annotated[Factor, Field(description="All recoveries, multiplied with this")] = 1.0
    cost: Annotated[Factor, Field(description="Reprocessing cost, multiplied with this")] = 1.0
    plant: Annotated[Factor, Field(description="Plant, installed, multiplied with this")] = 1.0
    reachable: Annotated[float, Field(ge=0, le=1, description="Share of the tonnes that is reached")] = 1.0

    def factors(self) -> dict[str, float]:
        """Those that are not one."""
        return {name: getattr(self, name) for name in FACTORS if getattr(self, name) != 1.0}


class SamplesQuery(Parameters):
    """Which samples."""

    limit: Annotated[int, Field(ge=1, le=MAX_SAMPLES, description="Samples in one answer")] = 1_000
    after: Annotated[Name | None, Field(description="Name of the last sample of the page before")] = None
    hole: Annotated[Name | None, Field(description="Only of this hole", examples=["DH-01"])] = None


@router.get("/studies", summary="What the waste of each facility is worth, in short")
async def all_studies(database: Data, seen: Seen) -> models.Worths:
    """The newest study of each facility that you may read, by id; what the list of values is made of."""
    return await answers_of.all_studies(database, seen)


@router.get("/facilities/{facility}/study", summary="What the waste is worth: the newest study", dependencies=READS)
async def study_of_facility(facility: FacilityId, database: Data) -> models.Study:
    """With the hashes of its inputs and samples, and the files that those came from."""
    row = await found(database, facility)
    files = await queries.files(database, facility, row.files)
    return models.Study(
        facility=facility,
        version=row.version,
        author=row.author,
        made_at=row.made_at,
        inputs_sha256=row.inputs_sha256,
        samples_sha256=row.samples_sha256,
        files=files,
        result=row.result,
    )


@router.get("/facilities/{facility}/study/outcomes", summary="The study's draws, what if", dependencies=READS)
async def outcomes_of_study(
    facility: FacilityId, database: Data, query: Annotated[OutcomesQuery, Query()]
) -> models.Outcomes:
    """Without factors they are those of the study itself; the same question has the same answer."""
    row = await found(database, facility)
    return await asyncio.to_thread(_outcomes, facility, row, query)


@router.get("/facilities/{facility}/samples", summary="Samples with their assays", dependencies=READS)
async def samples_of_facility(
    request: Request, facility: FacilityId, database: Data, query: Annotated[SamplesQuery, Query()]
) -> models.Samples:
    """The newest revision of each; duplicates, blanks and standards too."""
    rows = await queries.samples(database, facility, query.after or "", query.limit, query.hole)
    following = answers.next_page(request, after=rows[-1].name) if len(rows) == query.limit else None
    return models.Samples(facility=facility, samples=rows, next=following)


async def found(database: Data, facility: str) -> queries.StudyRow:
    """Return the newest study; raise NotFound."""
    row = await queries.newest(database, facility)
    if row is None:
        raise NotFound(f"There is no study of {facility} yet; `tailwatch study run` makes one.", "facility")
    return row


def _outcomes(facility: str, row: queries.StudyRow, query: OutcomesQuery) -> models.Outcomes:
    result = msgspec.convert(row.result, StudyResult)
    factors: Mapping[str, float] = query.factors()
    drawn: Outcomes = net_values(result, factors, query.reachable)
    edges, counts = histogram(drawn.net)
    bars = tornado(moved(result.case, factors, query.reachable))
    return models.Outcomes(
        facility=facility,
        version=row.version,
        factors=dict(factors),
        reachable=query.reachable,
        currency=result.currency,
        net=_spread(drawn.net),
        chance_of_loss=drawn.chance_of_loss,
        npv=None if drawn.npv is None else _spread(drawn.npv),
        npv_chance_of_loss=None if drawn.npv is None else share_of_losses(drawn.npv),
        not_discounted="" if drawn.npv is not None else not_discounted(result.missing_for_discounting),
        dry_tonnes=_spread(drawn.tonnes),
        in_situ_value=_spread(drawn.in_situ),
        recoverable_value=_spread(drawn.recovered_value),
        uses={name: _spread(values) for name, values in drawn.uses.items()},
        avoided_liability=_spread(drawn.avoided),
        edges=edges,
        counts=counts,
        tornado=[models.Bar(**msgspec.structs.asdict(bar)) for bar in bars],
    )


def _spread(values: Values) -> models.Spread:
    p90, p50, p10 = p90_p50_p10(values)
    return models.Spread(p90=p90, p50=p50, p10=p10)
