"""The address of the glossary, for everybody."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import anyone
from dashboard import rendering
from texts import load

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=[anyone])


@router.get("/glossary")
async def glossary(request: Request) -> HTMLResponse:
    """All words in their groups."""
    return rendering.answer(request, "glossary/glossary.html", {"heading": load()["glossary"]["title"]})
