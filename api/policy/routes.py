"""Policy instruments: all of them, one with its indicators before and after, writing, freezing, and what was frozen."""

import asyncio
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from api.access import Known, Seen, Signed, tokens
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data, Now
from api.http.parameters import FormToken, Id, Parameters
from api.policy import answers, dossier, models
from api.policy.answers import AskedMoments, LiveIndicators

InstrumentId = Annotated[Id, Path(description="Of the policy instrument")]
DOCUMENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The document", "content": {"application/json": {"schema": {"type": "array"}}}}
}

ARCHIVE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The ZIP", "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}

router = APIRouter(prefix="/api/v1", tags=["policy"])


async def _live(request: Request) -> LiveIndicators:
    """What was evaluated for requests of this process."""
    state = request.app.state
    if getattr(state, "policy", None) is None:
        state.policy = LiveIndicators()
    return cast(LiveIndicators, state.policy)


Live = Annotated[LiveIndicators, Depends(_live)]


class MomentsQuery(Parameters):
    """Which freezes stand for before and after."""

    before: Annotated[int | None, Field(ge=1, le=MAX_POSITION, description="Number; without it the newest")] = None
    after: Annotated[
        int | None, Field(ge=0, le=MAX_POSITION, description="Number; 0: evaluate now; without it the newest, or now")
    ] = None


@router.get("/policy/instruments", summary="Policy instruments")
async def policy_instruments(database: Data, seen: Seen) -> models.PolicyInstruments:
    """Public ones, or all for who may read every facility."""
    return await answers.all_instruments(database, seen is None)


@router.get("/policy/instruments/{id}", summary="A policy instrument, its indicators before and after")
async def policy_instrument(
    id: InstrumentId, database: Data, seen: Seen, now: Now, live: Live, query: Annotated[MomentsQuery, Query()]
) -> models.PolicyEvidence:
    """Each indicator as frozen before, as frozen after or as it is now, with the causes of the difference.

    docs/operating/policy.md.
    """
    return await answers.evidence(database, id, seen is None, AskedMoments(live, now, query.before, query.after))


@router.get(
    "/policy/instruments/{id}/dossier",
    summary="Both moments with their rows, as a ZIP that is checked without a server",
    response_class=Response,
    responses=ARCHIVE,
)
async def policy_dossier(
    request: Request,
    id: InstrumentId,
    database: Data,
    seen: Seen,
    now: Now,
    live: Live,
    query: Annotated[MomentsQuery, Query()],
) -> Response:
    """Data, manifest and the seal's signature, without paper; `tailwatch policy verify` checks it."""
    which = AskedMoments(live, now, query.before, query.after)
    found = await answers.both_moments(database, id, seen is None, which)
    content = await asyncio.to_thread(dossier.data_file, found, request.app.state.seal)
    headers = {"content-disposition": f'attachment; filename="{id}-dossier.zip"', "cache-control": "private, no-cache"}
    return Response(content, headers=headers, media_type="application/zip")


@router.post(
    "/policy/instruments/{id}",
    summary="Write a version of a policy instrument",
    status_code=201,
    dependencies=[Depends(Signed())],
)
async def write_policy_instrument(
    id: InstrumentId,
    database: Data,
    caller: Known,
    said: models.WritingPolicyInstrument,
    x_form_token: FormToken = None,
) -> models.PolicyInstrument:
    """Older versions stay. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    return await answers.write(database, caller, id, said)


@router.post(
    "/policy/instruments/{id}/freezes",
    summary="Freeze the indicators of a policy instrument",
    status_code=201,
    dependencies=[Depends(Signed())],
)
async def freeze_policy_instrument(
    id: InstrumentId,
    database: Data,
    caller: Known,
    what: models.FreezingIndicators,
    x_form_token: FormToken = None,
) -> models.PolicyFreeze:
    """They are kept with the rows that they stand on, and never changed. It needs the right to approve everywhere."""
    tokens.check_form(x_form_token, caller.session)
    return await answers.freeze(database, caller, id, what)


@router.get(
    "/policy/freezes/{number}", summary="What was frozen, with its rows", response_class=Response, responses=DOCUMENT
)
async def policy_freeze(
    number: Annotated[int, Path(ge=1, le=MAX_POSITION, description="Its number")], database: Data, seen: Seen
) -> Response:
    """A list of evaluations, as `tailwatch policy` computes them again."""
    content = await answers.frozen_document(database, number, seen is None)
    return Response(content, media_type="application/json")
