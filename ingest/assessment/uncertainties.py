"""The uncertainty of the newest readings that plans look at, worked out now and then and kept in memory.

It hardly depends on the values, and much work goes into it, so it is renewed after ten minutes or with a new version of
the file. All newest readings are taken as of one instant: how far they err does not depend on their age.
"""

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from ingest.alarms import states
from ingest.values import Connection
from tailings.assess import bounds
from tailings.facility import Facility
from tailings.series import Series
from tailings.uncertainty import Propagation

RENEWED_AFTER: Final = timedelta(minutes=10)
NEWEST: Final = "SELECT datastream_id, result FROM latest WHERE datastream_id = ANY (%s) AND result IS NOT NULL"


class Uncertainties:
    """What is known of each facility, by the version of its file."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, str, Propagation]] = {}

    def of(self, connection: Connection, facility: Facility, now: datetime) -> Propagation:
        """The uncertainties of a facility's newest readings, at most ten minutes old."""
        made = self._known.get(facility.id)
        if made is None or now - made[0] >= RENEWED_AFTER or made[1] != facility.version_hash:
            made = now, facility.version_hash, _newest(connection, facility, now)
            self._known[facility.id] = made
        return made[2]


def _newest(connection: Connection, facility: Facility, now: datetime) -> Propagation:
    planned = {name for plan in facility.tarp.values() for name in plan.datastreams()}
    ids = states.ids_of(connection, facility, bounds.sources(facility, planned))
    results: dict[int, float] = dict(connection.execute(NEWEST, (list(ids.values()),)).fetchall())
    at_ms = np.array([round(now.timestamp() * 1000)])
    rows = {name: Series.of(at_ms, [results[id]]) for name, id in ids.items() if id in results}
    return Propagation(facility, rows)
