"""The address of the catalogue."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.access import Seen
from api.catalogue import answers
from api.catalogue.dossiers import KnownDossiers
from api.http import public_address
from api.http.dependencies import Data

JSON_LD: Final = "application/ld+json"
FOUND: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "DCAT-AP 3.0 as JSON-LD", "content": {JSON_LD: {"schema": {"type": "object"}}}}
}

router = APIRouter(prefix="/api/v1", tags=["catalogue"])


@router.get("/catalogue", summary="All that you may read, for portals", response_class=JSONResponse, responses=FOUND)
async def whole_catalogue(request: Request, database: Data, seen: Seen) -> JSONResponse:
    """Readings, the newest package and signed statements of facilities, policy instruments, layers: DCAT-AP 3.0."""
    state = request.app.state
    if getattr(state, "dossiers", None) is None:
        state.dossiers = KnownDossiers(state.seal)
    found = await answers.document(database, seen, public_address.origin(request), state.dossiers)
    return JSONResponse(found, media_type=JSON_LD)
