"""Two senders use one name: two epochs of it go on side by side.

Source: our own rule; what an epoch is stands in docs/wire.md.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection
from wire.sequence import FOLDED_EPOCH

QUESTION: Final = f"""
SELECT DISTINCT one.facility_id, one.sender, jsonb_build_object('code', 'two-nodes', 'sender', one.sender)
FROM sequence_state one JOIN sequence_state other
  ON other.facility_id = one.facility_id AND other.sender = one.sender AND other.started_at > one.started_at
WHERE one.updated_at > other.started_at + interval '15 minutes' AND one.updated_at > %(now)s - interval '1 hour'
  AND other.updated_at > %(now)s - interval '1 hour' AND one.facility_id IN (SELECT id FROM facility)
  AND one.epoch <> '{FOLDED_EPOCH}' AND other.epoch <> '{FOLDED_EPOCH}'"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION)
