"""A recipient is not reached: the oldest notification that is due has waited too long.

Source: our own rule and figure.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection

MINUTES: Final = 15
QUESTION: Final = """
SELECT r.facility_id, r.name,
       jsonb_build_object('code', 'channel', 'recipient', r.name,
                          'oldest_at', to_char(min(n.due_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
FROM notification n JOIN recipient r ON r.id = n.recipient_id
WHERE n.sent_at IS NULL AND n.given_up_at IS NULL AND r.ended_at IS NULL AND n.due_at <= %(now)s
GROUP BY r.id HAVING min(n.due_at) < %(now)s - make_interval(mins => %(minutes)s::int)"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION, minutes=MINUTES)
