"""What anybody may read of facilities that have a public page, and the questions of citizens for those who answer."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.access import Known, OfDisclosed, OfFacility, anyone
from api.disclosure import answers
from api.disclosure.answers import PublicSite
from api.disclosure.models import DisclosureRule, PublicFacility, PublicRegion, Questions
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId, Parameters
from api.land.public_surroundings import PublicSurroundings
from tailings.disclosure import Disclosed

router = APIRouter(prefix="/api/v1", tags=["public"])
ToStrangers = Annotated[Disclosed, Depends(OfDisclosed())]


def link_key(request: Request) -> bytes | None:
    """Return the key of links of this installation; None: there is none."""
    return cast(bytes | None, request.app.state.link_key)


LinkKey = Annotated[bytes | None, Depends(link_key)]


def public_site(request: Request, key: LinkKey) -> PublicSite:
    """Return what this process has for public pages."""
    state = request.app.state
    if getattr(state, "surroundings", None) is None:
        state.surroundings = PublicSurroundings()
    return PublicSite(key, state.surroundings)


OfSite = Annotated[PublicSite, Depends(public_site)]


class PublicRegionQuery(Parameters):
    """Which region."""

    region: Annotated[str | None, Field(max_length=20, description="NUTS code; none: all", examples=["PTI14"])] = None


@router.get("/public/facilities", summary="Facilities with a public page, the worst first", dependencies=[anyone])
async def public_region(
    database: Data, now: Now, caller: Known, key: LinkKey, query: Annotated[PublicRegionQuery, Query()]
) -> PublicRegion:
    """The same for whoever asks; what the page `/public/region` is made of."""
    return await answers.of_region(database, query.region or None, now, key)


@router.get("/public/facilities/{facility}", summary="What the public may see of a facility")
async def public_facility(
    facility: FacilityId, database: Data, now: Now, known: ToStrangers, site: OfSite
) -> PublicFacility:
    """The same for whoever asks; what the page `/public/f/{facility}` and its feed are made of."""
    return await answers.of_facility(database, facility, known, now, site)


@router.get(
    "/facilities/{facility}/disclosure",
    summary="What a facility opens to strangers",
    dependencies=[Depends(OfFacility("read"))],
)
async def rule(facility: FacilityId, database: Data) -> DisclosureRule:
    """By its file: what the public page shows, and how late."""
    return await answers.rule(database, facility)


@router.get(
    "/facilities/{facility}/questions",
    summary="What citizens sent, for those who answer",
    dependencies=[Depends(OfFacility("approve"))],
)
async def questions(facility: FacilityId, database: Data) -> Questions:
    """What waits, the oldest first, then the newest of what was published or declined."""
    return await answers.questions(database, facility)
