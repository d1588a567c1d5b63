"""The answers of the room: own sessions and failed logins, for the addresses of the api and for the page."""

from typing import Final

from api.access import Caller
from api.access import queries as access
from api.http.database import DatabasePool
from api.http.errors import NotAllowed, NotFound
from api.people import queries
from api.people.models import LoginFailures, OwnSessions

MAX_SESSIONS: Final = 200
MAX_FAILED: Final = 100


def session_of(caller: Caller) -> str:
    """Return the cookie of who is logged in; raise NotAllowed for a key, which has neither sessions nor password."""
    if caller.session is None:
        raise NotAllowed("Sessions and passwords are of people: log in at /login.")
    return caller.session


async def own_sessions(database: DatabasePool, caller: Caller) -> OwnSessions:
    """Return the caller's living sessions."""
    found = await queries.own_sessions(database, caller.account_id, session_of(caller), MAX_SESSIONS)
    return OwnSessions(sessions=found, idle_h=access.IDLE_H, longest_days=access.LONGEST_DAYS)


async def end_session(database: DatabasePool, caller: Caller, number: int) -> int:
    """End one of the caller's sessions; raise NotFound where it has none of this number."""
    if not await access.end_own(database, session_of(caller), number):
        raise NotFound(f"You have no session {number}; /api/v1/me/sessions lists them.", "number")
    return 1


async def end_others(database: DatabasePool, caller: Caller) -> int:
    """End all of the caller's sessions but this one; return how many these were."""
    return await access.end_own(database, session_of(caller), None)


async def failed_logins(database: DatabasePool) -> LoginFailures:
    """Return the newest failed logins."""
    return LoginFailures(
        failed_logins=await queries.failed_logins(database, MAX_FAILED),
        waiting_others=await queries.waiting_others(database),
    )
