"""Who asks: the key in the header, the session in the cookie, or nobody; each with its rate limit.

A key goes into the header `Authorization: Bearer`, never into an address: addresses end up in logs. A key that does not
count is an error and not "anonymous": its owner must hear that it is over.
"""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Final, cast

from fastapi import Depends, Request

from api.access import cookies, queries, tokens
from api.access.caller import Caller, Grants
from api.access.limits import RateLimit, line_of
from api.access.roles import ROLES, known, up_to
from api.http.database import DatabasePool
from api.http.errors import TooMany, WhoAreYou
from api.settings import Settings
from runtime.log import log_of

BEARER: Final = "bearer "
HOUR_S: Final = 3600.0
HOW: Final = "Send it as: Authorization: Bearer tailwatch_..."

tell = log_of(__name__)


class RateLimits:
    """The rate limits of one api process."""

    def __init__(self, settings: Settings) -> None:
        self.anonymous = RateLimit(settings.anonymous_per_minute)
        self.callers = RateLimit(settings.caller_per_minute)
        self.questions = RateLimit(settings.questions_per_hour, window_s=HOUR_S)
        self.subscriptions = RateLimit(settings.subscriptions_per_hour, window_s=HOUR_S)


def address(request: Request) -> str:
    """Return where the request comes from; behind a proxy on this machine, what the proxy says."""
    return request.client.host if request.client else "unknown"


async def identify(request: Request) -> Caller:
    """Return the caller; raise WhoAreYou for a key that does not count, TooMany above the rate."""
    database, limits = cast(DatabasePool, request.app.state.database), cast(RateLimits, request.app.state.limits)
    given = request.headers.get("authorization")
    if given is not None:
        caller = await _by_key(database, limits, given, address(request))
    else:
        caller = await _by_session(database, request) or Caller("anonymous", address(request))
    if caller.is_known:
        spend(limits.callers, caller.who)
    else:
        spend(limits.anonymous, line_of(caller.address))
    request.state.caller = caller
    return caller


def spend(limit: RateLimit, name: str) -> None:
    """Take a permit; raise TooMany with the time to wait."""
    if wait_s := limit.take(name):
        raise TooMany(f"More than {limit.permits} requests in a minute; go on in {wait_s:.0f} s.", wait_s)


async def _by_key(database: DatabasePool, limits: RateLimits, given: str, place: str) -> Caller:
    text = given[len(BEARER) :].strip()
    if not given.lower().startswith(BEARER) or not tokens.is_key(text):
        raise _refused(limits, place, "malformed", f"This is no key of Tailwatch. {HOW}")
    digest = tokens.digest(text)
    found = await queries.key(database, digest)
    if found is None or not secrets.compare_digest(found.digest, digest):
        raise _refused(limits, place, "unknown", "This key is not known here. Ask for one: tailwatch key make")
    if found.revoked_at is not None:
        raise _refused(limits, place, "revoked", "This key was revoked. Ask for a new one.", found.id)
    if found.expires_at is not None and found.expires_at <= datetime.now(UTC):
        raise _refused(limits, place, "expired", f"This key ended on {found.expires_at:%Y-%m-%d}.", found.id)
    grants: Grants = dict.fromkeys(found.facilities, known(found.scopes))
    return Caller(f"key:{found.id}", place, grants, secret=text)


def _refused(limits: RateLimits, place: str, why: str, sentence: str, key: int | None = None) -> WhoAreYou:
    tell("WARNING", "key-refused", reason=why, key="-" if key is None else key, address=place)
    spend(limits.anonymous, line_of(place))
    return WhoAreYou(sentence, "authorization")


async def _by_session(database: DatabasePool, request: Request) -> Caller | None:
    cookie = cookies.read(request, cookies.SESSION)
    if not tokens.is_token(cookie):
        return None
    found = await queries.session(database, cookie)
    if found is None:
        return None
    grants = {
        facility: up_to(role) for facility, role in zip(found.facilities, found.roles, strict=True) if role in ROLES
    }
    return Caller(f"user:{found.account_id}", address(request), grants, found.login, session=cookie, secret=cookie)


Known = Annotated[Caller, Depends(identify)]
