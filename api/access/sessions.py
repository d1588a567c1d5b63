"""Sessions of users: begun with a name and a password, ended by who logs out.

Of a name that nobody has the answer takes the same time, and says no more, than of a wrong password.
"""

from typing import Final, NamedTuple

from api.access import queries, tokens
from api.access.passwords import Passwords
from api.http.database import DatabasePool

LONGEST_S: Final = queries.LONGEST_DAYS * 86_400
"""A session ends after so long, however much it is used."""


class BegunSession(NamedTuple):
    """Whose it is, and the token that a cookie holds; only a digest of it is stored."""

    account_id: int
    token: str


async def begin(database: DatabasePool, passwords: Passwords, name: str, password: str) -> BegunSession | None:
    """Begin a session of the user with this login name; None where name and password do not belong together."""
    found = await queries.login(database, name) if "\0" not in name else None
    if not await passwords.is_right(password, found.password_hash if found else None) or found is None:
        return None
    token = tokens.make_token()
    await queries.begin(database, tokens.digest(token), found.account_id)
    return BegunSession(found.account_id, token)


async def end(database: DatabasePool, token: str) -> None:
    """End the session with this token."""
    await queries.end(database, tokens.digest(token))
