"""Nobody outside watches the centre: an address takes no heartbeat of it.

Source: our own rule and figure.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection

MINUTES: Final = 15
QUESTION: Final = """
SELECT f.id, 'centre', jsonb_build_object('code', 'heartbeat', 'host', min(h.host), 'failing_at',
       to_char(min(h.failing_since) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
FROM heartbeat h CROSS JOIN facility f
WHERE h.failing_since < %(now)s - make_interval(mins => %(minutes)s::int) GROUP BY f.id"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION, minutes=MINUTES)
