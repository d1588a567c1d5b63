"""Callers as the database knows them: keys, users and their sessions; and the few rows that the api writes itself."""

from datetime import datetime
from typing import Final, NamedTuple

from api.http.database import DatabasePool

IDLE_H: Final = 12
LONGEST_DAYS: Final = 7
SEEN_EVERY_S: Final = 60

KEY: Final = """
SELECT k.id, k.digest, k.scopes, k.facilities, k.expires_at, k.revoked_at,
       coalesce(u.last_used_at < now() - interval '1 minute', true) AS is_use_old
FROM api_key k LEFT JOIN api_key_use u ON u.key_id = k.id WHERE k.digest = %(digest)s
"""
KEY_USED: Final = """
INSERT INTO api_key_use VALUES (%(id)s, now())
ON CONFLICT (key_id) DO UPDATE SET last_used_at = now() RETURNING key_id AS id
"""
LOGIN: Final = """
SELECT p.account_id, p.password_hash FROM person p JOIN account a ON a.id = p.account_id
WHERE p.login = %(login)s AND a.disabled_at IS NULL
"""
SESSION: Final = """
SELECT s.account_id, p.login, s.last_seen_at < now() - %(seen_s)s * interval '1 s' AS is_seen_old,
       coalesce(array_agg(r.facility_id) FILTER (WHERE r.role IS NOT NULL), '{}') AS facilities,
       coalesce(array_agg(r.role) FILTER (WHERE r.role IS NOT NULL), '{}') AS roles
FROM session s JOIN account a ON a.id = s.account_id JOIN person p ON p.account_id = s.account_id
LEFT JOIN account_role r ON r.account_id = s.account_id
WHERE s.digest = %(digest)s AND a.disabled_at IS NULL
  AND s.last_seen_at > now() - %(idle_h)s * interval '1 h' AND s.created_at > now() - %(days)s * interval '1 day'
GROUP BY s.account_id, p.login, s.last_seen_at
"""
BEGIN: Final = "INSERT INTO session (digest, account_id) VALUES (%(digest)s, %(account)s) RETURNING account_id AS id"
SEEN: Final = "UPDATE session SET last_seen_at = now() WHERE digest = %(digest)s RETURNING account_id AS id"
END: Final = "DELETE FROM session WHERE digest = %(digest)s RETURNING account_id AS id"
SWEEP: Final = """
DELETE FROM session WHERE last_seen_at < now() - %(idle_h)s * interval '1 h'
   OR created_at < now() - %(days)s * interval '1 day' RETURNING account_id AS id
"""
LIFE: Final = {"idle_h": IDLE_H, "days": LONGEST_DAYS}


class Key(NamedTuple):
    """A key that exists, also one that is over."""

    id: int
    digest: bytes
    scopes: list[str]
    facilities: list[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    is_use_old: bool


class Login(NamedTuple):
    """What a login is checked against."""

    account_id: int
    password_hash: str


class Session(NamedTuple):
    """A session that lives, with the roles of its user."""

    account_id: int
    login: str
    is_seen_old: bool
    facilities: list[str]
    roles: list[str]


class Id(NamedTuple):
    """The row that was written."""

    id: int


async def key(database: DatabasePool, digest: bytes) -> Key | None:
    """Return the key with this digest, and note that it was used (once a minute)."""
    found = await database.row(Key, KEY, {"digest": digest})
    if found is not None and found.is_use_old and found.revoked_at is None:
        await database.write(Id, KEY_USED, {"id": found.id})
    return found


async def login(database: DatabasePool, name: str) -> Login | None:
    """Return user and password hash of a login name."""
    return await database.row(Login, LOGIN, {"login": name})


async def session(database: DatabasePool, digest: bytes) -> Session | None:
    """Return the living session with this digest, and note that it was seen (once a minute)."""
    found = await database.row(Session, SESSION, {"digest": digest, "seen_s": SEEN_EVERY_S, **LIFE})
    if found is not None and found.is_seen_old:
        await database.write(Id, SEEN, {"digest": digest})
    return found


async def begin(database: DatabasePool, digest: bytes, account_id: int) -> None:
    """Begin a session, and forget those that are over."""
    await database.write(Id, SWEEP, LIFE)
    await database.write(Id, BEGIN, {"digest": digest, "account": account_id})


async def end(database: DatabasePool, digest: bytes) -> None:
    """End a session."""
    await database.write(Id, END, {"digest": digest})
