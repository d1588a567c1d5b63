"""Months of one facility, in UTC, and what the database holds of them."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from ingest.values import Connection

COVERAGE: Final = """
SELECT min(first_time), max(l.phenomenon_time) FROM latest l JOIN datastream d ON d.id = l.datastream_id
WHERE d.facility_id = %s"""


class Month(msgspec.Struct, frozen=True, order=True):
    """One month, named `2026-05`."""

    name: str

    @property
    def start(self) -> datetime:
        return datetime.strptime(self.name, "%Y-%m").replace(tzinfo=UTC)

    @property
    def stop(self) -> datetime:
        """The first instant of the next month."""
        start = self.start
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def month_of(time: datetime) -> Month:
    """Return the month of an instant."""
    return Month(f"{time.astimezone(UTC):%Y-%m}")


def months(connection: Connection, facility: str, before: datetime) -> list[Month]:
    """Return the months of a facility's observations that were over at `before`, oldest first."""
    first, last = connection.execute(COVERAGE, (facility,)).fetchone() or (None, None)
    if first is None:
        return []
    found = [month_of(first)]
    while found[-1].stop <= last:
        found.append(month_of(found[-1].stop))
    return [month for month in found if month.stop <= before]
