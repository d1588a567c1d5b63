"""Sending what waits: in order for each recipient, again with longer pauses, each attempt written down.

A digest holds up no alarm: a channel may refuse it for its length for as long as it is tried.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlencode

from ingest.notifications import url_policy
from ingest.notifications.phrases import words_of
from ingest.notifications.url_policy import BadAddress
from ingest.values import Connection
from runtime.log import log_of
from texts import languages, say

tell = log_of(__name__)

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=15)
GIVE_UP: Final = timedelta(days=7)
LATE: Final = timedelta(minutes=2)
NEXT: Final = """
SELECT n.id, n.subject, n.body, n.due_at, n.attempts, r.address, r.name, r.language
FROM notification n JOIN recipient r ON r.id = n.recipient_id
WHERE n.sent_at IS NULL AND n.given_up_at IS NULL AND n.due_at <= %(now)s AND n.next_try_at <= %(now)s
  AND NOT EXISTS (SELECT FROM notification o
                  WHERE o.recipient_id = n.recipient_id AND o.id < n.id AND o.due_at <= %(now)s
                  AND (o.kind <> 'digest' OR n.kind = 'digest') AND o.sent_at IS NULL AND o.given_up_at IS NULL)
ORDER BY n.id LIMIT 1 FOR UPDATE OF n SKIP LOCKED"""
SENT: Final = "UPDATE notification SET sent_at = %s, attempts = attempts + 1 WHERE id = %s"
AGAIN: Final = "UPDATE notification SET next_try_at = %s, attempts = attempts + 1 WHERE id = %s"
GIVEN_UP: Final = "UPDATE notification SET given_up_at = %s, attempts = attempts + 1 WHERE id = %s"
ATTEMPT: Final = "INSERT INTO notification_attempt (notification_id, at, is_sent, error) VALUES (%s, %s, %s, %s)"
NO_HEADERS: Final[Mapping[str, str]] = {}


class Send(Protocol):
    """Takes address, subject, body and headers of a mail; returns what went wrong, or nothing."""

    def __call__(self, address: str, subject: str, body: str, headers: Mapping[str, str] = NO_HEADERS, /) -> str: ...


def send_next(connection: Connection, now: datetime, send: Send) -> int:
    """Send one notification inside the open transaction; return its number, 0 when nothing is due."""
    row = connection.execute(NEXT, {"now": now}).fetchone()
    if row is None:
        return 0
    id, subject, body, due_at, attempts, address, name, language = row
    with languages.speaking(languages.named(language, languages.known()) or languages.current()):
        error = send(address, subject, _with_delay(body, now - due_at))
    connection.execute(ATTEMPT, (id, now, not error, error))
    if not error:
        connection.execute(SENT, (now, id))
    elif now - due_at > GIVE_UP:
        connection.execute(GIVEN_UP, (now, id))
        tell("ERROR", "notification-given-up", id=id, recipient=name, error=error)
    else:
        connection.execute(AGAIN, (now + pause(attempts), id))
        if attempts == 0:
            tell("WARNING", "notification-not-sent", id=id, recipient=name, error=error, next="again until it arrives")
    return int(id)


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts that failed before this one."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts, 10)
    return min(doubled, LONGEST_PAUSE)


def by_apprise(allowed_hosts: Collection[str], *, is_private: bool = False) -> Send:
    """Return the way by apprise; the address is looked at before each use, and every connection while it is used.

    is_private: apprise, which names in its log who gets what, logs nothing.
    """

    def send(address: str, subject: str, body: str, headers: Mapping[str, str] = NO_HEADERS, /) -> str:
        try:
            with url_policy.only(address, allowed_hosts) as reach, _logging(not is_private):
                error = _notify(_with_headers(address, headers), subject, body)
        except BadAddress as refused:
            return str(refused)
        return error and (reach.refused or error)

    return send


def by_pager(pager: str) -> Send:
    """Return the way of a drill: to its pager and to nobody else; subject and body say that it is a drill."""

    def send(address: str, subject: str, body: str, headers: Mapping[str, str] = NO_HEADERS, /) -> str:
        drill = words_of()["notifications"]["drill"]
        try:
            with url_policy.only_pager(address, pager) as reach:
                error = _notify(address, say(drill["subject"], subject=subject), f"{drill['says']}\n{body}")
        except BadAddress as refused:
            return str(refused)
        return error and (reach.refused or error)

    return send


_logs: ContextVar[bool] = ContextVar("logs", default=True)
"""Of the context, not of the thread: apprise sends in a thread of its own, with a copy of the context."""


class _Private(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return _logs.get()


@contextmanager
def _logging(does: bool) -> Iterator[None]:
    """Let apprise log, or not, in this context."""
    logger = logging.getLogger("apprise")
    if not any(isinstance(one, _Private) for one in logger.filters):
        logger.addFilter(_Private())
    token = _logs.set(does)
    try:
        yield
    finally:
        _logs.reset(token)


def _notify(address: str, subject: str, body: str) -> str:
    import apprise  # loaded by who tells somebody: 3 MB

    channel = apprise.Apprise()
    if not channel.add(address):
        return "apprise cannot read the address"
    # Said to be text, so that a channel that writes HTML keeps the lines and no name becomes markup.
    is_taken = channel.notify(body=body, title=subject, body_format=apprise.NotifyFormat.TEXT)
    return "" if is_taken else "the channel did not take it"


def _with_headers(address: str, headers: Mapping[str, str]) -> str:
    """Add headers as apprise reads them from the address of a mail: a name behind a plus. Such a mail is plain text."""
    if not headers:
        return address
    return f"{address}&{urlencode({'format': 'text', **{f'+{name}': value for name, value in headers.items()}})}"


def _with_delay(body: str, delay: timedelta) -> str:
    if delay < LATE:
        return body
    late = words_of()["notifications"]["late"]
    return f"{body}\n{say(late['sent'], minutes=int(delay.total_seconds() // 60))}"
