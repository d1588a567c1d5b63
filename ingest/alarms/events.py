"""Events of the dam: opened by a rise, raised further, noted as back, and corrected by values that come late.

An event stands from its first rise until it is back, lowered, acknowledged and its actions are closed; rises in between
belong to it. Where the plan names a role that lowers, its level falls by that person alone.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.alarms import context, doubts
from ingest.alarms.steps import Changed, Step
from ingest.values import Connection
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import LEVELS

PROGRAM: Final = "program:ingest"
FRESH: Final = timedelta(days=1)
"""What became known later than this after its time, and is over, is history: it is kept and nobody is called."""
COLUMNS: Final = "id, level, signal, highest, began_at, is_past, returned_at, acknowledged_at, closed_at"
OPEN: Final = f"""
SELECT {COLUMNS} FROM alarm_event
WHERE facility_id = %s AND family = 'dam' AND rule = %s AND closed_at IS NULL FOR UPDATE"""
COVERING: Final = f"""
SELECT {COLUMNS} FROM alarm_event WHERE facility_id = %s AND family = 'dam' AND rule = %s
  AND began_at <= %s AND coalesce(closed_at, 'infinity') >= %s ORDER BY id DESC LIMIT 1 FOR UPDATE"""
ADD: Final = f"""
INSERT INTO alarm_event (facility_id, family, rule, subject, title, is_simulated, level, signal, highest, lowered_by,
                         began_at, noted_at, is_past, context)
VALUES (%s, 'dam', %s, '', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING {COLUMNS}"""
ACTION: Final = "INSERT INTO alarm_action (event_id, level, who, what, due_at) VALUES (%s, %s, %s, %s, %s)"
RAISE: Final = """
UPDATE alarm_event SET level = %s, highest = greatest(highest, %s), acknowledged_at = NULL, acknowledged_by = NULL
WHERE id = %s"""
BEGAN: Final = "UPDATE alarm_event SET began_at = %s WHERE id = %s"
CORRECT: Final = "UPDATE alarm_event SET corrections = corrections + %s WHERE id = %s"
SIGNAL: Final = """
UPDATE alarm_event SET signal = %s, returned_at = %s, level = CASE WHEN lowered_by IS NULL THEN %s ELSE level END
WHERE id = %s"""
NOTE: Final = """
INSERT INTO alarm_history (event_id, at, noted_at, kind, level, author, note)
VALUES (%s, %s, coalesce(%s, clock_timestamp()), %s, %s, %s, %s)"""
CLOSE: Final = "UPDATE alarm_event SET closed_at = %s, level = 0 WHERE id = %s"
OPEN_ACTIONS: Final = "SELECT count(*) FROM alarm_action WHERE event_id = %s AND closed_at IS NULL"
DROP_ACTIONS: Final = """
UPDATE alarm_action SET closed_at = %s, closed_by = %s, evidence = 'not asked for: known only when it was over'
WHERE event_id = %s AND closed_at IS NULL"""
APPROVED: Final = """
SELECT EXISTS (SELECT FROM tarp_approval WHERE facility_id = %s AND plan = %s AND digest = %s
               AND approved_at::date <= %s AND coalesce(valid_to, 'infinity') >= %s)"""


Corrected = Counter[int]
"""How often the past of each event was changed in this round."""


class Event(msgspec.Struct, frozen=True):
    """An event as far as its life needs it."""

    id: int
    level: int
    signal: int
    highest: int
    began_at: datetime
    is_past: bool
    returned_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None


def take_in(
    connection: Connection, facility: Facility, plan: Plan, changed: Changed, level: int, now: datetime
) -> None:
    """Make of changes of level what they mean for the events; `level` is that of the newest values."""
    place = (facility.id, plan.id)
    corrected: Corrected = Counter()
    for step in changed.withdrawn:
        if covering := _event(connection, COVERING, (*place, step.at, step.at)):
            why = doubts.said(connection, facility, plan, step.at) or "by values that came later"
            _correct(connection, corrected, covering, step, f"{_words(step)} is taken back {why}")
    last = changed.added[-1] if changed.added else None
    event = _event(connection, OPEN, place)  # locked, so that no person changes it while the steps are taken in
    for step in changed.added:
        event = _add(connection, corrected, facility, plan, event, step, now)
        event = _return_past(connection, event, step, now)
    for event_id, times in corrected.items():  # once each: a row that is updated thousands of times slows its readers
        connection.execute(CORRECT, (times, event_id))
    if event is not None:
        _follow(connection, event, level, last, now)


def settle(connection: Connection, event_id: int, now: datetime) -> bool:
    """Close an event when nothing is left to do: back, lowered, acknowledged, every action closed."""
    row = connection.execute(f"SELECT {COLUMNS} FROM alarm_event WHERE id = %s".encode(), (event_id,)).fetchone()
    event = Event(*row) if row else None
    if event is None or event.closed_at or event.signal or event.level or event.acknowledged_at is None:
        return False
    if connection.execute(OPEN_ACTIONS, (event_id,)).fetchone() != (0,):
        return False
    connection.execute(CLOSE, (now, event_id))
    note(connection, event_id, now, "closed", 0)
    return True


def note(
    connection: Connection, event_id: int, at: datetime, kind: str, level: int, author: str = PROGRAM, text: str = "",
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Write a line into the history of an event; `now` is when it became known, if the caller has a clock."""
    connection.execute(NOTE, (event_id, at, now, kind, level, author, text))


def is_in_force(connection: Connection, facility: Facility, plan: Plan, day: dt.date) -> bool:
    """Whether the plan is approved on this day: by its file, or by an approval of just these conditions here."""
    if plan.is_in_force(day):
        return True
    values = (facility.id, plan.id, tarp.digest(plan), day, day)
    return connection.execute(APPROVED, values).fetchone() == (True,)


def _add(
    connection: Connection, corrected: Corrected, facility: Facility, plan: Plan, event: Event | None, step: Step,
    now: datetime,
) -> Event | None:  # fmt: skip
    """Take one change in; the open event as it is then."""
    covering = _event(connection, COVERING, (facility.id, plan.id, step.at, step.at)) if step.is_late else None
    if covering is not None and step.after <= covering.highest:
        _correct(connection, corrected, covering, step, f"{_words(step)} became known by values that came late")
    elif step.after <= step.before:
        if event is not None and step.after > 0:
            note(connection, event.id, step.at, "fell", step.after)
    elif event is None:
        return _open(connection, facility, plan, step, now)
    else:
        return _raise(connection, corrected, plan, event, step, now)
    return event


def _open(connection: Connection, facility: Facility, plan: Plan, step: Step, now: datetime) -> Event:
    is_simulated = not is_in_force(connection, facility, plan, step.at.date())
    is_past = now - step.at > FRESH
    seen = Jsonb(context.gather(connection, facility, plan, step.at))
    event = _event(
        connection,
        ADD,
        (facility.id, plan.id, plan.failure_mode, is_simulated, step.after, step.after, step.after, plan.lowered_by,
         step.at, now, is_past, seen),
    )  # fmt: skip
    assert event is not None
    note(connection, event.id, step.at, "raised", step.after, now=now)
    _demand(connection, plan, event.id, range(1, step.after + 1), now)
    return event


def _raise(connection: Connection, corrected: Corrected, plan: Plan, event: Event, step: Step, now: datetime) -> Event:
    if step.at < event.began_at:
        connection.execute(BEGAN, (step.at, event.id))
        event = msgspec.structs.replace(event, began_at=step.at)
        text = f"{_words(step)} became known by values that came late: it began earlier"
        _correct(connection, corrected, event, step, text)
    if step.after <= event.level:
        return event
    connection.execute(RAISE, (step.after, step.after, event.id))
    note(connection, event.id, step.at, "escalated", step.after, now=now)
    _demand(connection, plan, event.id, range(event.highest + 1, step.after + 1), now)
    highest = max(event.highest, step.after)
    return msgspec.structs.replace(event, level=step.after, highest=highest, acknowledged_at=None)


def _demand(connection: Connection, plan: Plan, event_id: int, ranks: Sequence[int], now: datetime) -> None:
    rows = [
        (event_id, level.rank, one.who, one.what, one.within_h and now + timedelta(hours=one.within_h))
        for level in plan.levels
        if level.rank in ranks
        for one in level.actions
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ACTION, rows)


def _return_past(connection: Connection, event: Event | None, step: Step, now: datetime) -> Event | None:
    """Close an event that was over long before it became known: nobody can act on it any more; then none is open."""
    if step.after > 0 or now - step.at <= FRESH or event is None or not event.is_past or event.acknowledged_at:
        return event
    connection.execute(SIGNAL, (0, step.at, 0, event.id))
    note(connection, event.id, step.at, "returned", 0)
    connection.execute(DROP_ACTIONS, (now, PROGRAM, event.id))
    connection.execute(CLOSE, (step.at, event.id))
    note(connection, event.id, step.at, "closed", 0, text="known only when it was over")
    return None


def _follow(connection: Connection, event: Event, level: int, last: Step | None, now: datetime) -> None:
    """Let the event show what the newest values say."""
    returned_at = event.returned_at
    if level > 0:
        returned_at = None
    elif event.returned_at is None:
        returned_at = last.at if last is not None and last.after == 0 else now
        note(connection, event.id, returned_at, "returned", 0)
    if (level, returned_at) != (event.signal, event.returned_at):
        connection.execute(SIGNAL, (level, returned_at, level, event.id))
    settle(connection, event.id, now)


def _correct(connection: Connection, corrected: Corrected, event: Event, step: Step, text: str) -> None:
    corrected[event.id] += 1
    note(connection, event.id, step.at, "corrected", step.after, text=text)


def _words(step: Step) -> str:
    return f"{LEVELS[step.before]} to {LEVELS[step.after]} at {step.at:%Y-%m-%dT%H:%M:%SZ}"


def _event(connection: Connection, statement: str, values: tuple[Any, ...]) -> Event | None:
    row = connection.execute(statement.encode(), values).fetchone()
    return None if row is None else Event(*row)
