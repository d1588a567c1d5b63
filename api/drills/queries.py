"""Rows of drills."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from api.http.database import DatabasePool

MAX_DRILLS: Final = 100
COLUMNS: Final = (
    "id, scenario ->> 'id' AS scenario, scenario ->> 'title' AS title, led_by, began_at, ended_at, sha256, record"
)
NEWEST: Final = f"""
SELECT {COLUMNS} FROM drill
WHERE facility_id = %(facility)s AND record IS NOT NULL ORDER BY began_at DESC, id DESC LIMIT {MAX_DRILLS}"""
ONE: Final = f"SELECT {COLUMNS} FROM drill WHERE facility_id = %(facility)s AND id = %(drill)s AND record IS NOT NULL"


class DrillRow(NamedTuple):
    """A drill as it is stored."""

    id: int
    scenario: str
    title: str
    led_by: str
    began_at: datetime
    ended_at: datetime | None
    sha256: str | None
    record: dict[str, Any]


async def newest(database: DatabasePool, facility: str) -> list[DrillRow]:
    """Return the newest drills of a facility."""
    return await database.rows(DrillRow, NEWEST, {"facility": facility})


async def one(database: DatabasePool, facility: str, drill: int) -> DrillRow | None:
    """Return a drill of a facility."""
    return await database.row(DrillRow, ONE, {"facility": facility, "drill": drill})
