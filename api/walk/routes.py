"""The walk of a facility: what is read by hand, and the readings that people bring."""

from typing import Final

from fastapi import APIRouter, Depends, Response

from api.access import Known, OfFacility, tokens
from api.commands import answers as commands
from api.http.dependencies import Data
from api.http.parameters import FacilityId, FormToken
from api.walk import answers
from api.walk.models import EnteredReadings, NewReadings, Walk

READS: Final = [Depends(OfFacility("read"))]
ENTERS: Final = [Depends(OfFacility("annotate"))]

router = APIRouter(prefix="/api/v1", tags=["observations"])


@router.get("/facilities/{facility}/walk", summary="What is read by hand, in the order of the walk", dependencies=READS)
async def walk(facility: FacilityId, database: Data) -> Walk:
    """Each with its last reading, the likely range of the next one, and when it is due."""
    return await answers.of_facility(database, facility)


@router.post("/facilities/{facility}/walk", summary="Enter readings by hand", status_code=202, dependencies=ENTERS)
async def enter(
    facility: FacilityId,
    database: Data,
    caller: Known,
    response: Response,
    readings: NewReadings,
    x_form_token: FormToken = None,
) -> EnteredReadings:
    """What is unlikely, or stored already, is said of each and forbids nothing; follow `location` for the outcome.

    A reading that is stored just so is not stored again. One that differs from the stored one stays out unless
    `replace` is set, with a reason.
    """
    tokens.check_form(x_form_token, caller.session)
    entered = await answers.enter(database, caller, facility, readings)
    if entered.command is not None:
        commands.accepted(response, entered.command)
    return entered
