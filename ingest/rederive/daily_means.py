"""Daily means of stored datastreams, on one calendar: what a model of years is fitted to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np

from ingest.values import Connection
from tailings.series import Times, Values

DAYS: Final = """
SELECT name, (extract(epoch FROM start) * 1000)::bigint, mean
FROM datastream, LATERAL days_of(datastream.id, %s, %s) WHERE facility_id = %s AND name = ANY (%s)
  AND suspect = 0 AND mean IS NOT NULL"""


def daily_means(
    connection: Connection, facility: str, names: Sequence[str], start: datetime, stop: datetime
) -> tuple[Times, list[Values]]:
    """Return the starts of all days with a mean of any of them, and for each datastream its means, NaN for none.

    Days are those of the facility's standard time. A day with a suspect reading has no mean.
    """
    full = [f"{facility}:{name}" for name in names]
    rows = connection.execute(DAYS, (start, stop, facility, full)).fetchall()
    day_ms = np.unique(np.array([row[1] for row in rows], np.int64))
    means = {name: np.full(day_ms.size, np.nan) for name in full}
    for name, start_ms, mean in rows:
        means[name][np.searchsorted(day_ms, start_ms)] = mean
    return day_ms, [means[name] for name in full]
