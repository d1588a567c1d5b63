"""Do we meet the limits of water, is it acidifying?"""

from fastapi import APIRouter, Depends

from api.access import OfFacility
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.water import answers
from api.water.models import Water

router = APIRouter(prefix="/api/v1", tags=["observations"])


@router.get(
    "/facilities/{facility}/water",
    summary="Laboratory values of a year against dated limits; drainage, loads and water balance",
    dependencies=[Depends(OfFacility("read"))],
)
async def water_of_facility(facility: FacilityId, database: Data, now: Now) -> Water:
    """Each limit with its source and what may be said, and the samples of a year, the newest first.

    Beside them what probes tell: kind of drainage and signs of acidification, loads of the seepage [kg/d], the balance
    of the pond over thirty days [m3], and the freeboard. The page Water is made of this alone.
    """
    return await answers.of_facility(database, facility, now)
