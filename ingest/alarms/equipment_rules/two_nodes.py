"""Two senders use one name: two epochs of it go on side by side, each for longer than a restart takes.

Names that no facility file has are one subject together. Source: our own rule; what an epoch is stands in docs/wire.md.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection
from ingest.store.bounds import NOBODY
from wire.sequence import FOLDED_EPOCH

QUESTION: Final = f"""
SELECT facility_id, subject, CASE WHEN subject = %(nobody)s
    THEN jsonb_build_object('code', 'strangers-two-nodes', 'senders', count(DISTINCT sender))
    ELSE jsonb_build_object('code', 'two-nodes', 'sender', subject) END
FROM (SELECT one.facility_id, one.sender, CASE WHEN starts_with(one.sender, '_edge/') OR EXISTS
    (SELECT FROM node n WHERE (n.facility_id, n.id) = (one.facility_id, one.sender))
    THEN one.sender ELSE %(nobody)s END AS subject
FROM sequence_state one JOIN sequence_state other
  ON other.facility_id = one.facility_id AND other.sender = one.sender AND other.started_at > one.started_at
WHERE least(one.updated_at, other.updated_at) > other.started_at + interval '15 minutes'
  AND one.updated_at > %(now)s - interval '1 hour'
  AND other.updated_at > %(now)s - interval '1 hour' AND one.facility_id IN (SELECT id FROM facility)
  AND one.epoch <> '{FOLDED_EPOCH}' AND other.epoch <> '{FOLDED_EPOCH}') senders
GROUP BY facility_id, subject"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION, nobody=NOBODY)
