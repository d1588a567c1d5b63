"""Which levels of the action plans would be crossed, or not crossed any more, if the values became the derived ones."""

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np

from ingest.rederive.comparison import DatastreamDifference
from ingest.rederive.stored_series import StoredSeries
from tailings import tarp
from tailings.facility import Facility
from tailings.facility.plans import LEVELS
from tailings.series import Series, join

MAX_ROWS: Final = 20_000_000
"""What is kept in memory for the plans, 34 bytes a row."""
TOO_LONG: Final = "too-long"
"""A code of the catalogue (record.previews)."""


class Crossing(msgspec.Struct, frozen=True):
    """A change of level that one side has and the other has not. `is_new`: it would come; else it would vanish."""

    plan: str
    time_s: float
    before: str
    after: str
    is_new: bool


class Crossings:
    """Collects, piece by piece, what the plans look at: as it is stored, and as it would be."""

    def __init__(self, facility: Facility) -> None:
        self._facility = facility
        self._names = {name for plan in facility.tarp.values() for name in plan.datastreams()}
        self._stored: dict[str, list[Series]] = {name: [] for name in self._names}
        self._derived: dict[str, list[Series]] = {name: [] for name in self._names}
        self._rows = 0

    def add(
        self,
        differences: Mapping[str, DatastreamDifference],
        known: Mapping[str, StoredSeries],
        start_ms: int,
        stop_ms: int,
    ) -> None:
        """Take in a piece."""
        for name in self._names if self._rows <= MAX_ROWS else ():
            if name in known:
                stored = known[name]
                inside = (stored.time_ms >= start_ms) & (stored.time_ms < stop_ms)
                series = Series(stored.time_ms[inside], stored.result[inside], stored.quality[inside])
                self._stored[name].append(series)
                self._rows += len(series)
            if name in differences:
                self._derived[name].append(differences[name].new)

    def found(self) -> tuple[list[Crossing], str | None]:
        """Return the crossings in order of time, and what a person should know of them."""
        if self._rows > MAX_ROWS:
            return [], TOO_LONG
        before, after = _whole(self._stored), _whole(self._derived)
        crossings = []
        for plan in self._facility.tarp.values():
            was = set(tarp.events(tarp.timeline(plan, before, self._facility)))
            becomes = set(tarp.events(tarp.timeline(plan, after, self._facility)))
            crossings += [_crossing(plan.id, event, True) for event in becomes - was]
            crossings += [_crossing(plan.id, event, False) for event in was - becomes]
        return sorted(crossings, key=lambda one: (one.time_s, one.plan, one.is_new)), None


def _whole(parts: Mapping[str, list[Series]]) -> dict[str, Series]:
    return {name: join(some) for name, some in parts.items() if some}


def _crossing(plan: str, event: tarp.LevelChange, is_new: bool) -> Crossing:
    return Crossing(plan, float(np.float64(event.time_ms) / 1000), LEVELS[event.before], LEVELS[event.after], is_new)
