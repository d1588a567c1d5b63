"""The addresses of the value pages, and of the page of where each figure of a study comes from."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Known, OfFacility, Seen
from api.http import public_address
from api.http.dependencies import Data, Now
from api.http.parameters import FacilityId
from api.overview import answers as facility_states
from api.studies import answers
from api.studies.routes import MAX_NAME
from dashboard import pages, paper, rendering
from dashboard import reads as facilities
from dashboard.alarm_count import COUNTED
from dashboard.value import overview, page, valued
from texts import languages, load

from .origins import panel
from .study_document import content

READS: Final = [Depends(OfFacility("read"))]
TEMPLATE: Final = "value/study_document/study.typ"

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/value", dependencies=READS)
async def value(request: Request, facility: FacilityId, database: Data, now: Now, caller: Known) -> HTMLResponse:
    """Is it worth it, how sure, what does the dam allow? With `part=net` only what the sliders change."""
    asked = request.query_params
    factors = valued.factors(asked)
    if page.changed(asked):
        drawn = await answers.outcomes(database, facility, factors)
        return rendering.answer(request, "value/value_net.html", page.what_if(drawn, facility, load()))
    found = await answers.of_facility(database, facility, now, factors)
    may_import = caller.may("approve", facility)
    imports = (await answers.imports(database, facility)).imports if may_import else []
    context = page.context(found, load(), asked.get("section", "")) | {"may_import": may_import, "imports": imports}
    return rendering.answer(request, "value/value.html", context)


@router.get("/f/{facility}/value/provenance", dependencies=READS)
async def provenance(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    figure: Annotated[str, Query(max_length=MAX_NAME)] = "net",
    part: bool = False,
) -> HTMLResponse:
    """Where a figure comes from: a page, or with `part` what the panel at the side shows."""
    shown = await facilities.one(database, facility, now)
    found = await answers.origin(database, facility, figure, now, valued.factors(request.query_params))
    context = panel.context(found, shown.facilities[0].timezone, shown.now, load())
    if part:
        return rendering.answer(request, "provenance/panel.html", context)
    return rendering.answer(request, "provenance/provenance.html", pages.data(shown, load(), {}) | context)


@router.get("/f/{facility}/value/study.pdf", dependencies=READS, response_class=Response)
async def study_pdf(request: Request, facility: FacilityId, database: Data, now: Now) -> Response:
    """The operator's study by Article 27(2) as a tagged PDF, in the reader's language."""
    found, valuation = await answers.document_of(database, facility, now)
    zone, where = valuation.overview.facilities[0].facility.timezone, public_address.origin(request)
    data = content.document(found, valuation, load(), language=languages.current().tag, zone=zone, origin=where)
    made = await paper.pdf(paper.Paper(TEMPLATE, data))
    name = f"{facility}-study-{found.study}-article-27.pdf"
    headers = {"content-disposition": f'inline; filename="{name}"', "cache-control": "private, no-cache"}
    return Response(made, headers=headers, media_type="application/pdf")


@router.get("/value")
async def all_values(
    request: Request, database: Data, seen: Seen, by: Literal["value", "confidence", "state"] = "value"
) -> HTMLResponse:
    """All facilities by what recovering their waste would bring, how sure that is, and in which state they are."""
    shown = facilities.shown(await facility_states.of_all(database, seen))
    found = await answers.all_studies(database, seen)
    return rendering.answer(request, "value/value_list.html", overview.context(shown, found, load(), by))
