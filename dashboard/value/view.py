"""The addresses of the value pages, and of where each figure of a study comes from."""

import asyncio
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.access import Known, OfFacility, Seen
from api.http.dependencies import Data, Now
from api.http.errors import NotFound
from api.http.parameters import FacilityId
from api.overview import answers as facility_states
from api.studies import answers
from api.studies.origin import Origin
from api.studies.routes import FactorsQuery
from dashboard import pages, rendering
from dashboard import reads as facilities
from dashboard.alarm_count import COUNTED
from dashboard.reads import Shown
from dashboard.value import origins, overview, page, valued
from texts import load

from .origins import panel

READS: Final = [Depends(OfFacility("read"))]
MAX_NAME: Final = 300

drawn = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)
described = APIRouter(prefix="/api/v1", tags=["studies"])


class OriginQuery(FactorsQuery):
    """Which figure, and what the inputs of the study are multiplied with."""

    figure: Annotated[
        str, Field(max_length=MAX_NAME, description=f"{', '.join(origins.NAMES)}; of what stands behind a colon")
    ] = "net"


@described.get(
    "/facilities/{facility}/study/origin", summary="Where a figure of the study comes from", dependencies=READS
)
async def origin_of_figure(
    facility: FacilityId, database: Data, now: Now, query: Annotated[OriginQuery, Query()]
) -> Origin:
    """Back to assays with their files and hashes, price rows, assumptions with authors, trigger levels, water levels.

    `grade:W`, `input:cost`, `bench:Bench 1`: the page's figures have these names.
    """
    return (await _traced(database, facility, query.figure, query.factors(), now=now))[1]


@drawn.get("/f/{facility}/value", dependencies=READS)
async def value(request: Request, facility: FacilityId, database: Data, now: Now, caller: Known) -> HTMLResponse:
    """Is it worth it, how sure, what does the dam allow? With `part=net` only what the sliders change."""
    asked = request.query_params
    factors = valued.factors(asked)
    if page.changed(asked):
        drawn = await answers.outcomes(database, facility, factors)
        return rendering.answer(request, "value/value_net.html", page.what_if(drawn, facility, load()))
    found = await answers.of_facility(database, facility, now, factors)
    context = page.context(found, load(), asked.get("section", "")) | {"may_import": caller.may("approve", facility)}
    return rendering.answer(request, "value/value.html", context)


@drawn.get("/f/{facility}/value/why", dependencies=READS)
async def why(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    figure: Annotated[str, Query(max_length=MAX_NAME)] = "net",
    part: bool = False,
) -> HTMLResponse:
    """Where a figure comes from: a page, or with `part` what the panel at the side shows."""
    shown, found = await _traced(database, facility, figure, valued.factors(request.query_params), now=now)
    context = panel.context(found, load())
    if part:
        return rendering.answer(request, "provenance/why_panel.html", context)
    return rendering.answer(request, "provenance/why.html", pages.data(shown, load(), {}) | context)


@drawn.get("/value")
async def all_values(
    request: Request, database: Data, seen: Seen, by: Literal["value", "confidence", "state"] = "value"
) -> HTMLResponse:
    """All facilities by what their waste is worth, how sure that is, and in which state they are."""
    shown = facilities.shown(await facility_states.of_all(database, seen))
    found = await answers.all_studies(database, seen)
    return rendering.answer(request, "value/value_list.html", overview.context(shown, found, load(), by))


async def _traced(
    database: Data, facility: str, figure: str, factors: dict[str, float], now: datetime
) -> tuple[Shown, Origin]:
    """Where a figure comes from, and the facility at that instant; raises NotFound."""
    found = valued.ValuedFacility.of(await answers.of_facility(database, facility, now, factors))
    if found is None:
        raise NotFound(f"There is no study of {facility} yet.", "facility")
    name, _, of = figure.partition(":")
    is_rated = name in origins.OF_RATINGS and any(of == one.element for one in found.result.commodities)
    known = origins.KnownFacility(
        found,
        load(),
        factors,
        samples=await answers.samples(database, facility) if name in origins.OF_SAMPLES else (),
        ratings=(await answers.ratings(database, facility, of)).ratings if is_rated else (),
    )
    return found.shown, await asyncio.to_thread(origins.trace, known, figure)


router = APIRouter()
router.include_router(drawn)
router.include_router(described)
