"""Nobody is on duty by the rota, now or within a day: alarms go to all of its members then, and none of them knows.

Source: our own rule and figure; a day leaves time to find somebody.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection, coded, instant
from ingest.notifications import rotas
from tailings.rota import REACH, gaps

AHEAD: Final = timedelta(days=1)


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Look at the first gap of each facility that has a rota; one that stands is named with its beginning."""
    now = inspection.now
    for facility, rota in rotas.known(inspection.connection).items():
        ahead = [one for one in gaps(rota, now - REACH, now + REACH) if one.stop > now and one.start < now + AHEAD]
        for one in ahead[:1]:
            detail = coded("rota-gap", start_at=instant(one.start), stop_at=instant(one.stop))
            yield EquipmentFault(facility, "rota", detail)
