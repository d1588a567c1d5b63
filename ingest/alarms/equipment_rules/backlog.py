"""Batches wait at a gateway, the oldest for more than an hour.

Source: our own rule and figure.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection

BATCHES: Final = 200
QUESTION: Final = """
SELECT facility_id, '_edge/' || agent_id,
       jsonb_build_object('code', 'backlog', 'batches', batches, 'gateway', agent_id,
                          'oldest_at', to_char(oldest_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
FROM agent_state WHERE batches >= %(batches)s AND %(now)s - oldest_at > interval '1 hour'
  AND facility_id IN (SELECT id FROM facility)"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION, batches=BATCHES)
