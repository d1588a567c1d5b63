"""The address that the form of a photo or sheet is sent to, with or without scripts."""

from typing import Final, cast, get_args

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Caller, Known, OfFacility
from api.evidence import answers
from api.evidence.models import Evidence, SubjectKind
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from dashboard import rendering
from dashboard.forms import check_form, local
from dashboard.multipart import FileForm, FilePart, parse
from texts import load

NONE: Final = FilePart("", b"")

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.post("/f/{facility}/evidence", dependencies=[Depends(OfFacility("annotate"))])
async def keep(request: Request, facility: FacilityId, database: Data, caller: Known) -> Response:
    """Keep it and go back to the page that sent it; or say which field is wrong, why, and what to do."""
    form = parse(request.headers.get("content-type", ""), await request.body())
    check_form(form.fields, caller.session or "")
    back = local(form.fields.get("back", "/"))
    try:
        kept = await _kept(database, caller, facility, form)
    except answers.BadEvidence as error:
        return _refused(request, error, back)
    return RedirectResponse(f"{back}#evidence-{kept.id}", 303)


async def _kept(database: Data, caller: Caller, facility: str, form: FileForm) -> Evidence:
    kind, _, subject = form.fields.get("subject", "").partition(":")
    if kind not in get_args(SubjectKind):
        raise answers.BadEvidence("subject", "Choose what it belongs to.", "subject")
    sent, shows = form.files.get("file", NONE), form.fields.get("shows", "")
    return await answers.keep(
        database,
        caller,
        facility,
        cast(SubjectKind, kind),
        subject,
        name=sent.name,
        shows=shows,
        content=sent.content,
    )


def _refused(request: Request, error: answers.BadEvidence, back: str) -> HTMLResponse:
    words = load()["evidence"]
    context = {
        "heading": words["not_kept"],
        "field": words["fields"][error.field],
        "says": words["refused"][error.code],
        "back": back,
    }
    made = rendering.answer(request, "evidence/refused.html", context)
    made.status_code = error.status
    return made
