"""What came derived under an older version of its facility than the stored one: kept as it came, derived anew later."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ingest.store.rows import NO_CFG, ObservationRows
from ingest.values import Arrival, Connection

VERSIONS: Final = "SELECT id, version FROM facility"
WRITE: Final = "INSERT INTO outdated_span (facility_id, first_ms, last_ms) VALUES (%s, %s, %s)"


def write(connection: Connection, arrivals: Sequence[Arrival], rows: ObservationRows) -> None:
    """Record the span of what is outdated, one for each facility."""
    if not (rows.cfg != NO_CFG).any():
        return
    versions: dict[str, int] = dict(connection.execute(VERSIONS).fetchall())
    version = np.array([versions.get(arrival.facility, 0) for arrival in arrivals])
    is_outdated = (rows.cfg != NO_CFG) & (rows.cfg < version[rows.arrival])
    if is_outdated.any():
        facilities = np.array([arrival.facility for arrival in arrivals])[rows.arrival]
        for facility in np.unique(facilities[is_outdated]).tolist():
            times = rows.time_ms[is_outdated & (facilities == facility)]
            connection.execute(WRITE, (facility, int(times.min()), int(times.max())))
