"""Stored readings as a plan looks at them: with the interval in which each true value lies.

Only where a reading did not pass is anything read of what it is derived from.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ingest import rederive
from ingest.alarms import states
from ingest.rederive import StoredSeries
from ingest.values import Connection
from tailings.assess import bounds
from tailings.assess.bounds import BoundedRows
from tailings.facility import Facility
from tailings.series import Bounded, Series

MAX_TESTS: Final = 200_000
"""Rows that did not pass, of one stretch; beyond it the oldest have an endless interval."""
TESTS: Final = """
SELECT datastream_id, (extract(epoch FROM phenomenon_time) * 1000)::bigint, tests FROM observation
WHERE datastream_id = ANY (%s) AND quality IN (3, 9) AND tests IS NOT NULL
  AND phenomenon_time >= to_timestamp(%s / 1000.0) AND phenomenon_time < to_timestamp(%s / 1000.0)
ORDER BY phenomenon_time DESC LIMIT %s"""


def read(
    connection: Connection, facility: Facility, ids: Mapping[str, int], start_ms: int, stop_ms: int
) -> dict[str, Bounded]:
    """Return the rows of these datastreams in [start, stop), by name; one without rows is not there."""
    series = _series(connection, ids, start_ms, stop_ms)
    doubted = [name for name, one in series.items() if bounds.needs_sources(one.quality)]
    found = {name: Bounded.of(one) for name, one in series.items()}
    if doubted:
        rows = _with_sources(connection, facility, doubted, start_ms, stop_ms)
        for name in doubted:
            bounded = bounds.bounded(name, rows, facility)
            found[name] = bounded.rows(bounded.time_ms >= start_ms)
    return found


def _with_sources(
    connection: Connection, facility: Facility, names: Iterable[str], start_ms: int, stop_ms: int
) -> dict[str, BoundedRows]:
    """The rows of datastreams and of all that they are derived from, as far back as a formula looks."""
    sources = bounds.sources(facility, list(names))
    before_s = bounds.looked_back_s(facility, sources)
    ids = states.ids_of(connection, facility, sources)
    first_ms = start_ms - round(before_s * 1000)
    names_of = {number: name for name, number in ids.items()}
    tests: dict[str, dict[int, str]] = {}
    for number, at_ms, text in connection.execute(TESTS, (list(names_of), first_ms, stop_ms, MAX_TESTS)).fetchall():
        tests.setdefault(names_of[number], {})[at_ms] = text
    series = _series(connection, ids, first_ms, stop_ms)
    return {name: BoundedRows(one, tests.get(name, {})) for name, one in series.items()}


def _series(connection: Connection, ids: Mapping[str, int], start_ms: int, stop_ms: int) -> dict[str, Series]:
    stored = rederive.read(connection, ids.values(), start_ms, stop_ms)
    return {name: series_of(stored[id]) for name, id in ids.items() if id in stored}


def series_of(rows: StoredSeries) -> Series:
    """Stored rows as a series."""
    return Series(rows.time_ms, rows.result, rows.quality)
