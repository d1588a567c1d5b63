"""Drills of a facility. They name who was told and who answered: for who may act there."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from api.access import OfFacility
from api.drills import answers
from api.drills.models import Drill, Drills
from api.http.dependencies import Data
from api.http.parameters import FacilityId

ACTS: Final = [Depends(OfFacility("annotate"))]
DrillId = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of a drill")]

router = APIRouter(prefix="/api/v1", tags=["drills"])


@router.get("/facilities/{facility}/drills", summary="Drills of the response plans", dependencies=ACTS)
async def all_drills(facility: FacilityId, database: Data) -> Drills:
    """The newest hundred, the newest first; one that is held is among them. docs/operating/drills.md."""
    return await answers.newest(database, facility)


@router.get("/facilities/{facility}/drills/{drill}", summary="The record of a drill", dependencies=ACTS)
async def one_drill(facility: FacilityId, drill: DrillId, database: Data) -> Drill:
    """What had to happen by when, what happened, and what came of it; while it is held, as known now."""
    return await answers.one(database, facility, drill)
