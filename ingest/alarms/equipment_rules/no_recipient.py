"""A level of a plan that calls is told to nobody.

Source: our own rule; a plan that is blind is told to those who are told of its yellow, whether it has one or not.
"""

from collections.abc import Iterator
from typing import Final

from ingest import versions
from ingest.alarms.equipment_rules import Detail, EquipmentFault, Inspection, coded
from tailings import tarp
from tailings.facility import Plan
from tailings.facility.plans import LEVELS

SEES: Final = 1
FROM_LEVEL: Final = """
SELECT facility_id, min(from_level) FROM recipient WHERE family = 'dam' AND ended_at IS NULL GROUP BY facility_id"""


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Look at the plans of each facility, and at the lowest level that somebody is told of."""
    told_from: dict[str, int] = dict(inspection.connection.execute(FROM_LEVEL).fetchall())
    today = inspection.now.date()
    for facility in inspection.facilities:
        given = versions.given(inspection.connection, facility.id)
        calling = [plan for plan in facility.tarp.values() if tarp.calls(plan, today, given)]
        if (wrong := _untold(calling, told_from.get(facility.id))) is not None:
            yield EquipmentFault(facility.id, "", wrong)


def _untold(calling: list[Plan], from_level: int | None) -> Detail | None:
    """Say which levels of the plans that call are told to nobody; None: each is told to somebody."""
    ranks = {plan.id: {SEES, *(level.rank for level in plan.levels)} for plan in calling}
    untold = sorted({rank for some in ranks.values() for rank in some if from_level is None or rank < from_level})
    if not untold:
        return None
    plans = [name for name, some in ranks.items() if some & set(untold)]
    return coded("nobody-told", levels=[LEVELS[rank] for rank in untold], plans=plans)
