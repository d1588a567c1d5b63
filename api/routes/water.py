"""What laboratories found in the water of a facility, against the limits in force."""

from datetime import UTC, datetime

import msgspec
from fastapi import APIRouter, Depends

from api.access import OfFacility
from api.parameters import FacilityId
from api.queries import facilities, water
from api.queries.water import Origin
from api.routes import Data
from api.shapes.water import Water, WaterAnalysis, WaterLimit, WaterSample
from tailings.water import Sample, limits
from tailings.water.limits import UG_PER, Judged

router = APIRouter(prefix="/api/v1", tags=["observations"])


@router.get(
    "/facilities/{facility}/water",
    summary="Laboratory values of a year against dated limits",
    dependencies=[Depends(OfFacility("read"))],
)
async def water_of_facility(facility: FacilityId, database: Data) -> Water:
    """Each limit with its source and what may be said; then the samples, the newest first."""
    now = datetime.now(UTC)
    await facilities.one(database, facility)
    found = await water.samples(database, facility, now - limits.YEAR)
    origins = await water.origins(database, facility, now - limits.YEAR)
    judged = [limit(one) for one in limits.judge_all(found, now)]
    return Water(facility=facility, limits=judged, samples=[sample(one, origins[one.name]) for one in found])


def limit(one: Judged) -> WaterLimit:
    """Set a judged limit as the api shows it, its value in the unit of the limit."""
    of, source = one.limit, limits.sources()[one.limit.source]
    value = None if one.value is None else one.value / UG_PER.get(of.unit, 1.0)
    return WaterLimit(
        point=one.point, symbol=of.symbol, statistic=of.statistic, medium=of.medium, fraction=of.fraction,
        hardness_class=of.hardness_class, least=of.least, most=of.most, unit=of.unit, valid_from=of.valid_from,
        source=source.title, address=source.address, checked=of.checked, value=value, samples=one.samples,
        below=one.below, is_over=one.is_over, claim=one.claim, why=list(one.why),
    )  # fmt: skip


def sample(one: Sample, origin: Origin) -> WaterSample:
    """Set a sample as the api shows it, with the file that it came with."""
    analyses = [WaterAnalysis(**msgspec.to_builtins(analysis)) for analysis in one.analyses]
    return WaterSample(
        name=one.name, point=one.point, medium=one.medium, taken_at=one.taken_at, laboratory=one.laboratory,
        analyses=analyses, revision=origin.revision, file=origin.file, sha256=origin.sha256,
        imported_at=origin.imported_at,
    )  # fmt: skip
