"""The thread that mails the public, beside the notifier: alarms never wait for it, and both send by the same way."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from ingest.jobs.database_thread import DatabaseThread
from ingest.notifications import GIVE_UP, Send, pause
from ingest.subscriptions import templates
from ingest.subscriptions.outgoing import Outgoing
from ingest.subscriptions.public_now import NOTHING_TOLD, News, PublicNow, ToldSoFar, news, of_scope, public_now
from ingest.values import Connection
from runtime.log import log_of
from runtime.sealed_address import BadSeal
from tailings.disclosure import WORST_FIRST
from texts import languages

tell = log_of(__name__)

LOOK_S: Final = 2.0
MAX_A_ROUND: Final = 100
CALM: Final = timedelta(minutes=10)
"""The least time between two mails to one person, unless the state got worse."""
MARK: Final = "UPDATE public_mail SET key_print = %(mark)s WHERE key_print IS DISTINCT FROM %(mark)s"
FORGET: Final = (
    "DELETE FROM subscription WHERE confirmed_at IS NULL AND invited_at < clock_timestamp() - interval '48 h'"
)
ANY: Final = "SELECT EXISTS (SELECT FROM subscription)"
DUE: Final = """
WITH n AS (SELECT * FROM unnest(%(ids)s::text[], %(regions)s::text[], %(have_page)s::boolean[], %(verdicts)s::text[],
                                %(changes)s::bigint[], %(publications)s::bigint[])
           AS n (facility_id, region, has_page, verdict, change_id, publication))
SELECT s.id, s.address, s.facility_id, s.region, s.language, s.invited_at, s.is_invitation_due,
       s.confirmed_at IS NOT NULL, s.attempts, s.failing_since
FROM subscription s
WHERE (s.next_try_at IS NULL OR s.next_try_at <= %(now)s)
  AND (s.is_invitation_due OR s.confirmed_at IS NOT NULL AND EXISTS (
    SELECT FROM n LEFT JOIN subscription_progress t ON t.subscription_id = s.id AND t.facility_id = n.facility_id
    WHERE (t.facility_id IS NOT NULL OR s.facility_id IS NULL AND n.has_page AND s.region IN ('', n.region))
      AND (t.facility_id IS NULL OR t.verdict <> n.verdict OR t.change_id < n.change_id
           OR t.publication < n.publication)
      AND (coalesce(s.mailed_at, '-infinity') <= %(calm)s OR coalesce(array_position(%(worst)s, n.verdict), 99)
           < coalesce(array_position(%(worst)s, t.verdict), 99))))
ORDER BY s.next_try_at NULLS FIRST, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED"""
TOLD: Final = (
    "SELECT facility_id, verdict, change_id, publication FROM subscription_progress WHERE subscription_id = %s"
)
MOVE_ON: Final = """
INSERT INTO subscription_progress (subscription_id, facility_id, verdict, change_id, publication)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT (subscription_id, facility_id) DO UPDATE
SET verdict = excluded.verdict, change_id = greatest(excluded.change_id, subscription_progress.change_id),
    publication = greatest(excluded.publication, subscription_progress.publication)"""
SENT: Final = """
UPDATE subscription SET is_invitation_due = false, mailed_at = CASE WHEN %(is_news)s THEN %(now)s ELSE mailed_at END,
    failing_since = NULL, attempts = 0, next_try_at = NULL WHERE id = %(id)s"""
AGAIN: Final = """
UPDATE subscription SET next_try_at = %(next)s, attempts = attempts + 1,
    failing_since = coalesce(failing_since, %(now)s) WHERE id = %(id)s"""
GIVE_UP_ON: Final = """
DELETE FROM subscription WHERE id = %(id)s AND failing_since < %(since)s
AND EXISTS (SELECT FROM subscription o WHERE o.mailed_at > %(since)s) RETURNING id"""
"""An address that takes nothing for a week while others get their mail; a server that is down loses nobody."""


class DueSubscription(NamedTuple):
    """One that something is due for; facility None: of the list."""

    id: int
    address: bytes
    facility: str | None
    region: str
    language: str
    invited_at: datetime
    is_invitation_due: bool
    is_confirmed: bool
    attempts: int
    failing_since: datetime | None


class Letter(NamedTuple):
    """A mail, and how far its reader is told by it; no subject: there is nothing to say."""

    subject: str
    body: str
    told: dict[str, ToldSoFar]


class SubscriptionMailer(DatabaseThread):
    """Works from `start` until `close`."""

    def __init__(
        self, conninfo: str, send: Send, way: Outgoing, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__("subscriptions", conninfo)
        self._send, self._way, self._clock = send, way, clock
        self._gone: tuple[object, Letter] | None = None
        """What the mail server took before the database did: where that failed, it is not sent again."""

    def round(self) -> int:
        """Forget who did not confirm, and send what is due until one fails; return how many mails went out."""
        self._line.transact(self._prepare)
        sent = 0
        while self._way.url and sent < MAX_A_ROUND and self._line.transact(partial(self._next, now=self._clock())):
            self._gone = None
            sent += 1
        return sent

    def _run(self) -> None:
        self._again(self.round, LOOK_S, tell, "subscriptions-failed")

    def _prepare(self, connection: Connection) -> None:
        connection.execute(MARK, {"mark": self._way.fingerprint()})
        connection.execute(FORGET)

    def _next(self, connection: Connection, now: datetime) -> bool:
        """Send one mail inside the open transaction; return whether another one may follow."""
        if connection.execute(ANY).fetchone() == (False,):
            return False
        known = public_now(connection, now)
        row = connection.execute(DUE, _values(known, now)).fetchone()
        if row is None:
            return False
        one = DueSubscription(*row)
        told = {row[0]: ToldSoFar(*row[1:]) for row in connection.execute(TOLD, (one.id,)).fetchall()}
        before = (one.id, one.is_invitation_due, one.invited_at, told)
        if self._gone is not None and self._gone[0] == before:
            letter = self._gone[1]
        else:
            with languages.speaking(languages.named(one.language, languages.known()) or languages.ENGLISH):
                letter = self._letter(one, told, known, partial(news, connection), now=now)
            if letter.subject and (error := self._mail(one, letter)):
                _failed(connection, one, error, now)
                return False
            self._gone = before, letter
        for facility, reached in letter.told.items():
            connection.execute(MOVE_ON, (one.id, facility, *reached))
        connection.execute(
            SENT, {"id": one.id, "now": now, "is_news": not one.is_invitation_due and bool(letter.subject)}
        )
        return True

    def _mail(self, one: DueSubscription, letter: Letter) -> str:
        try:
            address = self._way.to(one.address)
        except BadSeal:
            return "its address was sealed with another key"
        return self._send(address, letter.subject, letter.body, self._way.headers(one.id, one.language))

    def _letter(
        self,
        one: DueSubscription,
        told: Mapping[str, ToldSoFar],
        known: list[PublicNow],
        news_of: Callable[[PublicNow, ToldSoFar], News | None],
        *,
        now: datetime,
    ) -> Letter:
        of_it = of_scope(known, one.facility, one.region)
        leave = self._way.leave_link(one.id, one.language)
        scope = templates.scope_of(of_it[0] if one.facility is not None else None, one.region)
        if one.is_invitation_due and one.is_confirmed:
            return Letter(*templates.known_already(scope, leave), {})
        if one.is_invitation_due:
            link = self._way.confirm_link(one.id, one.invited_at, one.language)
            begin = {each.facility: _reached(each) for each in of_it if each.facility not in told}
            return Letter(*templates.to_confirm(scope, link, leave), begin)
        concerned = [each for each in known if each.facility in told or each in of_it]
        found = [news_of(each, told.get(each.facility, NOTHING_TOLD)) for each in concerned]
        new = [each for each in found if each is not None]
        reached = {each.facility: _reached(each) for each in concerned}
        return Letter(*self._in_words(new, scope, leave, now, one.language), reached)

    def _in_words(self, new: list[News], scope: str, leave: str, now: datetime, tag: str) -> tuple[str, str]:
        return templates.news(new, scope, self._way.pages.url, leave, now=now, tag=tag) if new else ("", "")


def _reached(one: PublicNow) -> ToldSoFar:
    return ToldSoFar(one.verdict, one.change_id, one.publication)


def _values(known: list[PublicNow], now: datetime) -> dict[str, object]:
    return {
        "ids": [one.facility for one in known],
        "regions": [one.region for one in known],
        "have_page": [one.has_page for one in known],
        "verdicts": [one.verdict for one in known],
        "changes": [one.change_id for one in known],
        "publications": [one.publication for one in known],
        "now": now,
        "calm": now - CALM,
        "worst": list(WORST_FIRST),
    }


def _failed(connection: Connection, one: DueSubscription, error: str, now: datetime) -> None:
    """Wait longer each time; what is said of it in the log names no person."""
    if connection.execute(GIVE_UP_ON, {"id": one.id, "since": now - GIVE_UP}).fetchone():
        tell("WARNING", "subscription-given-up", id=one.id, error=error)
        return
    connection.execute(AGAIN, {"id": one.id, "now": now, "next": now + pause(one.attempts)})
    if one.attempts == 0:
        tell("WARNING", "subscription-not-mailed", id=one.id, error=error, next="again until it arrives")
