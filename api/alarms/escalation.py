"""Who was called of an alarm, how that went, and who is called next unless somebody acknowledges."""

from datetime import datetime, time
from typing import Final, NamedTuple

from api.alarms.models import Alarm, AlarmTest, CalledRecipient, Escalation, NextCall, Rank
from api.http.database import DatabasePool, seen_ids
from tailings import on_call

SENT: Final = """
SELECT r.name AS recipient, c.channel, n.kind, n.made_at, n.due_at, n.sent_at, n.attempts,
       n.given_up_at IS NOT NULL AS is_given_up,
       CASE WHEN n.sent_at IS NULL AND n.given_up_at IS NULL AND n.attempts > 0 THEN n.next_try_at END AS retry_at,
       coalesce((SELECT a.error FROM notification_attempt a
                 WHERE a.notification_id = n.id ORDER BY a.id DESC LIMIT 1), '') AS error
FROM notification n JOIN recipient r ON r.id = n.recipient_id JOIN recipient_channel c ON c.recipient_id = r.id
"""
CALLED: Final = f"{SENT} WHERE n.event_id = %(alarm)s ORDER BY n.id LIMIT 500"
OF_TEST: Final = f"{SENT} WHERE n.kind = 'test' AND n.key = 't:' || %(test)s ORDER BY n.id LIMIT 500"
TESTS: Final = """
SELECT t.id, t.facility_id AS facility, t.level, t.author, t.made_at, t.confirmed_at,
       coalesce((SELECT jsonb_agg(jsonb_build_object('author', c.author, 'at', c.at) ORDER BY c.at)
                 FROM alarm_test_confirmation c WHERE c.test_id = t.id), '[]') AS confirmations
FROM (SELECT *, row_number() OVER (PARTITION BY facility_id ORDER BY id DESC) AS place FROM alarm_test
      WHERE %(seen)s::text[] IS NULL OR facility_id = ANY(%(seen)s)) t
WHERE t.place <= 3 ORDER BY t.id DESC LIMIT 60"""
LATER: Final = """
SELECT r.name, c.channel, r.after_min, r.from_level, r.quiet_from, r.quiet_until, f.document ->> 'timezone' AS zone
FROM recipient r JOIN recipient_channel c ON c.recipient_id = r.id JOIN facility f ON f.id = r.facility_id
WHERE r.facility_id = %(facility)s AND r.family = %(family)s AND r.after_min > 0 AND r.ended_at IS NULL"""


class LaterRecipient(NamedTuple):
    """Somebody who is called when nobody has acknowledged after so many minutes."""

    name: str
    channel: str
    after_min: int
    from_level: int
    quiet_from: time | None
    quiet_until: time | None
    zone: str


class TestRow(NamedTuple):
    """A test alarm as it is stored, with who confirmed."""

    id: int
    facility: str
    level: Rank
    author: str
    made_at: datetime
    confirmed_at: datetime | None
    confirmations: list[dict[str, str]]


async def of_alarm(database: DatabasePool, alarm: Alarm, now: datetime) -> Escalation:
    """Return it as it stands at `now`."""
    called = await database.rows(CalledRecipient, CALLED, {"alarm": alarm.id})
    return Escalation(called=called, following=await _following(database, alarm, now))


async def tests(database: DatabasePool, seen: frozenset[str] | None, now: datetime) -> list[AlarmTest]:
    """Return the newest test alarms of these facilities (None: all)."""
    rows = await database.rows(TestRow, TESTS, {"seen": seen_ids(seen)})
    return [await _of_test(database, row, now) for row in rows]


async def _of_test(database: DatabasePool, row: TestRow, now: datetime) -> AlarmTest:
    called = await database.rows(CalledRecipient, OF_TEST, {"test": str(row.id)})
    following = list[NextCall]()
    if not row.confirmed_at:
        later = await _later(database, row.facility, "dam", row.level, row.made_at, now=now)
        following = [_next(one, at) for one, at in later if at < on_call.alarm_test_ends_at(row.made_at)]
    return AlarmTest(**row._asdict(), escalation=Escalation(called=called, following=following))


async def _following(database: DatabasePool, alarm: Alarm, now: datetime) -> list[NextCall]:
    waits = alarm.closed_at is None and alarm.acknowledged_at is None
    if alarm.called_since is None or alarm.is_simulated or alarm.hold is not None or not waits:
        return []
    is_loud = on_call.is_loud(alarm.family, alarm.type, alarm.level, alarm.rule)
    later = await _later(database, alarm.facility, alarm.family, alarm.level, alarm.called_since, now=now)
    found = [
        _next(one, on_call.due_at(at, one.zone, one.quiet_from, one.quiet_until, is_loud=is_loud)) for one, at in later
    ]
    return sorted(found, key=lambda one: one.at)


async def _later(
    database: DatabasePool, facility: str, family: str, level: int, since: datetime, *, now: datetime
) -> list[tuple[LaterRecipient, datetime]]:
    """Who is called after now, and when, the next one first; quiet hours may hold that back."""
    rows = await database.rows(LaterRecipient, LATER, {"facility": facility, "family": family})
    of_it = [one for one in rows if on_call.concerns(family, level, one.from_level)]
    return [(one, at) for one, at in on_call.later(of_it, since) if at > now]


def _next(one: LaterRecipient, at: datetime) -> NextCall:
    return NextCall(recipient=one.name, channel=one.channel, at=at)
