"""Batches wait at a gateway, the oldest for more than an hour.

Source: our own rule and figure.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import Fault, Inspection

BATCHES: Final = 200
QUESTION: Final = """
SELECT facility_id, '_edge/' || agent_id,
       format('%%s batches wait at gateway %%s, the oldest since %%s', batches, agent_id,
              to_char(oldest_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"'))
FROM agent_state WHERE batches >= %(batches)s AND %(now)s - oldest_at > interval '1 hour'
  AND facility_id IN (SELECT id FROM facility)"""


def find(inspection: Inspection) -> Iterator[Fault]:
    """Ask the database."""
    return inspection.ask(QUESTION, batches=BATCHES)
