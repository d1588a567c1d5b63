"""Sessions of users: begun with a name and a password, ended by who logs out.

Of a name that nobody has the answer takes the same time, and says no more, than of a wrong password.
"""

from typing import Final, NamedTuple

from api.access import queries, tokens
from api.access.limits import FailedLogins, RateLimit
from api.access.passwords import Passwords
from api.http.database import DatabasePool
from api.http.errors import TooMany

FREE_OF_LINE: Final = 5
FREE_OF_NAME: Final = 20
"""Failures before the first wait: of a name from one line, and of a name from all lines of strangers."""
DEVICE_S: Final = 365 * 86_400
LONGEST_S: Final = queries.LONGEST_DAYS * 86_400
"""A session ends after so long, however much it is used."""


class BegunSession(NamedTuple):
    """Whose it is, the token that a cookie holds (only a digest of it is stored), and that of the device."""

    account_id: int
    token: str
    device: str


class Attempt(NamedTuple):
    """Who tries to log in: a name, from a line (`limits.line_of`), with the device token of the browser or ""."""

    name: str
    line: str
    device: str


class Logins:
    """The limits of logins of one process, and the way through them.

    Nobody can lock another person out: who fails waits for himself, as this name from this line. Where a name is tried
    from many lines, strangers wait, and a browser in which its login once succeeded does not.
    """

    def __init__(self, per_minute: int) -> None:
        self.per_line = RateLimit(per_minute)
        self._of_line, self._of_name = FailedLogins(FREE_OF_LINE), FailedLogins(FREE_OF_NAME)
        self._passwords = Passwords()

    async def begin(self, database: DatabasePool, attempt: Attempt, password: str) -> BegunSession | None:
        """Begin a session; None where name and password do not belong together. Raise TooMany."""
        name = attempt.name
        found = await queries.login(database, name) if "\0" not in name else None
        is_known = found is not None and tokens.is_device(attempt.device, name, found.password_hash)
        who = f"device {attempt.device}" if is_known else f"line {attempt.line} {name}"
        wait_s = self._of_line.wait_s(who)
        if not is_known:
            wait_s = max(wait_s, self._of_name.wait_s(name), self.per_line.take(attempt.line))
        if wait_s:
            raise TooMany(f"Too many logins failed; try again in {wait_s:.0f} s.", wait_s)
        if not await self._passwords.is_right(password, found.password_hash if found else None) or found is None:
            self._of_line.failed(who)
            if not is_known:
                self._of_name.failed(name)
            return None
        self._of_line.passed(who)
        token = tokens.make_token()
        await queries.begin(database, tokens.digest(token), found.account_id)
        return BegunSession(found.account_id, token, tokens.make_device(name, found.password_hash))


async def end(database: DatabasePool, token: str) -> None:
    """End the session with this token."""
    await queries.end(database, tokens.digest(token))
