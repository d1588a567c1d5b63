"""The heartbeat: an address outside is asked while this ingest really works, so that silence there calls somebody.

A centre that is dead tells nobody that it is. A service outside (a dead man's switch) expects to be asked every so
often and calls when it is not. It is asked only after a transaction of its own was committed, and while every check
says that its part works and the assessment of every facility still holds: a centre whose broker, notifications, alarms
or assessments stand still is as good as dead. An answer that does not come is told once and raises an alarm
(`ingest.alarms.equipment_rules.heartbeat`); nothing else waits for it.
"""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
import psycopg

from ingest.database import Stopped
from ingest.jobs.database_thread import DatabaseThread
from ingest.notifications import BadAddress, url_policy
from ingest.values import Connection
from runtime.log import log_of

tell = log_of(__name__)

ANSWER_WITHIN_S: Final = 10.0
WRITE: Final = """
INSERT INTO heartbeat AS known (name, host, sent_at, failing_since, error)
VALUES (%s, %s, %s, CASE WHEN %s THEN clock_timestamp() END, %s)
ON CONFLICT (name) DO UPDATE SET host = excluded.host, sent_at = coalesce(excluded.sent_at, known.sent_at),
    failing_since = CASE WHEN excluded.failing_since IS NOT NULL
        THEN coalesce(known.failing_since, excluded.failing_since) END, error = excluded.error"""
EXPIRED: Final = """
SELECT f.id FROM facility f LEFT JOIN assessment a ON a.facility_id = f.id
WHERE a.valid_until IS NULL OR a.valid_until < clock_timestamp() ORDER BY f.id LIMIT 3"""
FORGET: Final = "DELETE FROM heartbeat WHERE name = %s"

Check = Callable[[], str]
"""Says why a part of this ingest does not work, or nothing."""


class Target(msgspec.Struct, frozen=True):
    """Where it goes: an address, how often [s], and the hosts inside the network that the operator allows.

    Raises BadAddress.
    """

    address: str
    every_s: float
    allowed_hosts: Collection[str] = ()

    def __post_init__(self) -> None:
        url_policy.check_web(self.address, self.allowed_hosts)

    @property
    def host(self) -> str:
        """What may be said of the address, of which the rest is a secret."""
        return url_policy.check_web(self.address, self.allowed_hosts)

    def ask(self) -> str:
        """Ask it; return what went wrong, or nothing."""
        try:
            with url_policy.only_hosts([self.host], self.allowed_hosts) as reach:
                error = _get(self.address)
        except BadAddress as refused:
            return str(refused)
        return error and (reach.refused or error)


class Heartbeat(DatabaseThread):
    """Asks from `start` until `close`. `name` is that of this ingest; `checks` are asked before each time.

    Without a target it only forgets what one of this name once had.
    """

    def __init__(self, conninfo: str, name: str, target: Target | None, checks: Sequence[Check]) -> None:
        super().__init__("heartbeat", conninfo)
        self._name, self._target, self._checks = name, target, checks
        self._sent_at: datetime | None = None
        self._error = ""
        self._withheld = ""

    def _run(self) -> None:
        try:
            if self._target is None:
                self._commit(None)
                return
            while not self._stop.wait(self._target.every_s):
                self._beat(self._target)
        except Stopped:
            return

    def _beat(self, target: Target) -> None:
        """Commit what became of the last one, look at every part, ask; a database that takes nothing holds it here."""
        self._withhold(self._commit(target) or next((why for check in self._checks if (why := check())), ""))
        if self._withheld:
            return
        before, self._error = self._error, target.ask()
        self._sent_at = self._sent_at if self._error else datetime.now(UTC)
        if self._error and not before:
            tell("WARNING", "heartbeat-not-taken", host=target.host, error=self._error, next="again until it is")
        elif before and not self._error:
            tell("INFO", "heartbeat-taken-again", host=target.host)

    def _commit(self, target: Target | None) -> str:
        """Write how it stands; return why the database refuses it, or whose assessment has expired, or nothing."""

        def write(connection: Connection) -> list[str]:
            if target is None:
                connection.execute(FORGET, (self._name,))
                return []
            told = (self._name, target.host, self._sent_at, bool(self._error), self._error)
            connection.execute(WRITE, told)
            return [row[0] for row in connection.execute(EXPIRED).fetchall()]

        try:
            expired = self._line.transact(write)
        except psycopg.Error as error:
            return f"the database refuses: {type(error).__name__}"
        return f"nobody has judged {', '.join(expired)} for minutes" if expired else ""

    def _withhold(self, why: str) -> None:
        """Say once that nothing is asked, and why, so that the service outside calls."""
        if why != self._withheld:
            self._withheld = why
            if why:
                tell("ERROR", "heartbeat-withheld", reason=why, next="the address outside hears nothing until it works")
            else:
                tell("INFO", "heartbeat-goes-on")


def _get(address: str) -> str:
    """Ask a web address, through no proxy; return what went wrong. Its path may be a secret and is not told."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=ANSWER_WITHIN_S) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        return f"it answers {error.code}"
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {getattr(error, 'reason', None) or type(error).__name__}"
    return ""
