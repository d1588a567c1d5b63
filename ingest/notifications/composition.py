"""Making notifications: of what the history of alarms says, what nobody acknowledges, and once a day what stands."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from ingest.notifications import facts, links, outbox, rotas, templates, test_alarms
from ingest.notifications.links import NO_PAGES, Pages
from ingest.notifications.phrases import Reader, words_of
from ingest.notifications.recipients import Recipient, called, concerned, known
from ingest.notifications.templates import DigestEntry, Late, Occurrence
from ingest.values import Connection
from tailings import on_call
from tailings.rota import Rota

DIGEST_HOUR: Final = 7
MAX_LINES: Final = 500
MAX_NEXT: Final = 3
# That a fault of the equipment is over is told where somebody has taken it on: else each that comes and goes by itself
# would be two letters.
TAKE: Final = "SELECT history_id FROM notification_cursor FOR UPDATE"
MOVE: Final = "UPDATE notification_cursor SET history_id = %s"
SAID: Final = """
SELECT h.id, h.kind, h.noted_at, l.level, e.id, e.facility_id, e.family, e.type, e.title, e.detail, e.began_at,
       h.detail,
       (alarm_kind_calls(h.kind) OR h.kind = 'returned' AND (e.family = 'dam' OR e.acknowledged_at IS NOT NULL))
           AND NOT h.is_unnotified AND NOT e.is_simulated AND (alarm_hold_of(e, %s, l.level)).id IS NULL,
       f.name, f.document ->> 'timezone'
FROM alarm_history h JOIN alarm_event e ON e.id = h.event_id JOIN facility f ON f.id = e.facility_id
CROSS JOIN LATERAL (SELECT CASE WHEN h.kind = 'returned' THEN e.highest ELSE h.level END::integer AS level) l
WHERE h.id > %s ORDER BY h.id LIMIT %s"""
# What a hold held waits for nobody until the hold is ended in the record, from when on it calls anew; where nobody ends
# it for ten minutes it is escalated all the same.
WAITING: Final = """
SELECT e.id, e.level, e.facility_id, e.family, e.type, e.title, e.detail, e.began_at, f.name, f.document ->> 'timezone',
       alarm_called_since(e) AS since, e.highest
FROM alarm_event e JOIN facility f ON f.id = e.facility_id
WHERE e.closed_at IS NULL AND e.acknowledged_at IS NULL AND NOT e.is_simulated
  AND (alarm_hold_of(e, %(now)s)).id IS NULL AND NOT EXISTS (
    SELECT FROM alarm_hold h WHERE h.ended_at IS NULL
      AND h.until <= %(now)s AND h.until > %(now)s::timestamptz - interval '10 minutes'
      AND (alarm_hold_of(e, h.until - interval '1 microsecond')).id IS NOT NULL)"""
STANDS: Final = """
SELECT count(*) OVER (), count(*) FILTER (WHERE e.acknowledged_at IS NULL AND h.id IS NULL) OVER (),
       e.id, e.title, e.detail, h.kind, h.until
FROM alarm_event e CROSS JOIN LATERAL alarm_hold_of(e, %s) h
WHERE e.facility_id = %s AND e.family = %s AND e.closed_at IS NULL AND NOT e.is_simulated
ORDER BY e.level DESC, e.id LIMIT 50"""
TOLD_BEFORE: Final = """
SELECT DISTINCT r.id FROM notification n JOIN recipient o ON o.id = n.recipient_id
JOIN recipient r ON (r.facility_id, r.name) = (o.facility_id, o.name) WHERE n.event_id = %s"""
ZONES: Final = "SELECT id, name, document ->> 'timezone' FROM facility"


def make(connection: Connection, now: datetime, pages: Pages = NO_PAGES) -> None:
    """Write the notifications that are due to be made, inside the open transaction; pages: where links lead."""
    recipients, given = known(connection), rotas.known(connection)
    for said, since in _news(connection, now):
        first = _on_call(recipients, given.get(said.facility), said, now)
        if said.kind == "returned":
            told = _told_before(connection, said) | {one.id for one in first}
            _tell(connection, [one for one in recipients if one.id in told], said, (), pages, now=now)
        else:
            _tell(connection, first, said, _next(_concerned(recipients, said), since, now), pages, now=now)
    for said, since in _unanswered(connection, now):
        of_it = _concerned(recipients, said)
        due = [one for one, at in on_call.later(of_it, since) if at <= now]
        _tell(connection, due, said, _next(of_it, since, now), pages, now=now)
    test_alarms.make(connection, recipients, given, pages, now)
    _digests(connection, [one for one in recipients if one.has_digest], pages.url, now)


def test(connection: Connection, one: Recipient, command: int, now: datetime) -> None:
    """Write a test: it goes the same way as an alarm."""
    place = next(name for id, name, _ in connection.execute(ZONES) if id == one.facility)
    with one.speaking():
        words = templates.test(one.name, place, words_of())
    outbox.add(connection, one.id, "test", f"r:{command}", words, made_at=now)


def _news(connection: Connection, now: datetime) -> Iterable[tuple[Occurrence, datetime]]:
    row = connection.execute(TAKE).fetchone()
    assert row is not None
    rows = connection.execute(SAID, (now, row[0], MAX_LINES)).fetchall()
    if rows:
        connection.execute(MOVE, (rows[-1][0],))
    for id, kind, since, level, *of_event, detail, is_told, place, zone in rows:
        if is_told:
            late = msgspec.convert(detail, Late) if kind == "learned-late" else None
            yield _said(kind, f"h:{id}", level, of_event, place=place, zone=zone, late=late), since


def _unanswered(connection: Connection, now: datetime) -> Iterable[tuple[Occurrence, datetime]]:
    for event, level, *of_event, place, zone, since, highest in connection.execute(WAITING, {"now": now}):
        if since is not None:  # a level that falls is the same call: the key has the highest
            key = f"e:{event}:{highest}:{since.timestamp():.3f}"
            yield _said("unacknowledged", key, level, [event, *of_event], place=place, zone=zone), since


def _said(
    kind: str, key: str, level: int, of_event: Sequence[Any], *, place: str, zone: str, late: Late | None = None
) -> Occurrence:
    """of_event: id, facility, family, type, title, detail and began_at."""
    event, facility, family, type, title, detail, began_at = of_event
    return Occurrence(
        kind,
        key,
        level,
        event,
        facility,
        family=family,
        type=type,
        title=title,
        detail=detail,
        began_at=began_at,
        place=place,
        zone=zone,
        late=late,
    )


def _concerned(recipients: Iterable[Recipient], said: Occurrence) -> list[Recipient]:
    return concerned(recipients, said.facility, said.family, said.level)


def _told_before(connection: Connection, said: Occurrence) -> set[int]:
    """Who was told that it stands is told that it is back, also by another address since."""
    return {row[0] for row in connection.execute(TOLD_BEFORE, (said.event,)).fetchall()}


def _on_call(
    recipients: Iterable[Recipient], given: Rota | None, said: Occurrence, now: datetime
) -> Sequence[Recipient]:
    """Those at once concerned who are on duty or on call; when nobody is, all of them: better too many than none.

    What was over when it became known is acknowledged by nobody: who is told later is told now, if nobody else is.
    """
    of_it = _concerned(recipients, said)
    first = [one for one in of_it if one.after_min == 0]
    if said.late is not None and said.late.to is not None:
        first = first or of_it
    return called(first, given if said.family == "dam" else None, said.zone, now)


def _next(of_it: Iterable[Recipient], since: datetime, now: datetime) -> list[tuple[str, datetime]]:
    """Who is told next, and when, unless somebody acknowledges what was known at `since`."""
    return [(one.name, at) for one, at in on_call.later(of_it, since) if at > now][:MAX_NEXT]


def _tell(
    connection: Connection,
    told: Sequence[Recipient],
    said: Occurrence,
    later: Sequence[tuple[str, datetime]],
    pages: Pages,
    now: datetime,
) -> None:
    fresh = [one for one in told if outbox.is_new(connection, one.id, said.kind, said.key)]
    if not fresh:
        return
    known = facts.gather(connection, said.event)
    can_acknowledge = known.acknowledged_at is None and not said.is_over
    is_loud = on_call.is_loud(said.family, said.type, said.level, known.rule)
    for one in fresh:
        due_at = one.due_at(now, said.zone, is_loud=is_loud)
        link = links.make(connection, pages, said.event, one.id, due_at) if can_acknowledge else ""
        with one.speaking():
            reader = Reader(words_of(), said.zone, now)
            body = templates.body(said, known, later, pages.url, reader)
            words = templates.subject(said, known, reader), templates.with_link(body, link, reader)
        outbox.add(connection, one.id, said.kind, said.key, words, event=said.event, made_at=now, due_at=due_at)


def _digests(connection: Connection, recipients: Iterable[Recipient], pages_url: str, now: datetime) -> None:
    zones: dict[str, tuple[str, str]] = {id: (name, zone) for id, name, zone in connection.execute(ZONES)}
    for one in recipients:
        name, zone = zones[one.facility]
        local = now.astimezone(ZoneInfo(zone))
        key = f"d:{local.date()}"
        if local.hour < DIGEST_HOUR or not outbox.is_new(connection, one.id, "digest", key):
            continue
        rows = connection.execute(STANDS, (now, one.facility, one.family)).fetchall()
        stands = [
            DigestEntry(id, title, detail, facts.gather(connection, id), hold=hold, held_until=held_until)
            for _, _, id, title, detail, hold, held_until in rows
        ]
        counts = (rows[0][0], rows[0][1]) if rows else (0, 0)
        with one.speaking():
            words = templates.digest(name, stands, counts, pages_url, Reader(words_of(), zone, now))
        outbox.add(connection, one.id, "digest", key, words, made_at=now)
