"""Names of users by their number (a name that was erased is not there), own sessions, and failed logins."""

from collections.abc import Collection
from typing import Final, NamedTuple

from api.access import tokens
from api.http.database import DatabasePool
from api.people.models import LoginFailure, OwnSession

NAMES: Final = (
    "SELECT account_id AS id, coalesce(nullif(name, ''), login) AS name FROM person WHERE account_id = ANY(%(ids)s)"
)
OWN_SESSIONS: Final = """
SELECT number, created_at AS began_at, last_seen_at, address, browser, digest = %(digest)s AS is_this
FROM session WHERE account_id = %(account)s AND NOT is_session_over(created_at, last_seen_at)
ORDER BY created_at DESC, number DESC LIMIT %(limit)s
"""
FAILED: Final = """
SELECT a.number, a.at, u.id AS user, p.login AS name, a.detail::jsonb ->> 'address' AS address,
       (a.detail::jsonb ->> 'failures')::int AS failures, coalesce((a.detail::jsonb ->> 'others')::int, 0) AS others
FROM audit a LEFT JOIN account u ON a.subject = 'user:' || u.id LEFT JOIN person p ON p.account_id = u.id
WHERE a.action = 'login.failed' ORDER BY a.number DESC LIMIT %(limit)s
"""
OTHERS: Final = "SELECT others FROM failed_login_budget"


class Named(NamedTuple):
    """A user and its name."""

    id: int
    name: str


async def names(database: DatabasePool, ids: Collection[int]) -> dict[int, str]:
    """Return the names of these users, by number."""
    if not ids:
        return {}
    return {one.id: one.name for one in await database.rows(Named, NAMES, {"ids": sorted(ids)})}


async def own_sessions(database: DatabasePool, account_id: int, token: str, limit: int) -> list[OwnSession]:
    """Return the living sessions of a user, the newest first; `token` is the cookie of the one that asks."""
    values = {"account": account_id, "digest": tokens.digest(token), "limit": limit}
    return await database.rows(OwnSession, OWN_SESSIONS, values)


async def failed_logins(database: DatabasePool, limit: int) -> list[LoginFailure]:
    """Return the newest failed logins of the audit log."""
    return await database.rows(LoginFailure, FAILED, {"limit": limit})


async def waiting_others(database: DatabasePool) -> int:
    """Return how many failed logins the audit log had no room for since the newest that it has."""
    found = await database.row(lambda others: int(others), OTHERS, {})
    return found or 0
