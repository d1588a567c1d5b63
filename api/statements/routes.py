"""Annual statements: the years, a draft of one, what was signed, and signing."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from api.access import Known, OfFacility, tokens
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId, FormToken, Parameters
from api.statements import answers
from api.statements.models import AnnualStatement, SigningStatement, Statements

READS: Final = [Depends(OfFacility("read"))]
MAX_VERSION: Final = 10_000
Year = Annotated[int, Path(ge=1900, le=2200, description="Calendar year of the facility's standard time")]

router = APIRouter(prefix="/api/v1", tags=["statements"])


class StatementQuery(Parameters):
    """Which signed version."""

    version: Annotated[int | None, Field(ge=1, le=MAX_VERSION, description="Signed; without it a draft")] = None


@router.get("/facilities/{facility}/statements", summary="Annual statements of a facility", dependencies=READS)
async def all_statements(facility: FacilityId, database: Data, now: Now) -> Statements:
    """The years that have readings, and what was signed, the newest first."""
    return await answers.years(database, facility, now)


@router.get(
    "/facilities/{facility}/statements/{year}", summary="The annual statement of a facility", dependencies=READS
)
async def one_statement(
    facility: FacilityId, year: Year, database: Data, now: Now, query: Annotated[StatementQuery, Query()]
) -> AnnualStatement:
    """A draft by what is known now, by whole days; with `version` the statement as it was signed.

    It answers what Directive 2006/21/EC Article 11(3) and GISTM ask for each year, and lists as `gaps` what is missing.
    """
    if query.version is not None:
        return await answers.signed(database, facility, year, query.version)
    return await answers.draft(database, facility, year, now)


@router.post(
    "/facilities/{facility}/statements/{year}",
    summary="Sign an annual statement",
    status_code=201,
    dependencies=[Depends(OfFacility("approve"))],
)
async def sign(
    facility: FacilityId,
    year: Year,
    database: Data,
    now: Now,
    caller: Known,
    signing: SigningStatement,
    x_form_token: FormToken = None,
) -> AnnualStatement:
    """It is kept as a further version, and never changed. The figures must be those of the draft that was looked at."""
    tokens.check_form(x_form_token, caller.session)
    return await answers.sign(database, caller, facility, year=year, signing=signing, now=now)
