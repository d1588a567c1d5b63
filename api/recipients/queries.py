"""Who is told of alarms, what became of the newest notifications; never the address, which this role cannot read."""

from collections.abc import Collection
from typing import Any, Final, NamedTuple

from api.http.database import DatabasePool, seen_ids
from api.recipients.models import LastTest, Notification, Recipient

RECIPIENTS: Final = """
SELECT r.id, r.facility_id AS facility, r.name, r.family, r.from_level, r.after_min, r.weekdays,
       to_char(r.on_call_from, 'HH24:MI') AS on_call_from, to_char(r.on_call_until, 'HH24:MI') AS on_call_until,
       to_char(r.quiet_from, 'HH24:MI') AS quiet_from, to_char(r.quiet_until, 'HH24:MI') AS quiet_until, r.has_digest,
       r.language,
       (SELECT count(*)::int FROM notification n
        WHERE n.recipient_id = r.id AND n.sent_at IS NULL AND n.given_up_at IS NULL) AS waiting
FROM recipient r WHERE r.ended_at IS NULL AND (%(seen)s::text[] IS NULL OR r.facility_id = ANY(%(seen)s))
ORDER BY r.facility_id, r.family, r.after_min, r.name LIMIT 500
"""
NOTIFICATIONS: Final = """
SELECT n.id, r.facility_id AS facility, r.name AS recipient, n.event_id AS alarm, n.kind, n.subject, n.made_at,
       n.sent_at, n.attempts, n.given_up_at IS NOT NULL AS is_given_up,
       extract(epoch FROM n.sent_at - n.due_at)::float8 AS delay_s,
       coalesce((SELECT a.error FROM notification_attempt a
                 WHERE a.notification_id = n.id ORDER BY a.id DESC LIMIT 1), '') AS error
FROM notification n JOIN recipient r ON r.id = n.recipient_id
WHERE (%(seen)s::text[] IS NULL OR r.facility_id = ANY(%(seen)s)) ORDER BY n.id DESC LIMIT %(limit)s
"""
NAMES: Final = "SELECT id, name FROM recipient WHERE id = ANY(%(ids)s)"
LAST_TEST: Final = """
SELECT r.name, n.sent_at, extract(epoch FROM n.sent_at - n.made_at)::float8 AS took_s
FROM notification n JOIN recipient r ON r.id = n.recipient_id
WHERE n.kind = 'test' AND n.sent_at IS NOT NULL AND (%(seen)s::text[] IS NULL OR r.facility_id = ANY(%(seen)s))
ORDER BY n.sent_at DESC LIMIT 1
"""


class RecipientName(NamedTuple):
    """What a recipient is called."""

    id: int
    name: str


async def names(database: DatabasePool, numbers: Collection[int]) -> dict[int, str]:
    """Return the names of some recipients, also of those that are told no more."""
    if not numbers:
        return {}
    rows = await database.rows(RecipientName, NAMES, {"ids": sorted(numbers)})
    return {row.id: row.name for row in rows}


async def last_test(database: DatabasePool, seen: frozenset[str] | None) -> LastTest | None:
    """Return the newest test notification that arrived in these facilities (None: all); None when there was none."""
    return await database.row(LastTest, LAST_TEST, _values(seen))


async def recipients(database: DatabasePool, seen: frozenset[str] | None) -> list[Recipient]:
    """Return who is told in these facilities (None: all)."""
    return await database.rows(Recipient, RECIPIENTS, _values(seen))


async def notifications(database: DatabasePool, seen: frozenset[str] | None, limit: int) -> list[Notification]:
    """Return the newest notifications, whether they arrived or wait."""
    return await database.rows(Notification, NOTIFICATIONS, _values(seen) | {"limit": limit})


def _values(seen: frozenset[str] | None) -> dict[str, Any]:
    return {"seen": seen_ids(seen)}
