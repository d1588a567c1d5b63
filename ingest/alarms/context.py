"""What stood around an event when it began: every instrument of the plan, the pond, and the rain of the day."""

from datetime import datetime, timedelta
from typing import Any, Final

from ingest.values import Connection
from tailings.assess.gauges import is_rain_gauge
from tailings.facility import Facility, Plan
from tailings.facility.plans import LEVELS
from tailings.tarp import month_of

AROUND: Final = ("pond-level", "rain")
VALUES: Final = """
SELECT d.name, d.quantity, d.unit, now.phenomenon_time, now.result, now.quality, before.result,
       CASE WHEN d.quantity = 'rain' THEN (
           SELECT sum(o.result) FROM observation o WHERE o.datastream_id = d.id AND o.quality IN (1, 2)
             AND o.phenomenon_time > %(at)s - interval '1 day' AND o.phenomenon_time <= %(at)s
             AND abs(o.result) < 1e300) END, d.formula
FROM datastream d
LEFT JOIN LATERAL (
    SELECT o.phenomenon_time, o.result, o.quality FROM observation o WHERE o.datastream_id = d.id
      AND o.phenomenon_time <= %(at)s AND o.phenomenon_time > %(at)s - interval '30 days'
    ORDER BY o.phenomenon_time DESC LIMIT 1) now ON true
LEFT JOIN LATERAL (
    SELECT o.result FROM observation o WHERE o.datastream_id = d.id AND o.quality IN (1, 2)
      AND o.phenomenon_time <= %(at)s - interval '1 day' AND o.phenomenon_time > %(at)s - interval '2 days'
    ORDER BY o.phenomenon_time DESC LIMIT 1) before ON true
WHERE d.facility_id = %(facility)s AND d.retired_at IS NULL
  AND (d.name = ANY (%(names)s) OR d.quantity = ANY (%(around)s)) ORDER BY d.name = ANY (%(names)s) DESC, d.id"""
MAX_ROWS: Final = 200
MILLISECOND: Final = timedelta(milliseconds=1)
"""Levels are followed in whole milliseconds; a stored time may have more digits."""


def gather(connection: Connection, facility: Facility, plan: Plan, at: datetime) -> list[dict[str, Any]]:
    """Return one table for each datastream: value and quality then, the value a day before, rain of 24 h, limits.

    The rain is that of gauges: what is a sum of another datastream's rain is added up no more.
    """
    names = [f"{facility.id}:{name}" for name in plan.datastreams()]
    values = {"facility": facility.id, "names": names, "around": list(AROUND), "at": at + MILLISECOND}
    limits = limits_of(plan, month_of(facility, at))
    return [
        {
            "datastream": name,
            "quantity": quantity,
            "unit": unit,
            "time": None if time is None else time.isoformat(),
            "value": value,
            "quality": quality,
            "day_before": day_before,
            "sum_24h": total if is_rain_gauge(quantity, formula) else None,
            "is_of_plan": name in names,
            "limits": limits.get(name.partition(":")[2], []),
        }
        for name, quantity, unit, time, value, quality, day_before, total, formula in connection.execute(
            VALUES, values
        ).fetchall()[:MAX_ROWS]
    ]


def limits_of(plan: Plan, month: int) -> dict[str, list[dict[str, Any]]]:
    """Return the tests of each datastream that hold in a month (1 to 12), with their levels, in the plan's order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for level in plan.levels:
        for leaf in level.when.leaves():
            if not leaf.holds_in(month):
                continue
            against = leaf.against.datastream if leaf.against else None
            found.setdefault(leaf.datastream or "", []).append(
                {
                    "level": LEVELS[level.rank],
                    "test": leaf.test,
                    "value": leaf.value,
                    "rate_over_s": leaf.rate_over_s,
                    "against": against,
                }
            )
    return found
