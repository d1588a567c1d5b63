"""What laboratory values say of the limits of water, by the function that the page of water is made by.

Samples come seldom and are held against whole days, so they are read anew when a file of them came, the facility file
changed, the day turned, or the time of a sample came that a laboratory's clock had set ahead.
"""

from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from ingest.values import Connection
from tailings.assess import water
from tailings.assess.model import WaterCompliance
from tailings.facility import Facility
from tailings.water import ParsedSample
from tailings.water.limits import of_permit

NEWEST_FILE: Final = "SELECT coalesce(max(file_id), 0) FROM water_sample WHERE facility_id = %s"
SAMPLES: Final = """
SELECT name, point, medium, taken_at, laboratory, analyses FROM newest_water_sample
WHERE facility_id = %s AND taken_at >= %s"""
NEVER: Final = datetime.max.replace(tzinfo=UTC)
Key = tuple[object, ...]


class WaterLimits:
    """What is known of each facility, by the newest file of its samples, the version of its file, and the day; and
    until when: the time of the next sample."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Key, datetime, WaterCompliance | None]] = {}

    def of(self, connection: Connection, facility: Facility, now: datetime) -> WaterCompliance | None:
        """What the limits of a facility say; None: it has none."""
        row = connection.execute(NEWEST_FILE, (facility.id,)).fetchone()
        key = (row and row[0], facility.version_hash, now.astimezone(ZoneInfo(facility.timezone)).date())
        known = self._known.get(facility.id)
        if known is None or known[0] != key or now >= known[1]:
            known = self._known[facility.id] = key, *_compliance(connection, facility, now)
        return known[2]


def _compliance(connection: Connection, facility: Facility, now: datetime) -> tuple[datetime, WaterCompliance | None]:
    """Until when it holds that day, and what it is."""
    rows = connection.execute(SAMPLES, (facility.id, water.look_back(now))).fetchall()
    samples, permit = [_sample(*row) for row in rows], [of_permit(one) for one in facility.permit]
    ahead = (one.taken_at for one in samples if one.taken_at > now)
    return min(ahead, default=NEVER), water.assess(samples, permit, now, facility.timezone).compliance


def _sample(*columns: Any) -> ParsedSample:
    """A row of the statement: its columns are the fields of a sample."""
    return msgspec.convert(dict(zip(ParsedSample.__struct_fields__, columns, strict=True)), ParsedSample)
