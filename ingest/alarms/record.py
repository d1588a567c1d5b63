"""The record of alarms: events of each type, the lines of their history and their actions, as they are stored.

A plan has up to three events at a time, one of each type: `level` (its values reach a level), `suspect` (a reading that
a test doubts reaches a higher one) and `blind` (its worst level could not be seen). Each stands from its first rise
until it is back, lowered, acknowledged and its actions are closed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
from psycopg.types.json import Jsonb

from ingest.values import Connection
from tailings.facility import Plan

PROGRAM: Final = "program:ingest"
FRESH: Final = timedelta(days=1)
"""A rise that became known later than this after its time is told of with all others of its round, not alone."""
Type = Literal["level", "suspect", "blind"]
Place = tuple[str, str]
"""Facility and plan."""
COLUMNS: Final = "id, level, signal, highest, began_at, is_past, is_simulated, returned_at, acknowledged_at, closed_at"
OPEN: Final = f"""
SELECT {COLUMNS} FROM alarm_event
WHERE facility_id = %s AND family = 'dam' AND rule = %s AND type = %s AND closed_at IS NULL FOR UPDATE"""
COVERING: Final = f"""
SELECT {COLUMNS} FROM alarm_event WHERE facility_id = %s AND family = 'dam' AND rule = %s AND type = 'level'
  AND began_at <= %s AND coalesce(closed_at, 'infinity') >= %s ORDER BY id DESC LIMIT 1 FOR UPDATE"""
BY_ID: Final = f"SELECT {COLUMNS} FROM alarm_event WHERE id = %s"
ADD: Final = f"""
INSERT INTO alarm_event (facility_id, family, rule, subject, type, title, is_simulated, level, signal, highest,
                         lowered_by, began_at, noted_at, is_past, context)
VALUES (%s, 'dam', %s, '', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING {COLUMNS}"""
ACTION: Final = "INSERT INTO alarm_action (event_id, level, who, what, due_at) VALUES (%s, %s, %s, %s, %s)"
RAISE: Final = """
UPDATE alarm_event SET level = greatest(level, %s), highest = greatest(highest, %s), acknowledged_at = NULL,
    acknowledged_by = NULL WHERE id = %s"""
BEGAN: Final = "UPDATE alarm_event SET began_at = %s WHERE id = %s"
CORRECT: Final = "UPDATE alarm_event SET corrections = corrections + %s WHERE id = %s"
SIGNAL: Final = """
UPDATE alarm_event SET signal = %s, returned_at = %s, level = CASE WHEN lowered_by IS NULL THEN %s ELSE level END
WHERE id = %s"""
FALL: Final = "UPDATE alarm_event SET level = %s WHERE id = %s AND level > %s AND lowered_by IS NULL"
"""Of an event that is back already: a rise of its past, known late, had raised it."""
NOTE: Final = """
INSERT INTO alarm_history (event_id, at, noted_at, kind, level, author, note, detail, is_unnotified)
VALUES (%s, %s, coalesce(%s, clock_timestamp()), %s, %s, %s, %s, %s, %s)"""
CLOSE: Final = "UPDATE alarm_event SET closed_at = %s, level = 0 WHERE id = %s"
OPEN_ACTIONS: Final = "SELECT count(*) FROM alarm_action WHERE event_id = %s AND closed_at IS NULL"
DROP_ACTIONS: Final = """
UPDATE alarm_action SET closed_at = %s, closed_by = %s, evidence = 'over-when-known'
WHERE event_id = %s AND closed_at IS NULL"""


class AlarmEvent(msgspec.Struct, frozen=True):
    """An event as far as its life needs it."""

    id: int
    level: int
    signal: int
    highest: int
    began_at: datetime
    is_past: bool
    is_simulated: bool
    returned_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None


class EventDraft(msgspec.Struct, frozen=True):
    """An event to be opened: its type, level, and the values around it when it began."""

    type: Type
    level: int
    is_simulated: bool
    began_at: datetime
    noted_at: datetime
    lowered_by: str | None = None
    context: Sequence[dict[str, Any]] = ()

    @property
    def is_past(self) -> bool:
        """Whether it had long begun when it became known."""
        return self.noted_at - self.began_at > FRESH


class HistoryRow(msgspec.Struct, frozen=True):
    """A line of history. `at` is a time of the values or of who acted, `noted_at` when it became known (None: now).

    detail: codes and values, to be said in words where it is shown. is_untold: nobody is called by this line.
    """

    kind: str
    level: int
    at: datetime
    author: str = PROGRAM
    text: str = ""
    noted_at: datetime | None = None
    detail: dict[str, Any] = {}
    is_untold: bool = False


def find_open(connection: Connection, place: Place, type: Type = "level") -> AlarmEvent | None:
    """Return the open event of a plan, locked, so that no person changes it meanwhile."""
    return _event(connection, OPEN, (*place, type))


def find_covering(connection: Connection, place: Place, at: datetime) -> AlarmEvent | None:
    """Return the newest event of the level that stood at an instant, locked."""
    return _event(connection, COVERING, (*place, at, at))


def add(connection: Connection, place: Place, title: str, draft: EventDraft) -> AlarmEvent:
    """Open an event."""
    levels = (draft.level, draft.level, draft.level, draft.lowered_by)
    times = (draft.began_at, draft.noted_at, draft.is_past)
    values = (*place, draft.type, title, draft.is_simulated, *levels, *times, Jsonb(list(draft.context)))
    event = _event(connection, ADD, values)
    assert event is not None
    return event


def note(connection: Connection, event_id: int, line: HistoryRow) -> None:
    """Write a line into the history of an event."""
    values = (line.at, line.noted_at, line.kind, line.level, line.author, line.text, Jsonb(line.detail), line.is_untold)
    connection.execute(NOTE, (event_id, *values))


def raise_to(connection: Connection, event: AlarmEvent, level: int) -> AlarmEvent:
    """Raise an event to a level at least, and ask for an answer anew."""
    connection.execute(RAISE, (level, level, event.id))
    highest, level = max(event.highest, level), max(event.level, level)
    return msgspec.structs.replace(event, level=level, highest=highest, acknowledged_at=None)


def demand(connection: Connection, plan: Plan, event_id: int, ranks: Sequence[int], now: datetime) -> None:
    """Ask for the actions of these levels of a plan."""
    rows = [
        (event_id, level.rank, one.who, one.what, one.within_h and now + timedelta(hours=one.within_h))
        for level in plan.levels
        if level.rank in ranks
        for one in level.actions
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ACTION, rows)


def follow(connection: Connection, event: AlarmEvent, level: int, back_at: datetime, now: datetime) -> None:
    """Let an event show what the newest values say; back_at: when they came back, if they are."""
    returned_at = event.returned_at
    if level > 0:
        returned_at = None
    elif event.returned_at is None:
        returned_at = back_at
        note(connection, event.id, HistoryRow("returned", 0, returned_at, noted_at=now))
    if (level, returned_at) != (event.signal, event.returned_at):
        connection.execute(SIGNAL, (level, returned_at, level, event.id))
    elif event.level > level:
        connection.execute(FALL, (level, event.id, level))
    settle(connection, event.id, now)


def settle(connection: Connection, event_id: int, now: datetime) -> bool:
    """Close an event when nothing is left to do: back, lowered, acknowledged, every action closed."""
    event = _event(connection, BY_ID, (event_id,))
    if event is None or event.closed_at or event.signal or event.level or event.acknowledged_at is None:
        return False
    if connection.execute(OPEN_ACTIONS, (event_id,)).fetchone() != (0,):
        return False
    connection.execute(CLOSE, (now, event_id))
    note(connection, event_id, HistoryRow("closed", 0, now, noted_at=now))
    return True


def close_past(connection: Connection, event: AlarmEvent, at: datetime, now: datetime) -> None:
    """Close an event that was over long before it became known: nobody can act on it any more."""
    connection.execute(SIGNAL, (0, at, 0, event.id))
    note(connection, event.id, HistoryRow("returned", 0, at, noted_at=now, is_untold=True))
    connection.execute(DROP_ACTIONS, (now, PROGRAM, event.id))
    connection.execute(CLOSE, (at, event.id))
    note(connection, event.id, HistoryRow("closed", 0, at, noted_at=now, detail={"code": "over-when-known"}))


def begin_earlier(connection: Connection, event: AlarmEvent, at: datetime) -> AlarmEvent:
    """Let an event begin at an earlier instant."""
    connection.execute(BEGAN, (at, event.id))
    return msgspec.structs.replace(event, began_at=at)


def count_corrections(connection: Connection, event_id: int, times: int) -> None:
    """Say how often the past of an event was changed, once a round: a row updated thousands of times slows readers."""
    connection.execute(CORRECT, (times, event_id))


def _event(connection: Connection, statement: str, values: tuple[Any, ...]) -> AlarmEvent | None:
    row = connection.execute(statement.encode(), values).fetchone()
    return None if row is None else AlarmEvent(*row)
