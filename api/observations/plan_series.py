"""Stored readings as series of the science, for whoever asks what plans make of them."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from api.http.database import DatabasePool
from api.observations import queries
from tailings.series import Series


async def read(
    database: DatabasePool, names: Mapping[int, str], start: datetime, end: datetime, limit: int
) -> dict[str, Series]:
    """Return the first `limit` readings of each of these datastreams (name by number) in [start, end), by name."""
    found = {}
    for id, read in (await queries.raw_of_some(database, list(names), start, end, limit)).items():
        # Times of the plans are in milliseconds; the second of two readings within one is left out.
        times = read.time_us // 1000
        kept = np.concatenate(([True], np.diff(times) > 0)) if times.size else np.zeros(0, np.bool_)
        found[names[id]] = Series.of(times[kept], read.result[kept], read.quality[kept])
    return found
