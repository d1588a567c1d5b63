"""Callers as the database knows them: keys, users and their sessions; and the few rows that the api writes itself."""

from datetime import datetime
from typing import Final, NamedTuple

from api.access import tokens
from api.http.database import DatabasePool

IDLE_H: Final = 12
LONGEST_DAYS: Final = 7
"""As `is_session_over` of the database has them."""
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
SALT: Final = "SELECT password_salt(%(login)s) AS text"
SESSION: Final = """
SELECT s.account_id, p.login, s.last_seen_at < now() - %(seen_s)s * interval '1 s' AS is_seen_old,
       coalesce(array_agg(r.facility_id) FILTER (WHERE r.role IS NOT NULL), '{}') AS facilities,
       coalesce(array_agg(r.role) FILTER (WHERE r.role IS NOT NULL), '{}') AS roles
FROM session s JOIN account a ON a.id = s.account_id JOIN person p ON p.account_id = s.account_id
LEFT JOIN account_role r ON r.account_id = s.account_id
WHERE s.digest = %(digest)s AND a.disabled_at IS NULL AND NOT is_session_over(s.created_at, s.last_seen_at)
GROUP BY s.account_id, p.login, s.last_seen_at
"""
BEGIN: Final = "SELECT begin_session(%(login)s, %(hash)s, %(digest)s, %(address)s, %(browser)s) AS id"
SEEN: Final = "SELECT see_session(%(token)s) AS id"
END: Final = "SELECT end_session(%(token)s) AS id"
END_OWN: Final = "SELECT end_own_sessions(%(token)s, %(number)s) AS id"
CHANGE: Final = "SELECT change_password(%(token)s, %(present)s, %(fresh)s) AS is_done"
RESET_OF: Final = "SELECT account_id, login, name FROM reset_of(%(code)s)"
USE_RESET: Final = "SELECT use_reset(%(code)s, %(fresh)s) AS is_done"
FAILED: Final = "SELECT note_failed_login(%(login)s, %(line)s, %(failures)s)::text AS text"
CHOOSE_LANGUAGE: Final = "SELECT choose_language(%(token)s, %(tag)s) AS id"
LANGUAGE: Final = "SELECT language AS text FROM person WHERE account_id = %(id)s"
PERSON: Final = "SELECT account_id, login, name FROM person WHERE account_id = %(id)s"
FACILITY_WORDS: Final = "SELECT id || ' ' || name AS text FROM facility"


class Key(NamedTuple):
    """A key that exists, also one that is over."""

    id: int
    digest: bytes
    scopes: list[str]
    facilities: list[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    is_use_old: bool


class Person(NamedTuple):
    """Who a user is."""

    account_id: int
    login: str
    name: str


class Session(NamedTuple):
    """A session that lives, with the roles of its user."""

    account_id: int
    login: str
    is_seen_old: bool
    facilities: list[str]
    roles: list[str]


class Id(NamedTuple):
    """The row that was written; None: none was."""

    id: int | None


class Began(NamedTuple):
    """What a session begins with: the hash that proves the password, the digest of its cookie, and where from."""

    login: str
    hash: str
    digest: bytes
    address: str
    browser: str


async def key(database: DatabasePool, digest: bytes) -> Key | None:
    """Return the key with this digest, and note that it was used (once a minute)."""
    found = await database.row(Key, KEY, {"digest": digest})
    if found is not None and found.is_use_old and found.revoked_at is None:
        await database.write(Id, KEY_USED, {"id": found.id})
    return found


async def password_salt(database: DatabasePool, login: str) -> str | None:
    """Return version, costs and salt of a person's password (PHC string without its hash); None: no such person."""
    return await database.row(_text, SALT, {"login": login})


async def session(database: DatabasePool, token: str) -> Session | None:
    """Return the living session of a cookie, and note that it was seen (once a minute)."""
    found = await database.row(Session, SESSION, {"digest": tokens.digest(token), "seen_s": SEEN_EVERY_S})
    if found is not None and found.is_seen_old:
        await database.write(Id, SEEN, {"token": token})
    return found


async def begin(database: DatabasePool, began: Began) -> int | None:
    """Begin a session and forget those that are over; return whose it is, None where the hash is not that person's."""
    row = await database.write(Id, BEGIN, began._asdict())
    return row.id if row else None


async def end(database: DatabasePool, token: str) -> None:
    """End the session of a cookie."""
    await database.write(Id, END, {"token": token})


async def end_own(database: DatabasePool, token: str, number: int | None) -> int:
    """End one session of a cookie's person, None: all but this one; return how many ended."""
    row = await database.write(Id, END_OWN, {"token": token, "number": number})
    return (row.id or 0) if row else 0


async def change_password(database: DatabasePool, token: str, present: str, fresh: str) -> bool:
    """Replace the password hash of a cookie's person; False when `present` is not the hash so far."""
    return bool(await database.write(_is_done, CHANGE, {"token": token, "present": present, "fresh": fresh}))


async def person_of_reset(database: DatabasePool, code: str) -> Person | None:
    """Return whose one-time code this is, while it counts."""
    return await database.row(Person, RESET_OF, {"code": code})


async def use_reset(database: DatabasePool, code: str, fresh: str) -> bool:
    """Replace the password hash of a code's person; False when the code does not count any more."""
    return bool(await database.write(_is_done, USE_RESET, {"code": code, "fresh": fresh}))


async def note_failed_login(database: DatabasePool, login: str, line: str, failures: int) -> None:
    """Enter in the audit log that a name failed so often from a line; beyond a limit an hour it is counted only."""
    await database.write(_text, FAILED, {"login": login, "line": line, "failures": failures})


async def person(database: DatabasePool, account_id: int) -> Person | None:
    """Return who a user is; None when that was erased."""
    return await database.row(Person, PERSON, {"id": account_id})


async def choose_language(database: DatabasePool, token: str, tag: str) -> None:
    """Keep the language that a cookie's person reads in."""
    await database.write(Id, CHOOSE_LANGUAGE, {"token": token, "tag": tag})


async def language(database: DatabasePool, account_id: int) -> str:
    """Return the tag of the language that a person chose; "": none."""
    return await database.row(_text, LANGUAGE, {"id": account_id}) or ""


async def facility_words(database: DatabasePool) -> list[str]:
    """Return ids and names of all facilities."""
    return [text or "" for text in await database.rows(_text, FACILITY_WORDS, {})]


def _text(text: str | None) -> str | None:
    return text


def _is_done(is_done: bool) -> bool:
    return is_done
