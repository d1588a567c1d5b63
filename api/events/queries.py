"""Events of a facility in a window, each kind by itself and the newest of it; all that is asked for has a limit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from api.events.models import FacilityEvent
from api.http.database import DatabasePool
from tailings.facility.plans import LEVELS

SILENT: Final = "silent-node"
ALARMS: Final = """
SELECT CASE WHEN h.kind = 'returned' THEN 'cleared' ELSE 'raised' END AS code, h.at AS time, e.id AS alarm,
       e.title AS failure_mode, (CASE WHEN h.kind = 'returned' THEN e.highest ELSE h.level END)::int AS level
FROM alarm_event e JOIN alarm_history h ON h.event_id = e.id
WHERE e.facility_id = %(facility)s AND e.family = 'dam' AND e.type = 'level' AND NOT e.is_simulated
  AND h.kind IN ('raised', 'escalated', 'raised-again', 'returned') AND h.at >= %(start)s AND h.at < %(end)s
ORDER BY h.at DESC LIMIT %(limit)s
"""
GAPS: Final = """
SELECT 'gap' AS code, since AS time, returned_at AS "end", subject AS node FROM (
    SELECT subject, returned_at, coalesce((detail ->> 'last_seen_at')::timestamptz, began_at) AS since
    FROM alarm_event WHERE facility_id = %(facility)s AND family = 'maintenance' AND rule = %(silent)s
) e WHERE since < %(end)s AND coalesce(returned_at, 'infinity') > %(start)s
ORDER BY since DESC LIMIT %(limit)s
"""
ANNOTATIONS: Final = """
SELECT 'annotation' AS code, a.from_time AS time, a.to_time AS "end", d.name AS datastream, a.reason
FROM annotation a LEFT JOIN datastream d ON d.id = a.datastream_id
WHERE a.facility_id = %(facility)s AND a.withdrawn_at IS NULL AND a.from_time < %(end)s AND a.to_time > %(start)s
ORDER BY a.from_time DESC LIMIT %(limit)s
"""
REVISIONS: Final = """
SELECT 'revision' AS code, made_at AS time, kind, reason, cfg AS version,
       CASE WHEN author ~ '^(program|agent):' THEN author END AS author
FROM revision WHERE facility_id = %(facility)s AND kind <> 'quality-update'
  AND made_at >= %(start)s AND made_at < %(end)s
ORDER BY made_at DESC LIMIT %(limit)s
"""
RAIN: Final = """
SELECT id, unit, formula FROM datastream WHERE facility_id = %(facility)s AND quantity = 'rain' ORDER BY id
"""


class RainStream(NamedTuple):
    """A datastream of rain."""

    id: int
    unit: str
    formula: str | None


def _event(level: int | None = None, **row: Any) -> FacilityEvent:
    return FacilityEvent(level=LEVELS[level] if level else None, **row)


async def of_facility(
    database: DatabasePool, facility: str, start: datetime, end: datetime, limit: int
) -> Sequence[list[FacilityEvent]]:
    """Return alarms, gaps, annotations and revisions that touch [start, end), the newest `limit` of each kind."""
    values = {"facility": facility, "start": start, "end": end, "limit": limit, "silent": SILENT}
    return [await database.rows(_event, one, values) for one in (ALARMS, GAPS, ANNOTATIONS, REVISIONS)]


async def rain(database: DatabasePool, facility: str) -> list[RainStream]:
    """Return the datastreams of rain, gauges and sums."""
    return await database.rows(RainStream, RAIN, {"facility": facility})
