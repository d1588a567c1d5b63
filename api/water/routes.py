"""What laboratories found in the water of a facility, against the limits in force."""

from datetime import UTC, datetime

import msgspec
from fastapi import APIRouter, Depends

from api.access import OfFacility
from api.facilities import queries as facilities
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.water import queries
from api.water.models import Water, WaterAnalysis, WaterLimit, WaterSample, WithoutLimit
from api.water.queries import Origin
from tailings.assess.water import LimitVerdict, assess, look_back
from tailings.water import Sample

router = APIRouter(prefix="/api/v1", tags=["observations"])


@router.get(
    "/facilities/{facility}/water",
    summary="Laboratory values of a year against dated limits",
    dependencies=[Depends(OfFacility("read"))],
)
async def water_of_facility(facility: FacilityId, database: Data) -> Water:
    """Each limit with its source and what may be said; then the samples of a year, the newest first."""
    now = datetime.now(UTC)
    await facilities.one(database, facility)
    found = await queries.samples(database, facility, look_back(now))
    origins = await queries.origins(database, facility, look_back(now))
    permit = await queries.permit(database, facility)
    verdict = assess(found, permit.limits, now, permit.zone)
    return Water(
        facility=facility,
        outcome=verdict.outcome,
        limits=[limit(one) for one in verdict.limits],
        without_limit=[WithoutLimit(**one._asdict()) for one in verdict.without_limit],
        samples=[sample(one, origins[one.name]) for one in found if one.taken_at > now - queries.YEAR],
    )


def limit(one: LimitVerdict) -> WaterLimit:
    """Set a verdict on a limit as the api shows it, its value in the unit of the limit."""
    of, source = one.limit, one.limit.origin
    return WaterLimit(
        point=one.point,
        symbol=of.symbol,
        statistic=of.statistic,
        medium=of.medium,
        fraction=of.fraction,
        hardness_class=of.hardness_class,
        least=of.least,
        most=of.most,
        unit=of.unit,
        valid_from=of.valid_from,
        valid_to=of.valid_to,
        source=source.title,
        address=source.address,
        note=of.note,
        checked=of.checked,
        value=None if one.value is None else of.analyte.convert_back(one.value),
        value_fraction=one.fraction,
        missing=list(one.missing),
        notes=list(one.notes),
        year_from=one.first,
        year_to=one.last_day,
        outcome=one.outcome,
        reason=one.reason,
        sign=one.sign,
        samples=one.samples,
        below=one.below,
        ignored=one.ignored,
        counted=one.counted,
        required=one.required,
        newest=one.newest,
    )


def sample(one: Sample, origin: Origin) -> WaterSample:
    """Set a sample as the api shows it, with the file that it came with."""
    analyses = [WaterAnalysis(**msgspec.to_builtins(analysis)) for analysis in one.analyses]
    return WaterSample(
        name=one.name,
        point=one.point,
        medium=one.medium,
        taken_at=one.taken_at,
        laboratory=one.laboratory,
        analyses=analyses,
        revision=origin.revision,
        file=origin.file,
        sha256=origin.sha256,
        imported_at=origin.imported_at,
    )
