"""Many messages of a sender wait in quarantine for a decision.

Source: our own rule and figure.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection

MANY: Final = 100
QUESTION: Final = """
SELECT facility_id, sender,
       jsonb_build_object('code', 'waiting-messages', 'count', count(*), 'sender', sender)
FROM quarantine WHERE state = 'open' AND facility_id IN (SELECT id FROM facility)
GROUP BY facility_id, sender HAVING count(*) > %(many)s"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION, many=MANY)
