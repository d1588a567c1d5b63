"""Who the caller is; the own sessions and password; failed logins for administrators."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from api.access import Anyone, Known, OfEverything, Signed, tokens
from api.access.roles import ROLES
from api.access.sessions import CurrentLogins
from api.http.cursors import MAX_POSITION
from api.http.dependencies import Data
from api.http.parameters import FormToken
from api.people import answers
from api.people.models import EndedSessions, LoginFailures, Me, NewPassword, OwnSessions

SIGNED: Final = [Depends(Signed())]

router = APIRouter(prefix="/api/v1", tags=["commands"])


@router.get("/me", summary="Who you are here, and what you may do", dependencies=[Depends(Anyone())])
async def me(caller: Known) -> Me:
    """For programs to check a key, and for pages to get the token that a session's requests carry."""
    roles: dict[str, list[str]] = {
        place: [role for role in ROLES if role in held] for place, held in caller.grants.items()
    }
    token = None if caller.session is None else tokens.form_token(caller.session)
    return Me(who=caller.who, name=caller.name, roles=roles, form_token=token)


@router.get("/me/sessions", summary="Where you are logged in", dependencies=SIGNED)
async def own_sessions(database: Data, caller: Known) -> OwnSessions:
    """Of a person who is logged in; a key has none (403)."""
    return await answers.own_sessions(database, caller)


@router.post("/me/sessions/end-others", summary="Log out everywhere else", dependencies=SIGNED)
async def end_others(database: Data, caller: Known, x_form_token: FormToken = None) -> EndedSessions:
    """All sessions of yours but the one that asks."""
    tokens.check_form(x_form_token, caller.session)
    return EndedSessions(ended=await answers.end_others(database, caller))


@router.post("/me/sessions/{number}/end", summary="Log out of one session", dependencies=SIGNED)
async def end_session(
    number: Annotated[int, Path(ge=1, le=MAX_POSITION, description="Number of the session")],
    database: Data,
    caller: Known,
    x_form_token: FormToken = None,
) -> EndedSessions:
    """One of your own."""
    tokens.check_form(x_form_token, caller.session)
    return EndedSessions(ended=await answers.end_session(database, caller, number))


@router.post("/me/password", summary="Change your password", dependencies=SIGNED)
async def change_password(
    database: Data, logins: CurrentLogins, caller: Known, change: NewPassword, x_form_token: FormToken = None
) -> EndedSessions:
    """Asks for the present one, and ends all other sessions; the answer says how many."""
    token = answers.session_of(caller)
    tokens.check_form(x_form_token, token)
    before = await answers.own_sessions(database, caller)
    await logins.change_password(database, caller, change.present, change.password)
    return EndedSessions(ended=len(before.sessions) - 1)


@router.get(
    "/failed-logins", summary="Logins that failed, the newest first", dependencies=[Depends(OfEverything("admin"))]
)
async def failed_logins(database: Data) -> LoginFailures:
    """From the audit log, which takes so many an hour and counts the others."""
    return await answers.failed_logins(database)
