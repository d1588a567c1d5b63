"""The newest readings that plans look at and are derived from, so that a suspect one gets the interval of its causes.

They are kept in memory alone: after a restart a suspect reading has an endless interval until its inputs come again.
"""

from collections.abc import Sequence
from typing import Final

from edge_agent.process.derive import Judged
from edge_agent.process.flag_propagation import Causes
from edge_agent.process.windows import among, merged
from tailings.assess import bounds
from tailings.assess.bounds import BoundedRows
from tailings.facility import Facility
from tailings.series import Bounded, Series, join

KEPT: Final = 64  # rows of each datastream besides those of the group: as many as its inputs are behind


class Sources:
    """Readings by datastream, with the tests that lowered them."""

    def __init__(self, facility: Facility) -> None:
        self._facility = facility
        self._planned = {name for plan in facility.tarp.values() for name in plan.datastreams()}
        self._wanted = set(bounds.sources(facility, self._planned))
        self._rows: dict[str, BoundedRows] = {}

    def bounded(self, judged: Sequence[Judged], verdicts: Sequence[Judged] = ()) -> dict[str, Bounded]:
        """The readings of a group that plans look at, with their intervals; verdicts on rows before count from now."""
        for one in verdicts:
            if (known := self._rows.get(one.datastream.name)) is not None:
                here = among(one.series.time_ms, known.series.time_ms)
                tests = [why for why, is_here in zip(one.tests, here.tolist(), strict=True) if is_here]
                self._rows[one.datastream.name] = _with(known, one.series.rows(here), tests)
        fresh = {one.datastream.name: one for one in judged if one.datastream.name in self._wanted}
        for name, one in fresh.items():
            self._rows[name] = _with(self._rows.get(name), one.series, one.tests)
        found: dict[str, Bounded] = {}
        for name, one in fresh.items():
            if name in self._planned and bounds.needs_sources(one.series.quality):
                whole = bounds.bounded(name, self._rows, self._facility)
                found[name] = whole.rows(among(whole.time_ms, one.series.time_ms))
            elif name in self._planned:
                found[name] = Bounded.of(one.series)
        for name in fresh:
            self._rows[name] = _newest(self._rows[name])
        return found


def _with(known: BoundedRows | None, series: Series, tests: Causes) -> BoundedRows:
    """The rows of a datastream with others of it, each in its place: a late one is not the newest."""
    named = {at: why for at, why in zip(series.time_ms.tolist(), tests, strict=True) if why}
    if known is None or not len(known.series):
        return BoundedRows(series, named)
    is_later = len(series) and series.time_ms[0] > known.series.time_ms[-1]
    whole = join([known.series, series]) if is_later else merged(series, known.series)
    again = set() if is_later else set(series.time_ms.tolist())
    return BoundedRows(whole, {at: why for at, why in known.tests.items() if at not in again} | named)


def _newest(rows: BoundedRows) -> BoundedRows:
    if len(rows.series) <= KEPT:
        return rows
    series = rows.series.rows(slice(len(rows.series) - KEPT, None))
    first_ms = int(series.time_ms[0])
    return BoundedRows(series, {at: why for at, why in rows.tests.items() if at >= first_ms})
