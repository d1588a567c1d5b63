"""The filters doubt much of what a datastream gave in 24 hours.

Source: our own rule and figures.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection

SHARE: Final = 0.25
LEAST: Final = 24
"""Of fewer readings nothing is said."""
QUESTION: Final = """
WITH counted AS (
    SELECT d.facility_id, split_part(d.name, ':', 2) || ':' || split_part(d.name, ':', 3) AS local_name,
           sum(h.suspect + h.fail) AS flagged, sum(h.pass + h.not_evaluated + h.suspect + h.fail) AS readings
    FROM rollup_hour h JOIN datastream d ON d.id = h.datastream_id
    WHERE h.start > %(now)s - interval '25 hours' AND h.start <= %(now)s AND d.retired_at IS NULL
    GROUP BY d.id
)
SELECT facility_id, local_name, jsonb_build_object('code', 'filter-rate', 'datastream', local_name,
    'percent', round(100.0 * flagged / readings))
FROM counted WHERE readings >= %(least)s AND flagged > %(share)s * readings"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION, share=SHARE, least=LEAST)
