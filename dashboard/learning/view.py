"""The addresses of learning: the library, one record of each noun, and the forms that write them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field, ValidationError

from api.access import Caller, Known, Seen, Signed
from api.access.roles import EVERYWHERE
from api.http.dependencies import Data
from api.http.errors import BadParameter
from api.learning import answers
from api.learning.filters import LearningFilter
from api.learning.models import Practice
from api.learning.routes import RecordId
from api.overview import answers as overview
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.forms import Fields, check_form, fields_of
from dashboard.learning import page, record_forms
from dashboard.learning.page import Record
from texts import load, say

REFUSED: Final = 422
SIGNED: Final = [Depends(Signed()), *COUNTED]
Noun = Annotated[Literal["practices", "events", "organisations"], Path(description="What the record is")]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class LibraryQuery(LearningFilter):
    """What is shown, and whose form is open."""

    new: Annotated[str | None, Field(pattern="^(practices|events|organisations)$")] = None


@router.get("/learning", dependencies=COUNTED)
async def learning(
    request: Request, database: Data, seen: Seen, caller: Known, query: Annotated[LibraryQuery, Query()]
) -> HTMLResponse:
    """What the caller may read, by search and filters; the form of a new record where one is asked for."""
    return await _library(request, database, seen, caller, query, new=query.new or "")


@router.post("/learning/{noun}", dependencies=SIGNED)
async def add(request: Request, noun: Noun, database: Data, seen: Seen, caller: Known) -> Response:
    """Add a record and go to its page; or say what is wrong, with all that was written."""
    fields = await _fields(request, caller)
    try:
        id = answers.record_id(fields.get("id", ""))
        await _written(database, caller, noun, id, fields=fields)
    except (BadParameter, ValidationError) as error:
        return await _library(
            request,
            database,
            seen,
            caller,
            LibraryQuery.model_validate({}),
            new=noun,
            fields=fields,
            wrong=_wrong(error),
        )
    return RedirectResponse(f"/learning/{noun}/{id}", 303)


@router.get("/learning/{noun}/{id}", dependencies=COUNTED)
async def one_record(
    request: Request, noun: Noun, id: RecordId, database: Data, seen: Seen, caller: Known
) -> HTMLResponse:
    """One record as a sheet."""
    return await _one(request, database, seen, caller, await _found(database, noun, id, seen is None), noun=noun)


@router.post("/learning/{noun}/{id}", dependencies=SIGNED)
async def write(request: Request, noun: Noun, id: RecordId, database: Data, seen: Seen, caller: Known) -> Response:
    """Write a further version; or say what is wrong. One that was withdrawn leads to the library."""
    fields = await _fields(request, caller)
    found = await _found(database, noun, id, seen is None)
    try:
        await _written(database, caller, noun, id, fields=fields, before=found)
    except (BadParameter, ValidationError) as error:
        return await _one(request, database, seen, caller, found, noun=noun, fields=fields, wrong=_wrong(error))
    return RedirectResponse("/learning" if "is_withdrawn" in fields else f"/learning/{noun}/{id}", 303)


async def _found(database: Data, noun: str, id: str, sees_all: bool) -> Record:
    if noun == record_forms.PRACTICES:
        return await answers.one_practice(database, id, sees_all)
    if noun == record_forms.EVENTS:
        return await answers.one_event(database, id, sees_all)
    return await answers.one_organisation(database, id, sees_all)


async def _written(
    database: Data, caller: Caller, noun: str, id: str, *, fields: Fields, before: Record | None = None
) -> None:
    figures = before.document.figures if isinstance(before, Practice) else None
    said: Any = record_forms.writing(noun, fields, figures)
    if noun == record_forms.PRACTICES:
        await answers.write_practice(database, caller, id, said)
    elif noun == record_forms.EVENTS:
        await answers.write_event(database, caller, id, said)
    else:
        await answers.write_organisation(database, caller, id, said)


async def _fields(request: Request, caller: Caller) -> Fields:
    fields = await fields_of(request, record_forms.MAX_FIELDS)
    check_form(fields, caller.session or "")
    return fields


def _wrong(error: BadParameter | ValidationError) -> str:
    """Say what is wrong in the reader's language, with the field where it has words."""
    words = load()["learning"]
    if isinstance(error, BadParameter):
        return str(words["wrong"].get(error.field, words["wrong"]["other"]))
    place = [str(one) for one in error.errors()[0]["loc"]]
    named = next((words["fields"][one] for one in place if one in words["fields"]), "")
    return say(words["wrong"]["field"], field=named) if named else str(words["wrong"]["other"])


async def _library(
    request: Request,
    database: Data,
    seen: frozenset[str] | None,
    caller: Caller,
    query: LearningFilter,
    *,
    new: str,
    fields: Fields | None = None,
    wrong: str = "",
) -> HTMLResponse:
    found = await answers.library(database, seen is None, query)
    shown = reads.shown(await overview.of_all(database, seen))
    may_write = caller.may("approve", EVERYWHERE)
    context = page.library(shown, found, query, load(), may_write=may_write, new=new, given=fields or {}, wrong=wrong)
    made = rendering.answer(request, "learning/learning.html", context)
    made.status_code = REFUSED if wrong else made.status_code
    return made


async def _one(
    request: Request,
    database: Data,
    seen: frozenset[str] | None,
    caller: Caller,
    found: Record,
    *,
    noun: str,
    fields: Fields | None = None,
    wrong: str = "",
) -> HTMLResponse:
    shown = reads.shown(await overview.of_all(database, seen))
    may_write = caller.may("approve", EVERYWHERE)
    context = page.record(shown, noun, found, load(), may_write=may_write, given=fields or {}, wrong=wrong)
    made = rendering.answer(request, "learning/record.html", context)
    made.status_code = REFUSED if wrong else made.status_code
    return made
