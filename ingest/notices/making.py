"""Making notices: of what the history of alarms says, what nobody acknowledges, and once a day what stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from ingest.notices.recipients import Recipient, known
from ingest.values import Connection
from tailings.facility.plans import LEVELS

DIGEST_HOUR: Final = 7
MAX_LINES: Final = 500
TAKE: Final = "SELECT history_id FROM notice_cursor FOR UPDATE"
MOVE: Final = "UPDATE notice_cursor SET history_id = %s"
SAID: Final = """
SELECT h.id, h.kind, h.level, e.id, e.facility_id, e.family, e.title, e.began_at, e.is_simulated OR e.is_past AND
       e.closed_at IS NOT NULL OR (alarm_hold_of(e, %s)).id IS NOT NULL, f.name, f.document ->> 'timezone'
FROM alarm_history h JOIN alarm_event e ON e.id = h.event_id JOIN facility f ON f.id = e.facility_id
WHERE h.id > %s ORDER BY h.id LIMIT %s"""
WAITING: Final = """
SELECT e.id, e.level, e.facility_id, e.family, e.title, e.began_at, f.name, f.document ->> 'timezone',
       (SELECT max(h.noted_at) FROM alarm_history h WHERE h.event_id = e.id AND h.kind IN ('raised', 'escalated'))
FROM alarm_event e JOIN facility f ON f.id = e.facility_id
WHERE e.closed_at IS NULL AND e.acknowledged_at IS NULL AND NOT e.is_simulated AND (alarm_hold_of(e, %s)).id IS NULL"""
STANDS: Final = """
SELECT e.title, e.level, e.family, e.acknowledged_at IS NULL FROM alarm_event e
WHERE e.facility_id = %s AND e.closed_at IS NULL AND NOT e.is_simulated ORDER BY e.level DESC, e.id LIMIT 50"""
ZONES: Final = "SELECT id, name, document ->> 'timezone' FROM facility"
ADD: Final = """
INSERT INTO notice (recipient_id, event_id, kind, key, subject, body, made_at, due_at, next_try_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (recipient_id, kind, key) DO NOTHING"""
UNSEEN: Final = ", not acknowledged"
TOLD: Final = ("raised", "escalated", "returned", "unshelved", "in-service")


class Said(msgspec.Struct, frozen=True):
    """Something to tell of an alarm."""

    kind: str
    key: str
    level: int
    event: int
    facility: str
    family: str
    title: str
    began_at: datetime
    place: str
    zone: str


def make(connection: Connection, now: datetime) -> None:
    """Write the notices that are due to be made, inside the open transaction."""
    recipients = known(connection)
    for said in _news(connection, now):
        for one in _on_watch(recipients, said, now):
            _add(connection, one, said, now)
    for said, since in _unanswered(connection, now):
        for one in recipients:
            if _concerns(one, said) and one.after_min and now - since >= timedelta(minutes=one.after_min):
                _add(connection, one, said, now)
    _digests(connection, [one for one in recipients if one.has_digest], now)


def test(connection: Connection, one: Recipient, request: int, now: datetime) -> None:
    """Write a test: it goes the same way as an alarm."""
    text = f"Test of {one.name} at {one.facility}. Nothing has happened."
    connection.execute(ADD, (one.id, None, "test", f"r:{request}", f"Test: {one.facility}", text, now, now, now))


def _news(connection: Connection, now: datetime) -> Iterable[Said]:
    row = connection.execute(TAKE).fetchone()
    assert row is not None
    rows = connection.execute(SAID, (now, row[0], MAX_LINES)).fetchall()
    if rows:
        connection.execute(MOVE, (rows[-1][0],))
    for id, kind, level, event, facility, family, title, began_at, is_untold, place, zone in rows:
        if kind in TOLD and not is_untold and not (family == "maintenance" and kind == "returned"):
            told = kind if kind in ("raised", "escalated", "returned") else "raised"
            yield Said(told, f"h:{id}", level, event, facility, family, title, began_at, place, zone)


def _unanswered(connection: Connection, now: datetime) -> Iterable[tuple[Said, datetime]]:
    for event, level, facility, family, title, began_at, place, zone, since in connection.execute(WAITING, (now,)):
        key = f"e:{event}:{level}:{since.timestamp():.3f}"
        yield Said("unacknowledged", key, level, event, facility, family, title, began_at, place, zone), since


def _concerns(one: Recipient, said: Said) -> bool:
    if (one.facility, one.family) != (said.facility, said.family):
        return False
    return said.family == "maintenance" or said.kind == "returned" or said.level >= one.from_level


def _on_watch(recipients: Iterable[Recipient], said: Said, now: datetime) -> list[Recipient]:
    """Those at once concerned who have the watch; when nobody has it, all of them: better too many than none."""
    concerned = [one for one in recipients if _concerns(one, said) and one.after_min == 0]
    local = now.astimezone(ZoneInfo(said.zone))
    return [one for one in concerned if one.is_on_watch(local)] or concerned


def _add(connection: Connection, one: Recipient, said: Said, now: datetime) -> None:
    due_at = one.due_at(now, said.zone)
    values = (said.kind, said.key, _subject(said), _body(said), now, due_at, due_at)
    connection.execute(ADD, (one.id, said.event, *values))


def _subject(said: Said) -> str:
    if said.family == "maintenance":
        return f"Equipment: {said.place}: {said.title}"
    if said.kind == "returned":
        return f"Back: {said.place}: {said.title}"
    word = "Not acknowledged: " if said.kind == "unacknowledged" else ""
    return f"{word}{LEVELS[said.level].upper()}: {said.place}: {said.title}"


def _body(said: Said) -> str:
    at = said.began_at.astimezone(ZoneInfo(said.zone))
    return (
        f"{_subject(said)}\nBegan {at:%Y-%m-%d %H:%M %Z}. Alarm {said.event}; open /alarms/{said.event} to acknowledge."
    )


def _digests(connection: Connection, recipients: Iterable[Recipient], now: datetime) -> None:
    zones: dict[str, tuple[str, str]] = {id: (name, zone) for id, name, zone in connection.execute(ZONES)}
    for one in recipients:
        name, zone = zones[one.facility]
        local = now.astimezone(ZoneInfo(zone))
        if local.hour >= DIGEST_HOUR:
            rows: list[Any] = connection.execute(STANDS, (one.facility,)).fetchall()
            mine = [row for row in rows if row[2] == one.family]
            lines = [f"- {LEVELS[level]}: {title}{UNSEEN if is_open else ''}" for title, level, _, is_open in mine]
            body = "\n".join(lines) or "Nothing stands."
            subject = f"Daily: {name}: {len(mine)} open"
            connection.execute(ADD, (one.id, None, "digest", f"d:{local.date()}", subject, body, now, now, now))
