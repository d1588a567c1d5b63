"""The instruments of a facility: which device, which calibration, since when."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from api.access import Known, OfFacility
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.instruments import answers
from api.instruments.models import InstrumentDetail, Instruments

READS: Final = [Depends(OfFacility("read"))]
Name = Annotated[str, Path(max_length=200, description="Node and instrument", examples=["n07:vw1"])]

router = APIRouter(prefix="/api/v1", tags=["facilities"])


@router.get(
    "/facilities/{facility}/instruments", summary="Instruments with calibrations and places", dependencies=READS
)
async def instruments(facility: FacilityId, database: Data) -> Instruments:
    """By the stored facility file, in its order; elevations in m above its vertical datum."""
    return await answers.of_facility(database, facility)


@router.get(
    "/facilities/{facility}/instruments/{instrument}",
    summary="One instrument with the history of what the file says of it",
    dependencies=READS,
)
async def instrument(facility: FacilityId, instrument: Name, database: Data, caller: Known) -> InstrumentDetail:
    """Its datastreams stand in the overview of the facility."""
    return await answers.one(database, caller, facility, instrument)
