"""Little is free on the disk of the centre.

Source: our own rule and figure.
"""

import shutil
from collections.abc import Iterator

from ingest.alarms.equipment_rules import EquipmentFault, Inspection, coded


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Look at the disk on which ingest keeps its folder."""
    usage = shutil.disk_usage(inspection.centre.folder)
    if usage.free < inspection.centre.free_share * usage.total:
        yield from inspection.everywhere(coded("disk", free=round(usage.free / usage.total, 2)))
