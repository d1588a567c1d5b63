"""The uncertainty of the newest values that plans look at, worked out now and then and kept in memory.

Of single readings it hardly depends on the values, and much work goes into it, so it is renewed after ten minutes,
with a new version of the file, or within a minute of the first value of a datastream. Of a window (a sum of rain, a
mean) it depends on all that is in it: it is renewed with a newer value, once a minute at most, from the rows of that
window alone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct

from ingest import rederive
from ingest.alarms import states
from ingest.alarms.readings import series_of
from ingest.values import Connection
from tailings import uncertainty
from tailings.assess import bounds
from tailings.facility import Facility
from tailings.series import Series
from tailings.uncertainty import NewestUncertainties, Propagation, Uncertainty
from wire import quality as flag

RENEWED_AFTER: Final = timedelta(minutes=10)
LOOKED_EVERY: Final = timedelta(minutes=1)
MAX_ROWS: Final = 50_000
"""Of a window with all behind it: of a longer one nothing is known, so that an assessment costs no more than that."""
NEWEST: Final = """
SELECT datastream_id, result, (extract(epoch FROM phenomenon_time) * 1000)::bigint FROM latest
WHERE datastream_id = ANY (%s) AND result IS NOT NULL"""


class WindowUncertainty(NamedTuple):
    """The uncertainty of a value that is made of a window, and the time of that value [Unix ms]."""

    at_ms: int
    known: Uncertainty


class KnownOfFacility(Struct):
    """What is known of one version of a facility file, and when it was worked out."""

    version_hash: str
    newest: Propagation
    newest_at: datetime
    names: frozenset[str]
    """The datastreams that had a value then."""
    windows: dict[str, WindowUncertainty]
    looked_at: datetime
    """When windows, and what has its first value, were looked for."""


class Uncertainties:
    """What is known of each facility, by its id."""

    def __init__(self) -> None:
        self._known: dict[str, KnownOfFacility] = {}

    def of(self, connection: Connection, facility: Facility, now: datetime) -> NewestUncertainties:
        """The uncertainties of a facility's newest values: ten minutes old at most, of windows and first values one."""
        known = self._known.get(facility.id)
        if known is not None and known.version_hash != facility.version_hash:
            known = None
        if known is None or now - known.looked_at >= LOOKED_EVERY:
            results = _results(connection, facility)
            if known is None or now - known.newest_at >= RENEWED_AFTER or results.keys() - known.names:
                known = _of_newest(facility, results, {} if known is None else known.windows, now)
            known.windows, known.looked_at = dict(_windows(connection, facility, known.windows)), now
            self._known[facility.id] = known
        return NewestUncertainties(known.newest, {name: one.known for name, one in known.windows.items()})


def _planned(facility: Facility) -> set[str]:
    return {name for plan in facility.tarp.values() for name in plan.datastreams()}


def _results(connection: Connection, facility: Facility) -> dict[str, float]:
    """The newest values of all that plans rest on, by name; what has none yet is left out."""
    ids = states.ids_of(connection, facility, bounds.sources(facility, _planned(facility)))
    found = connection.execute(NEWEST, (list(ids.values()),)).fetchall()
    results: dict[int, float] = {id: result for id, result, _ in found}
    return {name: results[id] for name, id in ids.items() if id in results}


def _of_newest(
    facility: Facility, results: dict[str, float], windows: dict[str, WindowUncertainty], now: datetime
) -> KnownOfFacility:
    at_ms = np.array([round(now.timestamp() * 1000)])
    rows = {name: Series.of(at_ms, [result]) for name, result in results.items()}
    newest, names = Propagation(facility, rows), frozenset(results)
    return KnownOfFacility(facility.version_hash, newest, now, names, windows, looked_at=now)


def _windows(
    connection: Connection, facility: Facility, known: dict[str, WindowUncertainty]
) -> Iterator[tuple[str, WindowUncertainty]]:
    """Those of plans, by name; what was worked out of a value that is still the newest one is left as it is."""
    names = [name for name in sorted(_planned(facility)) if uncertainty.is_of_window(facility, name)]
    if not names:
        return
    ids = states.ids_of(connection, facility, bounds.sources(facility, names))
    found = connection.execute(NEWEST, ([ids[name] for name in names if name in ids],)).fetchall()
    newest = {id: Series.of([at_ms], [result]) for id, result, at_ms in found}
    for name in names:
        value = newest.get(ids.get(name, 0))
        if value is None:
            continue
        at_ms = int(value.time_ms[0])
        if name in known and known[name].at_ms == at_ms:
            yield name, known[name]
        else:
            yield name, WindowUncertainty(at_ms, _of_window(connection, facility, name, value, ids))


def _of_window(
    connection: Connection, facility: Facility, name: str, value: Series, ids: dict[str, int]
) -> Uncertainty:
    """Of the newest value of a datastream; without a row where its window has too many."""
    sources = bounds.sources(facility, [name])
    at_ms = int(value.time_ms[0])
    start_ms = at_ms - round(bounds.looked_back_s(facility, sources) * 1000)
    behind = {ids[source]: source for source in sources if source in ids and source != name}
    stored = rederive.read(connection, behind, start_ms, at_ms + 1, most=MAX_ROWS)
    if sum(map(len, stored.values())) >= MAX_ROWS:
        return Uncertainty.nothing()
    rows = {behind[id]: _measured(series_of(one)) for id, one in stored.items()}
    return uncertainty.of_window(facility, name, value, rows)


def _measured(series: Series) -> Series:
    return series.rows(series.quality != flag.MISSING)
