"""The addresses of annual statements: the years, the form that signs one, and each as PDF."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.access import Caller, Known, OfFacility
from api.http.dependencies import Data, Now
from api.http.errors import BadParameter
from api.http.parameters import FacilityId
from api.statements import answers
from api.statements.models import REMARKS, AnnualStatement, SigningStatement
from api.statements.routes import StatementQuery, Year
from dashboard import paper, reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.forms import Fields, check_form, fields_of
from texts import languages, load

from . import content, page

READS: Final = [Depends(OfFacility("read"))]
TEMPLATE: Final = "statements/statement.typ"
REFUSED: Final = 422
MAX_FIELDS: Final = len(REMARKS) + 10

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/f/{facility}/statements", dependencies=[*READS, *COUNTED])
async def statements(
    request: Request, facility: FacilityId, database: Data, now: Now, caller: Known, year: int | None = None
) -> HTMLResponse:
    """What was signed, what each year lacks, and the form that signs the one that is asked for."""
    found = await answers.years(database, facility, now)
    chosen = year if year in found.years else next(iter(found.years), None)
    draft = None if chosen is None else await answers.draft(database, facility, chosen, now)
    return await _page(request, database, now, caller, draft, facility=facility)


@router.post("/f/{facility}/statements/{year}", dependencies=[Depends(OfFacility("approve")), *COUNTED])
async def sign(request: Request, facility: FacilityId, year: Year, database: Data, now: Now, caller: Known) -> Response:
    """Sign and go back to the list; or say what is wrong, with all that was written."""
    fields = await fields_of(request, MAX_FIELDS)
    check_form(fields, caller.session or "")
    try:
        await answers.sign(database, caller, facility, year=year, signing=_signing(fields), now=now)
    except (BadParameter, ValidationError) as error:
        draft = await answers.draft(database, facility, year, now)
        field = error.field if isinstance(error, BadParameter) else ""
        made = await _page(request, database, now, caller, draft, facility=facility, fields=fields, wrong=field)
        made.status_code = REFUSED
        return made
    return RedirectResponse(f"/f/{facility}/statements?year={year}", 303)


@router.get("/f/{facility}/statements/{year}.pdf", dependencies=READS, response_class=Response)
async def on_paper(
    request: Request,
    facility: FacilityId,
    year: Year,
    database: Data,
    now: Now,
    query: Annotated[StatementQuery, Query()],
) -> Response:
    """A draft, or a signed version, as a tagged PDF in the reader's language; a signed one is sealed."""
    found = await (
        answers.draft(database, facility, year, now)
        if query.version is None
        else answers.signed(database, facility, year, query.version)
    )
    made_at = found.signature.signed_at if found.signature else now
    seal = request.app.state.seal if found.signature else None
    language = languages.current().tag
    data = content.document(found, load(), language=language, now=made_at, is_sealed=seal is not None)
    made = await paper.pdf(paper.Paper(TEMPLATE, data, seal))
    which = f"version-{found.signature.version}" if found.signature else "draft"
    headers = {
        "content-disposition": f'inline; filename="{facility}-statement-{year}-{which}.pdf"',
        "cache-control": "private, no-cache",
    }
    return Response(made, headers=headers, media_type="application/pdf")


def _signing(fields: Fields) -> SigningStatement:
    remarks = {name: fields.get(f"remark:{name}", "").replace("\r\n", "\n") for name in REMARKS}
    return SigningStatement.model_validate(
        {"remarks": remarks, **{name: fields.get(name, "") for name in ("figures_sha256", "name", "role")}}
    )


async def _page(
    request: Request,
    database: Data,
    now: Now,
    caller: Caller,
    draft: AnnualStatement | None,
    *,
    facility: str,
    fields: Fields | None = None,
    wrong: str | None = None,
) -> HTMLResponse:
    shown, found = await reads.one(database, facility, now), await answers.years(database, facility, now)
    context = page.context(shown, found, draft, load(), fields=fields or {}, wrong=wrong)
    may = {"may_sign": caller.may("approve", facility)}
    return rendering.answer(request, "statements/statements.html", context | may)
