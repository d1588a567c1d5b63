"""The addresses of the walk: the form without scripts, which says what is unlikely and lets the person confirm it, and
the way back of what was entered."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Caller, Known, OfFacility
from api.commands import answers as commands
from api.commands.models import Command
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data
from api.http.errors import BadParameter
from api.http.parameters import FacilityId
from api.overview import answers as overview
from api.walk import answers
from api.walk.models import MAX_READINGS, CheckedReading, NewReadings, Walk
from dashboard import reads, rendering
from dashboard.alarm_count import COUNTED
from dashboard.forms import Form, check_form, fields_of
from dashboard.reads import Shown
from dashboard.walk import form as walk_form
from dashboard.walk import page
from dashboard.walk.form import WalkForm
from texts import load

MAX_FIELDS: Final = 2 * MAX_READINGS + 10
"""A stop has two fields, and a box that few tick: no form holds more readings than one answer takes."""
PLACE: Final = re.compile(r"readings\[(\d+)\]\.at")
REFUSED: Final = 422
KINDS: Final = (answers.KIND, answers.WITHDRAWS)
REVISION: Final = re.compile(r"[1-9]\d{0,17}", re.ASCII)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/walk", dependencies=[Depends(OfFacility("read"))])
async def walk(
    request: Request,
    facility: FacilityId,
    database: Data,
    caller: Known,
    command: Annotated[int | None, Query(ge=1, le=MAX_POSITION)] = None,
) -> HTMLResponse:
    """What is read by hand, in the order of the walk; command: what became of the readings that it enters."""
    given = await commands.own(database, caller, facility, command, KINDS)
    shown, found = await _seen(database, facility)
    return _page(request, shown, found, caller, command=given)


@router.post("/f/{facility}/walk", dependencies=[Depends(OfFacility("annotate"))])
async def enter(request: Request, facility: FacilityId, database: Data, caller: Known) -> Response:
    """Enter the readings and go to what becomes of them; or say beside each what is wrong, or to be confirmed."""
    fields = await fields_of(request, MAX_FIELDS)
    check_form(fields, caller.session or "")
    shown, found = await _seen(database, facility)
    form, checked = walk_form.read(fields, found.stops, shown.facilities[0].timezone), list[CheckedReading]()
    if form.readings and not form.wrong:
        try:
            checked = await answers.check(database, facility, form.readings)
        except BadParameter as error:
            form = _refused(form, error)
    if not form.readings or form.wrong or not form.is_confirmed(checked):
        return _page(request, shown, found, caller, form=form, checked=checked)
    given = NewReadings(readings=list(form.readings), replace=bool(form.reason), reason=form.reason)
    entered = await answers.enter(database, caller, facility, given)
    assert entered.command is not None  # they were not only checked
    return RedirectResponse(f"/f/{facility}/walk?command={entered.command.id}", 303)


@router.post("/f/{facility}/walk/withdraw", dependencies=[Depends(OfFacility("annotate"))])
async def withdraw(facility: FacilityId, database: Data, caller: Known, fields: Form) -> Response:
    """Take back an entry, and go to what becomes of that."""
    check_form(fields, caller.session or "")
    revision = fields.get("revision", "")
    if not REVISION.fullmatch(revision):
        raise BadParameter("This is no form of ours; open its page again.", "revision")
    given = await answers.withdraw(database, caller, facility, int(revision), fields.get("reason", ""))
    return RedirectResponse(f"/f/{facility}/walk?command={given.id}", 303)


def _refused(form: WalkForm, error: BadParameter) -> WalkForm:
    """Say beside its field that a time can be none of a reading; what else a form cannot hold goes on as it is."""
    place = PLACE.fullmatch(error.field or "")
    if place is None:
        raise error
    return form.refused_at(int(place[1]), "ahead")


async def _seen(database: Data, facility: str) -> tuple[Shown, Walk]:
    return reads.shown(await overview.of_facility(database, facility)), await answers.of_facility(database, facility)


def _page(
    request: Request,
    shown: Shown,
    found: Walk,
    caller: Caller,
    *,
    form: WalkForm | None = None,
    checked: list[CheckedReading] | None = None,
    command: Command | None = None,
) -> HTMLResponse:
    context = page.walk(shown, found, load(), caller, form=form, checked=checked or [], command=command)
    made = rendering.answer(request, "walk/walk.html", context)
    made.status_code = 200 if form is None else REFUSED
    return made
