"""Who was called of an alarm, how that went, and who is called next unless somebody acknowledges."""

from datetime import datetime
from typing import Final, NamedTuple

from api.alarms.models import Alarm, CalledRecipient, Escalation, NextCall
from api.http.database import DatabasePool
from tailings import on_call

CALLED: Final = """
SELECT r.name AS recipient, c.channel, n.kind, n.made_at, n.due_at, n.sent_at, n.attempts,
       n.given_up_at IS NOT NULL AS is_given_up,
       CASE WHEN n.sent_at IS NULL AND n.given_up_at IS NULL AND n.attempts > 0 THEN n.next_try_at END AS retry_at,
       coalesce((SELECT a.error FROM notification_attempt a
                 WHERE a.notification_id = n.id ORDER BY a.id DESC LIMIT 1), '') AS error
FROM notification n JOIN recipient r ON r.id = n.recipient_id JOIN recipient_channel c ON c.recipient_id = r.id
WHERE n.event_id = %(alarm)s ORDER BY n.id LIMIT 500"""
LATER: Final = """
SELECT r.name, c.channel, r.after_min, r.from_level
FROM recipient r JOIN recipient_channel c ON c.recipient_id = r.id
WHERE r.facility_id = %(facility)s AND r.family = %(family)s AND r.after_min > 0 AND r.ended_at IS NULL"""


class LaterRecipient(NamedTuple):
    """Somebody who is called when nobody has acknowledged after so many minutes."""

    name: str
    channel: str
    after_min: int
    from_level: int


async def of_alarm(database: DatabasePool, alarm: Alarm, now: datetime) -> Escalation:
    """Return it as it stands at `now`."""
    called = await database.rows(CalledRecipient, CALLED, {"alarm": alarm.id})
    return Escalation(called=called, following=await _following(database, alarm, now))


async def _following(database: DatabasePool, alarm: Alarm, now: datetime) -> list[NextCall]:
    waits = alarm.closed_at is None and alarm.acknowledged_at is None
    if alarm.called_since is None or alarm.is_simulated or alarm.hold is not None or not waits:
        return []
    rows = await database.rows(LaterRecipient, LATER, {"facility": alarm.facility, "family": alarm.family})
    found = [
        NextCall(recipient=one.name, channel=one.channel, at=on_call.escalates_at(alarm.called_since, one.after_min))
        for one in rows
        if on_call.concerns(alarm.family, alarm.level, one.from_level)
    ]
    return sorted((one for one in found if one.at > now), key=lambda one: one.at)
