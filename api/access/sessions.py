"""Sessions of users: begun with a name and a password, ended by their person; and how a person changes the password.

Of a name that nobody has the answer takes the same time, and says no more, than of a wrong password. The database keeps
the hashes to itself: it is given the hash of what was typed, and begins a session or changes a password where that is
the one it has.
"""

from typing import Annotated, Final, NamedTuple, cast

from fastapi import Depends, Request

from api.access import queries, tokens
from api.access.caller import Caller
from api.access.limits import FailedLogins, RateLimit, line_of
from api.access.passwords import BadPassword, Passwords
from api.http.database import DatabasePool
from api.http.errors import BadParameter, NotAllowed, TooMany, WhoAreYou
from runtime.log import log_of

FREE_OF_LINE: Final = 5
FREE_OF_NAME: Final = 20
"""Failures before the first wait: of a name from one line, and of a name from all lines of strangers."""
DEVICE_S: Final = 365 * 86_400
LONGEST_S: Final = queries.LONGEST_DAYS * 86_400
"""A session ends after so long, however much it is used."""
PRESENT: Final = "present"
FRESH: Final = "password"
CODE: Final = "code"
"""The fields of a change of password."""

tell = log_of(__name__)


class BegunSession(NamedTuple):
    """Whose it is, the token that a cookie holds (only a digest of it is stored), and that of the device."""

    account_id: int
    token: str
    device: str


class Attempt(NamedTuple):
    """Who tries to log in: a name, from a line (`limits.line_of`), with the device token of the browser or "".

    address, browser: what is stored of the session that begins (`browsers.kind_of`).
    """

    name: str
    line: str
    device: str
    address: str
    browser: str


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
        name = attempt.name if "\0" not in attempt.name else ""
        salt = await queries.password_salt(database, name)
        is_known = salt is not None and tokens.is_device(attempt.device, name, salt)
        who = f"device {attempt.device}" if is_known else f"line {attempt.line} {name}"
        wait_s = self._of_line.wait_s(who)
        if not is_known:
            wait_s = max(wait_s, self._of_name.wait_s(name), self.per_line.take(attempt.line))
        _wait(wait_s)
        token, proof = tokens.make_token(), await self._passwords.proof(password, salt)
        began = queries.Began(name, proof, tokens.digest(token), attempt.address, attempt.browser)
        account_id = await queries.begin(database, began)
        if account_id is None or salt is None:
            if not is_known:
                self._of_name.failed(name)
            await _note(database, name, attempt.line, self._of_line.failed(who))
            return None
        self._of_line.passed(who)
        return BegunSession(account_id, token, tokens.make_device(name, salt))

    async def change_password(self, database: DatabasePool, caller: Caller, present: str, fresh: str) -> None:
        """Change the password of who is logged in, and end all other sessions.

        Raises NotAllowed for a wrong present one, BadParameter for a bad new one, TooMany.
        """
        person = await queries.person(database, caller.account_id)
        if caller.session is None or person is None:
            raise WhoAreYou("Log in at /login: a password is changed by its person alone.")
        who = f"change {caller.who}"
        _wait(self._of_line.wait_s(who))
        hash = await self._fresh(database, person, fresh)
        salt = await queries.password_salt(database, person.login)
        proof = await self._passwords.proof(present, salt)
        if not await queries.change_password(database, caller.session, proof, hash):
            await _note(database, person.login, line_of(caller.address), self._of_line.failed(who))
            tell("WARNING", "password-not-changed", who=caller.who, address=caller.address)
            raise NotAllowed("The present password is wrong.", PRESENT)
        self._of_line.passed(who)
        tell("INFO", "password-changed", who=caller.who, address=caller.address)

    async def reset_password(self, database: DatabasePool, code: str, line: str, fresh: str) -> None:
        """Set the password of the person whose one-time code this is, and end all sessions.

        Raises NotAllowed for a code that does not count, BadParameter for a bad password, TooMany.
        """
        _wait(self.per_line.take(line))
        code = tokens.as_code(code) if "\0" not in code else ""
        person = await queries.person_of_reset(database, code)
        if person is None or not await queries.use_reset(database, code, await self._fresh(database, person, fresh)):
            tell("WARNING", "reset-refused", address=line)
            raise NotAllowed("This code is wrong, used or over: ask an administrator for another one.", CODE)
        tell("INFO", "password-reset", who=f"user:{person.account_id}", address=line)

    async def _fresh(self, database: DatabasePool, person: queries.Person, password: str) -> str:
        own = [person.login, person.name, *await queries.facility_words(database)]
        try:
            return await self._passwords.fresh(password, own)
        except BadPassword as error:
            raise BadParameter(str(error), FRESH) from error


async def _logins(request: Request) -> Logins:
    return cast(Logins, request.app.state.logins)


CurrentLogins = Annotated[Logins, Depends(_logins)]
"""Those of the process that answers."""


async def end(database: DatabasePool, token: str) -> None:
    """End the session with this token."""
    await queries.end(database, token)


async def choose_language(database: DatabasePool, token: str, tag: str) -> None:
    """Keep the language that the person of a session reads in."""
    await queries.choose_language(database, token, tag)


async def language(database: DatabasePool, account_id: int) -> str:
    """Return the tag of the language that a person chose; "": none."""
    return await queries.language(database, account_id)


def _wait(wait_s: float) -> None:
    """Raise TooMany where somebody has to wait."""
    if wait_s:
        raise TooMany(f"Too many logins failed; try again in {wait_s:.0f} s.", wait_s)


async def _note(database: DatabasePool, login: str, line: str, failures: int) -> None:
    """Enter the first failure of a name from a line in the audit log, and each time that their number has doubled."""
    if failures & (failures - 1) == 0:
        await queries.note_failed_login(database, login, line, failures)
