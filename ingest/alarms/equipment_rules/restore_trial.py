"""No good restore of the archive of the log was tried for too long, or the newest trial was not equal.

Source: our own rule; twice the time between two trials stands in the view `restore_standing`. An installation without
such an archive has no row there.
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection

QUESTION: Final = """
SELECT f.id, 'centre', jsonb_build_object('code', known.code, 'good_at',
       to_char(coalesce(good_at, s.began_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
FROM restore_standing s JOIN (VALUES ('never', 'restore-never'), ('old', 'restore-old'), ('failed', 'restore-failed'),
    ('different', 'restore-different'), ('no-base', 'restore-no-base')) AS known (standing, code) USING (standing)
CROSS JOIN facility f"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION)
