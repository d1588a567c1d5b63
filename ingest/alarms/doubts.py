"""Why a change of level is taken back: a reading of that time that is doubted now."""

from datetime import datetime, timedelta
from typing import Any, Final

from ingest.values import Connection
from tailings.facility import Facility, Plan

MILLISECOND: Final = timedelta(milliseconds=1)
"""Levels are followed in whole milliseconds; a stored time may have more digits."""
DOUBTED: Final = """
SELECT d.name, o.result, d.unit, o.quality, o.tests FROM datastream d JOIN observation o ON o.datastream_id = d.id
WHERE d.name = ANY (%s) AND o.phenomenon_time >= %s AND o.phenomenon_time < %s AND o.quality IN (3, 4)
ORDER BY d.id LIMIT 1"""


def reading(connection: Connection, facility: Facility, plan: Plan, at: datetime) -> dict[str, Any] | None:
    """Name the reading of this time that was later judged suspect or failed, with its tests; None: there is none."""
    names = [f"{facility.id}:{name}" for name in plan.datastreams()]
    row = connection.execute(DOUBTED, (names, at, at + MILLISECOND)).fetchone()
    if row is None:
        return None
    name, value, unit, quality, tests = row
    found = {"datastream": name, "value": value, "unit": unit, "quality": quality}
    return found | {"tests": tests.split(",")} if tests else found
