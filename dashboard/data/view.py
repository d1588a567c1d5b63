"""The address of the data page."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.access import OfFacility
from api.http.dependencies import Data
from api.http.parameters import FacilityId
from api.overview import answers
from dashboard import pages, reads, rendering
from dashboard.alarm_count import COUNTED
from texts import load

READS: Final = [Depends(OfFacility("read"))]
AS_BUTTONS: Final = ("json", "csv")
"""Formats that have a button of their own; the others stand below."""

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=COUNTED)


@router.get("/f/{facility}/data", dependencies=READS)
async def data(request: Request, facility: FacilityId, database: Data) -> HTMLResponse:
    """What a facility has measured, and a form to take it away."""
    shown = reads.shown(await answers.of_facility(database, facility))
    context = pages.data(shown, load(), request.query_params)
    context["formats"] = _formats() if context["chosen"] else []
    return rendering.answer(request, "data/data.html", context)


def _formats() -> list[str]:
    from api import exports  # with numpy, which is loaded when somebody takes data away

    return [name for name in exports.names() if name not in AS_BUTTONS]
