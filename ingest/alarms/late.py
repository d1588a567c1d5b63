"""Rises that became known long after their time: all of a plan are told at once, by one line of history.

After an outage a gateway brings days in a few minutes. Who is told of a level must hear that it was reached, and from
when to when; not once for each time that the values crossed it.
"""

from datetime import datetime
from typing import Final

from ingest.alarms import record
from ingest.alarms.record import HistoryRow, Place
from ingest.values import Connection

RISES: Final = """
SELECT h.event_id, h.at, h.level, e.closed_at IS NULL FROM alarm_history h JOIN alarm_event e ON e.id = h.event_id
WHERE e.facility_id = %(facility)s AND e.family = 'dam' AND e.rule = %(plan)s AND e.type = 'level'
  AND NOT e.is_simulated AND h.is_unnotified AND alarm_kind_calls(h.kind) AND h.id > coalesce((
      SELECT max(l.id) FROM alarm_history l JOIN alarm_event o ON o.id = l.event_id
      WHERE o.facility_id = %(facility)s AND o.family = 'dam' AND o.rule = %(plan)s
        AND l.kind IN ('learned-late', 'in-force')), 0)
ORDER BY h.id"""
LEFT: Final = """
SELECT min(at) FROM tarp_level_change
WHERE facility_id = %s AND plan = %s AND withdrawn_at IS NULL AND at > %s AND after < %s"""


def tell(connection: Connection, place: Place, now: datetime) -> None:
    """Write the line for the rises of a plan that nobody was told of since the last one.

    It has the highest level that they reached; its detail says from when to when (null: the values are still there),
    and how many there were.
    """
    rises = connection.execute(RISES, {"facility": place[0], "plan": place[1]}).fetchall()
    if not rises:
        return
    level = max(row[2] for row in rises)
    worst = [row for row in rises if row[2] == level]
    first, last = min(row[1] for row in worst), max(row[1] for row in worst)
    left = connection.execute(LEFT, (*place, last, level)).fetchone()
    until = left[0] if left else None
    event_id, *_ = max(worst, key=lambda row: (row[3], row[0]))
    detail = {"from": first.isoformat(), "to": until and until.isoformat(), "rises": len(rises)}
    record.note(connection, event_id, HistoryRow("learned-late", level, now, noted_at=now, detail=detail))
