"""What happened in a drill, from alarms, their history, notifications and actions; read in one snapshot."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from ingest.notifications import recipients
from ingest.values import Connection
from tailings import on_call
from tailings.drill.record import DrillAction, DrillAlarm, DrillFacts, LevelLine, answered, escalation

ALARMS: Final = """
SELECT e.id, e.rule, e.title, e.type, e.highest, e.noted_at, e.acknowledged_at, e.acknowledged_by,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', h.kind, 'level', h.level, 'noted_at', h.noted_at)
            || CASE WHEN h.kind = 'acknowledged' THEN jsonb_build_object('noted_at', h.at, 'author', h.author)
               WHEN alarm_kind_calls(h.kind) AND NOT h.is_unnotified THEN '{"calls": true}' ELSE '{}' END
            ORDER BY h.id), '[]') FROM alarm_history h WHERE h.event_id = e.id),
    (SELECT coalesce(jsonb_agg(jsonb_build_object('recipient', r.name, 'subject', n.subject, 'made_at', n.made_at,
            'notified_at', n.sent_at, 'error', coalesce(
                (SELECT a.error FROM notification_attempt a WHERE a.notification_id = n.id ORDER BY a.id DESC LIMIT 1),
                '')) ORDER BY n.id), '[]')
     FROM notification n JOIN recipient r ON r.id = n.recipient_id WHERE n.event_id = e.id),
    (SELECT coalesce(jsonb_agg(jsonb_build_object('level', a.level, 'what', a.what, 'who', a.who, 'due_at', a.due_at,
            'closed_at', a.closed_at, 'closed_by', a.closed_by, 'evidence', a.evidence) ORDER BY a.id), '[]')
     FROM alarm_action a WHERE a.event_id = e.id)
FROM alarm_event e
WHERE e.facility_id = %s AND e.family = 'dam' AND NOT e.is_simulated AND e.noted_at >= %s ORDER BY e.id LIMIT 500"""
COLUMNS: Final = (
    "id",
    "plan",
    "title",
    "type",
    "highest",
    "noted_at",
    "acknowledged_at",
    "acknowledged_by",
    "lines",
    "messages",
    "actions",
)
NAMES: Final = "SELECT 'recipient:' || id, name FROM recipient WHERE facility_id = %s"


def gather(connection: Connection, facility: str, began_at: datetime, until: datetime, is_over: bool) -> DrillFacts:
    """Read them, inside the open transaction."""
    known = recipients.known(connection)
    names: dict[str, str] = dict(connection.execute(NAMES, (facility,)).fetchall())
    rows = connection.execute(ALARMS, (facility, began_at)).fetchall()
    return DrillFacts(began_at, until, is_over, [_alarm(row, facility, known, names) for row in rows])


def _alarm(
    row: Sequence[Any], facility: str, known: Sequence[recipients.Recipient], names: dict[str, str]
) -> DrillAlarm:
    found = dict(zip(COLUMNS, row, strict=True))
    found["acknowledged_by"] = names.get(found["acknowledged_by"], found["acknowledged_by"])
    calls = [bool(line.pop("calls", False)) for line in found["lines"]]
    alarm = msgspec.convert(found | {"escalates_at": None}, DrillAlarm)
    lines = [_line(one, does, facility, known, names) for one, does in zip(alarm.lines, calls, strict=True)]
    newest, _ = answered(lines)[-1]
    actions = [_named(one, names) for one in alarm.actions]
    return msgspec.structs.replace(alarm, lines=lines, escalates_at=escalation(newest), actions=actions)


def _line(
    line: LevelLine, calls: bool, facility: str, known: Sequence[recipients.Recipient], names: dict[str, str]
) -> LevelLine:
    """Name who acknowledged, and say when somebody further is called of what calls."""
    if not calls:
        return msgspec.structs.replace(line, author=names.get(line.author, line.author))
    further = on_call.later(recipients.concerned(known, facility, "dam", line.level), line.noted_at)
    return msgspec.structs.replace(line, escalates_at=further[0][1] if further else None)


def _named(action: DrillAction, names: dict[str, str]) -> DrillAction:
    closed_by = action.closed_by and names.get(action.closed_by, action.closed_by)
    return msgspec.structs.replace(action, closed_by=closed_by)
