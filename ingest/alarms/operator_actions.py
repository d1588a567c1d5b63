"""What a person does to an alarm; each leaves a line in its history, under the person's number."""

from datetime import datetime, timedelta
from typing import Any, Final

from ingest.alarms import record
from ingest.alarms.record import PROGRAM, HistoryRow
from ingest.values import Connection
from tailings.facility.plans import LEVELS

LONGEST: Final = {"shelved": timedelta(days=7), "out-of-service": timedelta(days=90)}
"""A hold always has an end: shelving is for a shift or a week, out of service for a repair."""
EVENT: Final = """
SELECT level, signal, highest, acknowledged_at, closed_at, lowered_by, rule, subject, family, type FROM alarm_event
WHERE id = %s AND facility_id = %s FOR UPDATE"""
ACKNOWLEDGE: Final = "UPDATE alarm_event SET acknowledged_at = %s, acknowledged_by = %s WHERE id = %s"
LOWER: Final = "UPDATE alarm_event SET level = %s WHERE id = %s"
ACTION: Final = "SELECT event_id, what, closed_at FROM alarm_action WHERE id = %s FOR UPDATE"
CLOSE_ACTION: Final = "UPDATE alarm_action SET closed_at = %s, closed_by = %s, evidence = %s WHERE id = %s"
HOLDS_DUTY: Final = "SELECT EXISTS (SELECT FROM duty WHERE facility_id = %s AND role = %s AND holder = %s)"
GIVE_DUTY: Final = """
INSERT INTO duty (facility_id, role, holder, given_by) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"""
TAKE_DUTY: Final = "DELETE FROM duty WHERE facility_id = %s AND role = %s AND holder = %s"
HOLDERS: Final = "SELECT holder FROM duty WHERE facility_id = %s AND role = %s ORDER BY holder"
HOLD: Final = """
INSERT INTO alarm_hold (facility_id, family, rule, subject, type, level, kind, reason, author, from_time, until)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"""
HELD: Final = "facility_id, family, rule, subject, type, level, kind"
END_HOLD: Final = f"""
UPDATE alarm_hold SET ended_at = %s, ended_by = %s
WHERE facility_id = %s AND id = %s AND ended_at IS NULL AND until > %s RETURNING {HELD}"""
END_EXPIRED: Final = f"""
UPDATE alarm_hold SET ended_at = until, ended_by = %s WHERE ended_at IS NULL AND until <= %s RETURNING {HELD}"""
UNDER: Final = """
SELECT id, level FROM alarm_event WHERE facility_id = %s AND family = %s AND rule = %s AND %s IN ('', subject)
  AND type = %s AND level <= %s AND closed_at IS NULL"""


class NotPossible(Exception):
    """The alarm does not allow this; the sentence says what does."""


def acknowledge(connection: Connection, facility: str, event_id: int, author: str, note: str, now: datetime) -> None:
    """Say that somebody has seen it and takes it on; raise NotPossible when somebody has."""
    level, _, _, acknowledged_at, *_ = _event(connection, facility, event_id)
    if acknowledged_at is not None:
        raise NotPossible(f"alarm {event_id} is acknowledged already; add a note instead")
    connection.execute(ACKNOWLEDGE, (now, author, event_id))
    record.note(connection, event_id, HistoryRow("acknowledged", level, now, author, note))
    record.settle(connection, event_id, now)


def note(connection: Connection, facility: str, event_id: int, author: str, text: str, now: datetime) -> None:
    """Add a note, also to one that is closed."""
    level = _event(connection, facility, event_id, is_open=False)[0]
    record.note(connection, event_id, HistoryRow("note", level, now, author, text))


def close_action(
    connection: Connection, facility: str, action_id: int, author: str, evidence: str, now: datetime
) -> int:
    """Say what was done for an action; return the number of its alarm."""
    row = connection.execute(ACTION, (action_id,)).fetchone()
    if row is None:
        raise NotPossible(f"there is no action {action_id}")
    event_id, what, closed_at = row
    level = _event(connection, facility, event_id)[0]
    if closed_at is not None:
        raise NotPossible(f"action {action_id} is closed already")
    connection.execute(CLOSE_ACTION, (now, author, evidence, action_id))
    record.note(connection, event_id, HistoryRow("action-closed", level, now, author, f"{what}: {evidence}"))
    record.settle(connection, event_id, now)
    return int(event_id)


def lower(connection: Connection, facility: str, event_id: int, author: str, note: str, now: datetime) -> str:
    """Lower the level to what the values say; only the role that the plan names may. Return the level in words."""
    level, signal, _, _, _, lowered_by, *_ = _event(connection, facility, event_id)
    if lowered_by is None:
        raise NotPossible("the level of this plan falls by itself: the plan names nobody who lowers it")
    require_duty(connection, facility, lowered_by, author)
    if signal >= level:
        raise NotPossible(f"the values still say {LEVELS[signal]}: there is nothing to lower")
    connection.execute(LOWER, (signal, event_id))
    record.note(connection, event_id, HistoryRow("lowered", signal, now, author, note))
    record.settle(connection, event_id, now)
    return str(LEVELS[signal])


def require_duty(connection: Connection, facility: str, role: str, author: str) -> None:
    """Raise NotPossible unless the author holds this named role in the facility."""
    if connection.execute(HOLDS_DUTY, (facility, role, author)).fetchone() != (True,):
        raise NotPossible(f"this is for {role} alone, and {author} does not hold that role in {facility}")


def name_role(connection: Connection, facility: str, role: str, holder: str, author: str, is_taken: bool) -> list[str]:
    """Give a role to somebody, or take it; return who holds it then."""
    if is_taken:
        connection.execute(TAKE_DUTY, (facility, role, holder))
    else:
        connection.execute(GIVE_DUTY, (facility, role, holder, author))
    return [row[0] for row in connection.execute(HOLDERS, (facility, role)).fetchall()]


def hold(
    connection: Connection,
    facility: str,
    event_id: int,
    kind: str,
    author: str,
    reason: str,
    now: datetime,
    until: datetime,
) -> int:
    """Shelve the rule of an alarm, or take it out of service, until then; return the number of the hold.

    It holds the level at which the alarm stands, or which it had reached when it is back, and none that is worse.
    """
    level, signal, highest, *_, rule, subject, family, type = _event(connection, facility, event_id, is_open=False)
    if not now < until <= now + LONGEST[kind]:
        raise NotPossible(f"until must lie ahead, and at most {LONGEST[kind].days} days: what is held must come back")
    held = max(level, signal) or highest
    values = (facility, family, rule, subject, type, held, kind, reason, author, now, until)
    row = connection.execute(HOLD, values).fetchone()
    assert row is not None
    detail = {"code": "held", "until_at": f"{until:%Y-%m-%dT%H:%MZ}"}
    record.note(connection, event_id, HistoryRow(kind, held, now, author, reason, detail=detail))
    return int(row[0])


def end_hold(connection: Connection, facility: str, hold_id: int, author: str, now: datetime) -> None:
    """End a hold before its time; what is open under it is told again."""
    row = connection.execute(END_HOLD, (now, author, facility, hold_id, now)).fetchone()
    if row is None:
        raise NotPossible(f"there is no hold {hold_id} that could be ended in {facility}")
    _give_back(connection, row, author, now)


def end_expired(connection: Connection, now: datetime) -> None:
    """End each hold whose time is over, once; what is open under it is told again."""
    for row in connection.execute(END_EXPIRED, (PROGRAM, now)).fetchall():
        _give_back(connection, row, PROGRAM, now)


def _give_back(connection: Connection, held: tuple[Any, ...], author: str, now: datetime) -> None:
    """Write into the history of what is open under a hold that it has ended; held: as HELD has it."""
    *rule, kind = held
    for event_id, level in connection.execute(UNDER, rule).fetchall():
        line = HistoryRow("unshelved" if kind == "shelved" else "in-service", level, now, author, noted_at=now)
        record.note(connection, event_id, line)


def _event(connection: Connection, facility: str, event_id: int, is_open: bool = True) -> tuple[Any, ...]:
    row = connection.execute(EVENT, (event_id, facility)).fetchone()
    if row is None:
        raise NotPossible(f"there is no alarm {event_id} in {facility}")
    if is_open and row[4] is not None:
        raise NotPossible(f"alarm {event_id} is closed; a note can still be added")
    return row
