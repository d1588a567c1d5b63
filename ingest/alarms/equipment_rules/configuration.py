"""A node did not take its newest configuration: it goes on by the one before, whatever the facility file says.

It is over when a later one is taken. The reason is the node's own word. Source: our own rule; `cmd/config` stands in
docs/wire.md.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection

QUESTION: Final = """
SELECT n.facility_id, n.id,
       jsonb_build_object('code', 'configuration', 'node', n.id, 'reason', s.document->'nodes'->n.id->>'refused')
FROM node n JOIN agent_state s ON s.facility_id = n.facility_id AND s.agent_id = n.agent_id
WHERE n.retired_at IS NULL AND s.document->'nodes'->n.id->>'refused' IS NOT NULL"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION)
