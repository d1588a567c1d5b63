"""Why a change of level is taken back: a reading of that time that is doubted now."""

from datetime import datetime, timedelta
from typing import Final

from ingest.values import Connection
from tailings.facility import Facility, Plan

MILLISECOND: Final = timedelta(milliseconds=1)
"""Levels are followed in whole milliseconds; a stored time may have more digits."""
DOUBTED: Final = """
SELECT d.name, o.result, d.unit, o.quality, o.tests FROM datastream d JOIN observation o ON o.datastream_id = d.id
WHERE d.name = ANY (%s) AND o.phenomenon_time >= %s AND o.phenomenon_time < %s AND o.quality IN (3, 4)
ORDER BY d.id LIMIT 1"""
WORDS: Final = {3: "suspect", 4: "failed"}


def said(connection: Connection, facility: Facility, plan: Plan, at: datetime) -> str:
    """Name the reading of this time that was later judged suspect or failed, with its tests; empty: there is none."""
    names = [f"{facility.id}:{name}" for name in plan.datastreams()]
    row = connection.execute(DOUBTED, (names, at, at + MILLISECOND)).fetchone()
    if row is None:
        return ""
    name, result, unit, quality, tests = row
    return (
        f"because its reading was later judged {WORDS[quality]}: {name} {result:.10g} {unit}{tests and f' ({tests})'}"
    )
