"""Users and keys in the database: what the commands `tailwatch user` and `tailwatch key` do."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import psycopg

from api.access import passwords, roles, tokens
from api.access.queries import FACILITY_WORDS
from tailwatch.owner import CannotDo, Connection

ADD_ACCOUNT: Final = "INSERT INTO account DEFAULT VALUES RETURNING id"
ADD_PERSON: Final = "INSERT INTO person (account_id, login, name, password_hash) VALUES (%s, %s, %s, %s)"
GRANT: Final = """
INSERT INTO account_role VALUES (%s, %s, %s) ON CONFLICT (account_id, facility_id) DO UPDATE SET role = excluded.role
"""
RESET: Final = """
INSERT INTO password_reset VALUES (%s, %s, %s)
ON CONFLICT (account_id) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at
"""
USERS: Final = """
SELECT a.id, coalesce(p.login, '(erased)'), coalesce(p.name, ''), a.disabled_at IS NOT NULL,
       coalesce((SELECT string_agg(facility_id || ':' || role, ' ' ORDER BY facility_id) FROM account_role r
                 WHERE r.account_id = a.id), '')
FROM account a LEFT JOIN person p ON p.account_id = a.id ORDER BY a.id
"""
ADMINISTRATORS: Final = """
SELECT count(*) FROM account_role r JOIN account a ON a.id = r.account_id JOIN person p ON p.account_id = a.id
WHERE r.role = 'admin' AND r.facility_id = '*' AND a.disabled_at IS NULL
"""
ADD_KEY: Final = """
INSERT INTO api_key (digest, label, scopes, facilities, expires_at) VALUES (%s, %s, %s, %s, %s) RETURNING id
"""
KEYS: Final = """
SELECT k.id, k.label, array_to_string(k.scopes, ','), array_to_string(k.facilities, ','), k.expires_at, k.revoked_at,
       u.last_used_at
FROM api_key k LEFT JOIN api_key_use u ON u.key_id = k.id ORDER BY k.id
"""


class User(NamedTuple):
    """A user as the list shows it."""

    id: int
    login: str
    name: str
    is_disabled: bool
    roles: str


class Key(NamedTuple):
    """A key as the list shows it: everything but the key."""

    id: int
    label: str
    scopes: str
    facilities: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def add_user(connection: Connection, login: str, name: str, password: str) -> int:
    """Make a user without any role and return its number; raise CannotDo."""
    try:
        hashed = passwords.hashed(password, [login, name, *_facilities(connection)])
        number = int(_one(connection, ADD_ACCOUNT, ())[0])
        connection.execute(ADD_PERSON, (number, login, name, hashed))
    except passwords.BadPassword as error:
        raise CannotDo(str(error)) from error
    except psycopg.errors.UniqueViolation as error:
        raise CannotDo(f"there is a user {login!r} already") from error
    except psycopg.errors.CheckViolation as error:
        raise CannotDo("a login has lower-case letters, digits and . _ -, at most 64") from error
    return number


def set_password(connection: Connection, login: str, password: str) -> None:
    """Give a user another password and end its sessions."""
    number = _number(connection, login)
    (name,) = _one(connection, "SELECT name FROM person WHERE account_id = %s", (number,))
    try:
        hashed = passwords.hashed(password, [login, name, *_facilities(connection)])
    except passwords.BadPassword as error:
        raise CannotDo(str(error)) from error
    connection.execute("UPDATE person SET password_hash = %s WHERE account_id = %s", (hashed, number))
    connection.execute("DELETE FROM password_reset WHERE account_id = %s", (number,))
    _end_sessions(connection, number)


def make_reset(connection: Connection, login: str, minutes: int) -> tuple[str, datetime]:
    """Make a one-time code with which the user sets a new password; return it and when it ends. An older one ends."""
    code, ends_at = tokens.make_code(), datetime.now(UTC) + timedelta(minutes=minutes)
    connection.execute(RESET, (_number(connection, login), tokens.digest(code), ends_at))
    return code, ends_at


def grant(connection: Connection, login: str, role: str, facility: str) -> None:
    """Give a user a role in a facility (`*`: in every one), in place of the one it has there."""
    _check(connection, [role], [facility])
    connection.execute(GRANT, (_number(connection, login), facility, role))


def withdraw(connection: Connection, login: str, facility: str) -> None:
    """Take a user's role in a facility away."""
    done = connection.execute(
        "DELETE FROM account_role WHERE account_id = %s AND facility_id = %s", (_number(connection, login), facility)
    )
    if not done.rowcount:
        raise CannotDo(f"{login} has no role in {facility}")


def disable(connection: Connection, login: str) -> None:
    """Keep a user out from the next request on; its number and what it did stay."""
    number = _number(connection, login)
    connection.execute("UPDATE account SET disabled_at = now() WHERE id = %s", (number,))
    _end_sessions(connection, number)


def erase(connection: Connection, login: str) -> int:
    """Forget who a user was (login, name, phone, password) and keep it out; the audit log keeps the number."""
    number = _number(connection, login)
    disable(connection, login)
    connection.execute("DELETE FROM password_reset WHERE account_id = %s", (number,))
    connection.execute("DELETE FROM person WHERE account_id = %s", (number,))
    return number


def users(connection: Connection) -> list[User]:
    """Return all users in the order of their numbers."""
    return [User(*row) for row in connection.execute(USERS).fetchall()]


def has_administrator(connection: Connection) -> bool:
    """Say whether anybody may administer every facility: until then nobody can let others in by the pages."""
    return bool(_one(connection, ADMINISTRATORS, ())[0])


def make_key(connection: Connection, label: str, scope: str, facilities: Sequence[str], days: int) -> tuple[int, str]:
    """Make a key that ends after `days`; return its number and the key, which is nowhere else.

    It has the scope and those before it, as a user of that role has.
    """
    _check(connection, [scope], facilities)
    scopes = [role for role in roles.ROLES if role in roles.up_to(roles.ROLES[roles.ROLES.index(scope)])]
    key = tokens.make_key()
    ends_at = datetime.now(UTC) + timedelta(days=days)
    row = _one(connection, ADD_KEY, (tokens.digest(key), label, scopes, list(facilities), ends_at))
    return int(row[0]), key


def revoke_key(connection: Connection, number: int) -> None:
    """End a key; raise CannotDo when there is none of this number that still counts."""
    done = connection.execute("UPDATE api_key SET revoked_at = now() WHERE id = %s AND revoked_at IS NULL", (number,))
    if not done.rowcount:
        raise CannotDo(f"there is no key {number} that still counts; `tailwatch key list` shows them")


def keys(connection: Connection) -> list[Key]:
    """Return all keys in the order of their numbers."""
    return [Key(*row) for row in connection.execute(KEYS).fetchall()]


def _check(connection: Connection, asked: Sequence[str], facilities: Sequence[str]) -> None:
    for role in asked:
        if role not in roles.ROLES:
            raise CannotDo(f"{role!r} is no role; there are {', '.join(roles.ROLES)}")
    known = {row[0] for row in connection.execute("SELECT id FROM facility").fetchall()} | {roles.EVERYWHERE}
    for facility in facilities:
        if facility not in known:
            raise CannotDo(f"there is no facility {facility!r}; there are {', '.join(sorted(known))}")


def _facilities(connection: Connection) -> list[str]:
    """Return ids and names of all facilities, of which no password is made."""
    return [str(text) for (text,) in connection.execute(FACILITY_WORDS).fetchall()]


def _number(connection: Connection, login: str) -> int:
    row = connection.execute("SELECT account_id FROM person WHERE login = %s", (login,)).fetchone()
    if row is None:
        raise CannotDo(f"there is no user {login!r}; `tailwatch user list` shows them")
    return int(row[0])


def _end_sessions(connection: Connection, number: int) -> None:
    connection.execute("DELETE FROM session WHERE account_id = %s", (number,))


def _one(connection: Connection, statement: str, values: tuple[object, ...]) -> tuple[Any, ...]:
    row = connection.execute(statement.encode(), values).fetchone()
    assert row is not None
    return row
