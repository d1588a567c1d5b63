"""Hand-over notes: what a person leaves to the next one, with the open alarms and holds that the system adds."""

from datetime import datetime
from typing import Final

from ingest.alarms.operator_actions import NotPossible
from ingest.values import Connection

WRITE: Final = """
INSERT INTO hand_over_note (facility_id, author, written_at, note, listed) SELECT %(facility)s, %(author)s, %(now)s,
    %(note)s, jsonb_build_object(
    'alarms', (SELECT coalesce(jsonb_agg(jsonb_build_object('alarm', e.id, 'level', e.level, 'type', e.type,
                   'is_acknowledged', e.acknowledged_at IS NOT NULL) ORDER BY e.level DESC, e.id), '[]')
               FROM (SELECT * FROM alarm_event WHERE facility_id = %(facility)s AND family = 'dam'
                     AND closed_at IS NULL AND NOT is_simulated ORDER BY level DESC, id LIMIT 50) e),
    'holds', (SELECT coalesce(jsonb_agg(jsonb_build_object('hold', h.id, 'kind', h.kind, 'rule', h.rule,
                  'until', h.until) ORDER BY h.until), '[]')
              FROM (SELECT * FROM alarm_hold WHERE facility_id = %(facility)s AND ended_at IS NULL
                    AND until > %(now)s ORDER BY until LIMIT 50) h)) RETURNING id"""
NOTE: Final = "SELECT author, confirmed_by FROM hand_over_note WHERE id = %s AND facility_id = %s FOR UPDATE"
CONFIRM: Final = "UPDATE hand_over_note SET confirmed_by = %s, confirmed_at = %s WHERE id = %s"


def write(connection: Connection, facility: str, author: str, note: str, now: datetime) -> int:
    """Write a note with what is open and held now; return its number."""
    values = {"facility": facility, "author": author, "note": note, "now": now}
    row = connection.execute(WRITE, values).fetchone()
    assert row is not None
    return int(row[0])


def confirm(connection: Connection, facility: str, id: int, author: str, now: datetime) -> None:
    """Say that the next person has read it; raise NotPossible for who wrote it, and for the second time."""
    row = connection.execute(NOTE, (id, facility)).fetchone()
    if row is None:
        raise NotPossible(f"there is no hand-over note {id} in {facility}")
    if row[1] is not None:
        raise NotPossible(f"hand-over note {id} is confirmed already")
    if row[0] == author:
        raise NotPossible("whoever wrote a hand-over note does not confirm it: the next person does")
    connection.execute(CONFIRM, (author, now, id))
