"""The newest readings that plans look at and are derived from, so that a suspect one gets the interval of its causes.

They are kept in memory alone: after a restart a suspect reading has an endless interval until its inputs come again.
"""

from collections.abc import Sequence
from typing import Final

from edge_agent.process.derive import Judged
from tailings.assess import bounds
from tailings.assess.bounds import BoundedRows
from tailings.facility import Facility
from tailings.series import Bounded, join

KEPT: Final = 64  # rows of each datastream besides those of the group: as many as its inputs are behind


class Sources:
    """Readings by datastream, with the tests that lowered them."""

    def __init__(self, facility: Facility) -> None:
        self._facility = facility
        self._planned = {name for plan in facility.tarp.values() for name in plan.datastreams()}
        self._wanted = set(bounds.sources(facility, self._planned))
        self._rows: dict[str, BoundedRows] = {}

    def bounded(self, judged: Sequence[Judged]) -> dict[str, Bounded]:
        """The readings of a group that plans look at, with their intervals."""
        fresh = {one.datastream.name: one for one in judged if one.datastream.name in self._wanted}
        for name, one in fresh.items():
            self._rows[name] = _followed_by(self._rows.get(name), one)
        found: dict[str, Bounded] = {}
        for name, one in fresh.items():
            if name in self._planned and bounds.needs_sources(one.series.quality):
                whole = bounds.bounded(name, self._rows, self._facility)
                found[name] = whole.rows(slice(len(whole) - len(one.series), None))
            elif name in self._planned:
                found[name] = Bounded.of(one.series)
        for name in fresh:
            self._rows[name] = _newest(self._rows[name])
        return found


def _followed_by(known: BoundedRows | None, one: Judged) -> BoundedRows:
    """The rows of a datastream with those of a group; what comes late stands alone."""
    series = one.series
    tests = {at: why for at, why in zip(series.time_ms.tolist(), one.tests, strict=True) if why}
    if known is None or not len(series) or (len(known.series) and series.time_ms[0] <= known.series.time_ms[-1]):
        return BoundedRows(series, tests)
    return BoundedRows(join([known.series, series]), {**known.tests, **tests})


def _newest(rows: BoundedRows) -> BoundedRows:
    if len(rows.series) <= KEPT:
        return rows
    series = rows.series.rows(slice(len(rows.series) - KEPT, None))
    first_ms = int(series.time_ms[0])
    return BoundedRows(series, {at: why for at, why in rows.tests.items() if at >= first_ms})
