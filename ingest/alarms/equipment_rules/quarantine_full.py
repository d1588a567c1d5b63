"""Batches of a gateway are held back: what is refused of them finds no room in quarantine.

Source: our own rule; the budget is that of the settings of ingest (`quarantine_bytes`).
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection

QUESTION: Final = """
SELECT facility_id, '_edge/' || agent_id,
       jsonb_build_object('code', 'quarantine-full', 'gateway', agent_id, 'megabytes', round(budget / 1e6, 1),
           'since_at', to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'), 'sender', coalesce((
               SELECT sender FROM quarantine_total t WHERE t.facility_id = h.facility_id ORDER BY bytes DESC, sender
               LIMIT 1), '_edge/' || agent_id))
FROM quarantine_held h WHERE facility_id IN (SELECT id FROM facility)"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION)
