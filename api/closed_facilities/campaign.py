"""Where a sampling campaign at closed facilities takes away most doubt for its cost, by the plan of screenings."""

from __future__ import annotations

from collections.abc import Mapping

from api.closed_facilities.gathering import GatheredClosed
from api.closed_facilities.models import ClosedPlan, ClosedPlanned
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.screening import answers as screening
from api.screening.filters import PlanFilter
from api.screening.models import PlannedSamples
from tailings.register.closed_facilities import ClosedFacility
from tailings.register.same_facility import Member


async def of_closed(
    database: DatabasePool, found: GatheredClosed, asked: PlanFilter, sees_all: bool
) -> ClosedPlan | None:
    """Return the plan over the closed facilities that are in the database.

    None: nobody has run a screening, or it has more intervals of them than a plan holds.
    """
    if found.screening is None:
        return None
    try:
        planned = await screening.plan(database, found.screening, asked, sees_all, only=found.screened.keys())
    except BadParameter:
        return None
    return ClosedPlan(
        wanted=planned.wanted,
        samples=planned.samples,
        cost=planned.cost,
        removes=planned.removes,
        evenly=planned.evenly,
        without_mass=planned.without_mass,
        without_interval=found.unscreened,
        facilities=[_planned(one, found.screened) for one in planned.facilities],
    )


def _planned(one: PlannedSamples, of: Mapping[Member, ClosedFacility]) -> ClosedPlanned:
    key = one.facility if one.facility in of else one.entry
    assert key is not None
    closed = of[key]
    return ClosedPlanned(
        number=closed.number,
        id=str(closed.rows[0].values["id"]),
        name=str(closed.rows[0].values["name"]),
        sampled=closed.stages["sampling"],
        samples=one.samples,
        cost=one.cost,
        removes=one.removes,
        elements=one.elements,
    )
