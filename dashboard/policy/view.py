"""The addresses of policy instruments: all, one, the forms that write and freeze, and the dossier as one file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.access import Caller, Known, Seen, Signed
from api.access.roles import EVERYWHERE
from api.http.dependencies import Data, Now
from api.http.errors import BadParameter
from api.overview import answers as overview
from api.policy import answers, dossier
from api.policy.answers import AskedMoments
from api.policy.models import MAX_INDICATORS, FreezingIndicators, WritingPolicyInstrument
from api.policy.routes import InstrumentId, Live, MomentsQuery
from api.statements import sealed_archive
from dashboard import paper, reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.forms import Fields, check_form, fields_of
from dashboard.policy import document, page
from texts import languages, load
from wire import names

REFUSED: Final = 422
MAX_FIELDS: Final = MAX_INDICATORS * len(page.QUERY_FIELDS) + 20
TEMPLATE: Final = "policy/dossier.typ"
SIGNED: Final = [Depends(Signed()), *COUNTED]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/policy", dependencies=COUNTED)
async def policy(request: Request, database: Data, seen: Seen, caller: Known) -> HTMLResponse:
    """The policy instruments that the caller may read, and the form that adds one."""
    return await _all(request, database, seen, caller)


@router.post("/policy", dependencies=SIGNED)
async def add(request: Request, database: Data, seen: Seen, caller: Known) -> Response:
    """Add an instrument and go to its page; or say what is wrong, with all that was written."""
    fields = await _fields(request, caller)
    try:
        id = _id(fields)
        await answers.write(database, caller, id, _written(fields))
    except (BadParameter, ValidationError) as error:
        return await _all(request, database, seen, caller, fields=fields, wrong=_wrong(error))
    return RedirectResponse(f"/policy/{id}", 303)


@router.get("/policy/{id}", dependencies=COUNTED)
async def instrument(
    request: Request,
    id: InstrumentId,
    database: Data,
    seen: Seen,
    caller: Known,
    now: Now,
    live: Live,
    query: Annotated[MomentsQuery, Query()],
) -> HTMLResponse:
    """One instrument: each indicator before and after, and what made the difference."""
    which = AskedMoments(live, now, query.before, query.after)
    return await _one(request, id, database, seen, caller, which=which)


@router.post("/policy/{id}", dependencies=SIGNED)
async def write(
    request: Request, id: InstrumentId, database: Data, seen: Seen, caller: Known, now: Now, live: Live
) -> Response:
    """Write a further version; or say what is wrong."""
    fields = await _fields(request, caller)
    try:
        await answers.write(database, caller, id, _written(fields))
    except (BadParameter, ValidationError) as error:
        which = AskedMoments(live, now)
        return await _one(request, id, database, seen, caller, which=which, fields=fields, wrong=_wrong(error))
    return RedirectResponse("/policy" if "is_withdrawn" in fields else f"/policy/{id}", 303)


@router.post("/policy/{id}/freeze", dependencies=SIGNED)
async def freeze(request: Request, id: InstrumentId, database: Data, caller: Known) -> Response:
    """Freeze the indicators, now or as they stood at an instant (UTC), and go back."""
    fields = await _fields(request, caller)
    as_of = fields.get("as_of", "")
    try:
        at = datetime.fromisoformat(as_of).replace(tzinfo=UTC) if as_of else None
        what = FreezingIndicators.model_validate({"moment": fields.get("moment", ""), "as_of": at})
    except ValueError as error:
        raise BadParameter("Give a moment, before or after, and an instant that is over.", "as_of") from error
    await answers.freeze(database, caller, id, what)
    return RedirectResponse(f"/policy/{id}#freezes", 303)


@router.get("/policy/{id}/dossier.zip", response_class=Response)
async def dossier_file(
    request: Request,
    id: InstrumentId,
    database: Data,
    seen: Seen,
    now: Now,
    live: Live,
    query: Annotated[MomentsQuery, Query()],
) -> Response:
    """Both moments with their rows, as data and on paper, with a manifest that the seal signs; `tailwatch policy`
    checks it without a server."""
    which = AskedMoments(live, now, query.before, query.after)
    found = await answers.both_moments(database, id, seen is None, which)
    language, seal = languages.current().tag, request.app.state.seal
    made = await asyncio.to_thread(dossier.data, found)
    shown = answers.changes(found)
    data = document.data(found.instrument, made, shown, load(), language=language, now=now, is_sealed=seal is not None)
    printed = await paper.pdf(paper.Paper(TEMPLATE, data, seal))
    files = {dossier.DATA: msgspec.json.encode(made), f"dossier-{language}.pdf": printed}
    content = await asyncio.to_thread(sealed_archive.archive, files, seal)
    headers = {
        "content-disposition": f'attachment; filename="{id}-dossier.zip"',
        "cache-control": "private, no-cache",
    }
    return Response(content, headers=headers, media_type="application/zip")


async def _fields(request: Request, caller: Caller) -> Fields:
    fields = await fields_of(request, MAX_FIELDS)
    check_form(fields, caller.session or "")
    return fields


def _id(fields: Fields) -> str:
    found = fields.get("id", "")
    if not names.is_id(found):
        raise BadParameter("An id is of small letters, digits and hyphens.", "id")
    return found


def _written(fields: Fields) -> WritingPolicyInstrument:
    """What the form says; a row of the form without an indicator is none."""
    rows = []
    for at in range(MAX_INDICATORS):
        of = {name: fields.get(f"{name}:{at}", "").strip() for name in page.QUERY_FIELDS}
        if of["indicator"]:
            rows.append({**of, "year": of["year"] or 0})
    said: dict[str, Any] = {
        name: fields.get(name, "") for name in ("title", "region", "authority", "address", "licence")
    }
    said["about"] = fields.get("about", "").replace("\r\n", "\n")
    said |= {"began": fields.get("began") or None, "indicators": rows, "is_example": "is_example" in fields}
    flags = {name: name in fields for name in ("is_public", "is_withdrawn")}
    return WritingPolicyInstrument.model_validate({"version": fields.get("version", "0"), "document": said, **flags})


def _wrong(error: BadParameter | ValidationError) -> str:
    """Say what is wrong in the reader's language: a form's field has its own rule, so few faults reach this."""
    words = load()["policy"]["form"]["wrong"]
    return str(words.get(error.field, words["other"]) if isinstance(error, BadParameter) else words["other"])


async def _all(
    request: Request,
    database: Data,
    seen: frozenset[str] | None,
    caller: Caller,
    *,
    fields: Fields | None = None,
    wrong: str = "",
) -> HTMLResponse:
    shown = reads.shown(await overview.of_all(database, seen))
    found = await answers.all_instruments(database, seen is None)
    may_write = caller.may("approve", EVERYWHERE)
    context = page.instruments(shown, found, load(), may_write=may_write, given=fields or {}, wrong=wrong)
    made = rendering.answer(request, "policy/policy.html", context)
    made.status_code = REFUSED if wrong else made.status_code
    return made


async def _one(
    request: Request,
    id: str,
    database: Data,
    seen: frozenset[str] | None,
    caller: Caller,
    *,
    which: AskedMoments,
    fields: Fields | None = None,
    wrong: str = "",
) -> HTMLResponse:
    found = await answers.evidence(database, id, seen is None, which)
    shown = reads.shown(await overview.of_all(database, seen))
    may_write = caller.may("approve", EVERYWHERE)
    context = page.instrument(shown, found, load(), may_write=may_write, given=fields or {}, wrong=wrong)
    made = rendering.answer(request, "policy/instrument.html", context)
    made.status_code = REFUSED if wrong else made.status_code
    return made
