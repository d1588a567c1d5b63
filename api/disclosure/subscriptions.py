"""Subscriptions by mail: an address is sealed before it is stored, and no answer says whether one is known.

The api writes addresses and never reads one: it confirms and forgets by the number that a signed link has.
"""

import time
from typing import Final, Literal, NamedTuple

from api.access.limits import RateLimit, line_of
from api.http.database import DatabasePool
from api.http.errors import TooMany
from runtime import sealed_address
from runtime.signed_link import BadLink, SignedLink, verify

MAX_LENGTH: Final = 100
"""Characters of the secret in a link."""
Action = Literal["confirm", "leave"]
"""What a link in a mail does: confirm, or leave."""
LinkState = Literal["open", "confirmed", "left", "gone"]
"""gone: it was changed, it is too old, or nobody is subscribed by it any more; which of these nobody is told."""
MARK: Final = "SELECT key_print FROM public_mail"
ASK: Final = """
SELECT state FROM ask_subscription(%(digest)s, %(sealed)s, %(facility)s, %(region)s, %(language)s, %(mark)s)"""
OF: Final = """
SELECT s.facility_id AS facility, s.region, s.is_confirmed, coalesce(f.name, '') AS name
FROM subscription_of(%(id)s) s LEFT JOIN facility f ON f.id = s.facility_id"""
CONFIRM: Final = "SELECT confirm_subscription(%(id)s) AS is_there"
LEAVE: Final = "SELECT leave_subscription(%(id)s) AS is_there"


class MailScope(NamedTuple):
    """What a subscription is of: a facility, or (None) the list of a region, '' of all."""

    facility: str | None
    region: str


class LinkedSubscription(NamedTuple):
    """What a link leads to; name: of its facility."""

    scope: MailScope
    is_confirmed: bool
    name: str


class MailLink(NamedTuple):
    """What a genuine link does, and with which subscription."""

    action: Action
    subscription: int


async def are_open(database: DatabasePool, key: bytes | None) -> bool:
    """Say whether mail goes out here: ingest has a mail server, and the same key as the api."""
    if key is None:
        return False
    mark = await database.row(lambda key_print: key_print, MARK, {})
    return mark is not None and bytes(mark) == sealed_address.fingerprint(key)


async def ask(
    database: DatabasePool, limit: RateLimit, line: str, key: bytes, address: str, *, scope: MailScope, language: str
) -> str:
    """Take an address; raise TooMany for more than few an hour from one line. Returns taken, full or closed."""
    if wait_s := limit.take(line_of(line)):
        raise TooMany(f"More than {limit.permits} addresses in an hour; send the next in {wait_s:.0f} s.", wait_s)
    values = {
        "digest": sealed_address.digest(key, address),
        "sealed": sealed_address.seal(key, address),
        "mark": sealed_address.fingerprint(key),
        "language": language,
        **scope._asdict(),
    }
    found = await database.write(lambda state: str(state), ASK, values)
    assert found is not None  # the function always answers
    return found


def genuine(key: bytes | None, secret: str) -> MailLink | None:
    """Return what a link does; None for one that was changed, made for something else, or is over."""
    if key is None:
        return None
    try:
        found: SignedLink = verify(key, secret)
    except BadLink:
        return None
    if found.expires_s < time.time():
        return None
    if found.action == "confirm":
        return MailLink("confirm", found.subject)
    return MailLink("leave", found.subject) if found.action == "leave" else None


async def look(database: DatabasePool, link: MailLink) -> LinkedSubscription | None:
    """Return what a link leads to; None where nobody is subscribed by it. Nothing changes by looking."""
    return await database.row(_subscribed, OF, {"id": link.subscription})


async def use(database: DatabasePool, link: MailLink) -> LinkState:
    """Do what a link says; again it says the same, or that it is gone."""
    statement = CONFIRM if link.action == "confirm" else LEAVE
    if not await database.write(lambda is_there: bool(is_there), statement, {"id": link.subscription}):
        return "gone"
    return "confirmed" if link.action == "confirm" else "left"


def _subscribed(facility: str | None, region: str, is_confirmed: bool, name: str) -> LinkedSubscription:
    return LinkedSubscription(MailScope(facility, region), is_confirmed, name)
