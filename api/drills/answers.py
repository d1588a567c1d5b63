"""The one way to drills, for their addresses and their page."""

from collections import Counter
from typing import Any

from api.drills import queries
from api.drills.models import Drill, DrillRecord, Drills, DrillSummary
from api.drills.queries import DrillRow
from api.http.database import DatabasePool
from api.http.errors import NotFound


async def newest(database: DatabasePool, facility: str) -> Drills:
    """Return the newest drills of a facility."""
    rows = await queries.newest(database, facility)
    return Drills(facility=facility, drills=[DrillSummary(**_summary(row)) for row in rows])


async def one(database: DatabasePool, facility: str, drill: int) -> Drill:
    """Return a drill with its record; raise NotFound."""
    row = await queries.one(database, facility, drill)
    if row is None:
        raise NotFound(f"There is no drill {drill} of {facility}: ask for the list of its drills.", "drill")
    return Drill(**_summary(row), facility=facility, record=DrillRecord.model_validate(row.record))


def _summary(row: DrillRow) -> dict[str, Any]:
    counts = Counter(str(one["outcome"]) for one in row.record["reactions"])
    return {name: value for name, value in row._asdict().items() if name != "record"} | {"counts": dict(counts)}
