"""The addresses of the operator's page of the public: what is opened, and how a question is answered or declined."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Known, OfFacility
from api.commands import answers as commands
from api.commands.models import NewCommand
from api.disclosure import answers
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data, Now
from api.http.errors import BadParameter
from api.http.parameters import FacilityId
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.disclosure import page
from dashboard.forms import Form, check_form
from texts import load

KINDS: Final = {"publish": "answer-question", "decline": "decline-question"}
NUMBER: Final = re.compile(r"[1-9]\d{0,17}", re.ASCII)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/public", dependencies=[Depends(OfFacility("read"))])
async def office(
    request: Request,
    facility: FacilityId,
    database: Data,
    now: Now,
    caller: Known,
    command: Annotated[int | None, Query(ge=1, le=MAX_POSITION)] = None,
) -> HTMLResponse:
    """What the public sees; who may approve reads and answers what waits. command: what became of an answer."""
    given = await commands.own(database, caller, facility, command, KINDS.values())
    may_answer = caller.may("approve", facility)
    context = page.office(
        await reads.one(database, facility, now),
        await answers.rule(database, facility),
        (await answers.questions(database, facility)).questions if may_answer else [],
        load(),
        may_answer=may_answer,
        command=given,
    )
    return rendering.answer(request, "disclosure/disclosure.html", context)


@router.post("/f/{facility}/public", dependencies=[Depends(OfFacility("approve"))])
async def decide(facility: FacilityId, database: Data, caller: Known, fields: Form) -> Response:
    """Publish a question with its answer, or decline it; then go to what becomes of that."""
    check_form(fields, caller.session or "")
    kind, number = KINDS.get(fields.get("do", "")), fields.get("question", "")
    if kind is None or not NUMBER.fullmatch(number):
        raise BadParameter("This is no form of ours; open its page again.", "question")
    body: dict[str, object] = {"question": int(number)}
    names = ("answer", "words") if kind == KINDS["publish"] else ("reason",)
    body |= {name: fields.get(name, "").replace("\r\n", "\n").strip() for name in names}
    given = await commands.give(database, caller, NewCommand(kind=kind, facility=facility, body=body))
    return RedirectResponse(f"/f/{facility}/public?command={given.id}", 303)
