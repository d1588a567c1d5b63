"""The last values of each datastream that a formula or a filter looks back at, in memory and in each group commit."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec
import numpy as np

from edge_agent.buffer import RecentRows
from edge_agent.values import Times
from tailings import filters, formulas
from tailings.facility import Datastream, Facility
from tailings.series import Mask, Series, join

MIN_ROWS: Final = 16  # also without any need: packs of one instant do not always come in order
SHORT_ROWS: Final = 4096  # every window may have as many: a day at 20 s
TOTAL_ROWS: Final = 400_000  # of all longer windows together, 7 MB; what needs more is left to the centre
MS_PER_S: Final = 1000
MS_PER_DAY: Final = 86_400_000
BEGINNING_MS: Final = -(2**62)
LOOK_AGAIN_ROWS: Final = 2  # a result is derived again when its input is judged anew, one or two readings later

LoadRecent = Callable[[str], Iterable[tuple[int, float | None, int]]]


class Reach(msgspec.Struct, frozen=True):
    """How far back somebody looks at a datastream: at least so long, and at least so many rows."""

    before_ms: int = 0
    rows: int = MIN_ROWS

    def widened(self, before_s: float, rows: int = 0) -> "Reach":
        return Reach(max(self.before_ms, round(before_s * MS_PER_S)), max(self.rows, rows))


def reaches(facility: Facility) -> dict[str, Reach]:
    """For each datastream that is an input of a formula or has filters, how much of its past is needed."""
    found: dict[str, Reach] = {}
    for datastream in facility.datastreams.values():
        history_s = formulas.history_s(datastream)
        for source in datastream.inputs.values():
            interval_s = max(datastream.expected_interval_s, facility.datastreams[source].expected_interval_s)
            again_s = LOOK_AGAIN_ROWS * interval_s if history_s else 0.0
            found[source] = found.get(source, Reach()).widened(history_s + again_s)
        for name, settings in datastream.filters.items():
            look = filters.window_of(name, settings)
            for seen in (datastream.name, *named_by_filters(datastream)):
                found[seen] = found.get(seen, Reach()).widened(look.before_s, look.before_rows)
    return found


def named_by_filters(datastream: Datastream) -> list[str]:
    """The other datastreams that the filters of this one compare it with."""
    return [
        name for settings in datastream.filters.values() if hasattr(settings, "others") for name in settings.others()
    ]


class Windows:
    """Windows by datastream; `load` gives what an earlier run has stored. What has no reach is not kept."""

    def __init__(self, reach: dict[str, Reach], load: LoadRecent) -> None:
        self._reach = reach
        self._most_rows = _most_rows(reach)
        self._load = load
        self._kept: dict[str, Series] = {}
        self._whole_ms: dict[str, int] = {}

    def keeps(self, name: str) -> bool:
        """Whether anybody looks back at this datastream."""
        return name in self._reach

    def get(self, name: str) -> Series:
        """The window of a datastream, oldest first."""
        if name not in self._kept:
            rows = list(self._load(name))
            self._kept[name] = Series.of(
                [time_ms for time_ms, _, _ in rows],
                [np.nan if value is None else value for _, value, _ in rows],
                [quality for _, _, quality in rows],
            )
            self._note_whole(name)
        return self._kept[name]

    def add(self, name: str, fresh: Series) -> Series:
        """Put new rows into a window and return it untrimmed; at an instant that is known the first value stays."""
        whole = merged(self.get(name), fresh)
        self._kept[name] = whole
        return whole

    def whole_since_ms(self, name: str) -> int:
        """From when on a window holds every row that came; what a group adds does not change that until it is cut."""
        self.get(name)
        return self._whole_ms.get(name, BEGINNING_MS)

    def judged(self, name: str, window: Series) -> None:
        """Replace a window by the same rows with their quality decided."""
        self._kept[name] = window

    def trim(self, fresh_times: dict[str, Times]) -> tuple[RecentRows, ...]:
        """Cut each touched window to its reach; returns what a group commit must store and forget."""
        return tuple(self._trim(name, times) for name, times in fresh_times.items() if name in self._reach)

    def _trim(self, name: str, fresh_ms: Times) -> RecentRows:
        window, reach = self._kept[name], self._reach[name]
        by_time = int(np.searchsorted(window.time_ms, window.time_ms[-1] - reach.before_ms))
        start = max(min(by_time, len(window) - reach.rows), len(window) - self._most_rows, 0)
        window = self._kept[name] = window.rows(slice(start, None))
        self._note_whole(name)
        stored = window.rows(among(window.time_ms, fresh_ms))
        rows = zip(stored.time_ms.tolist(), stored.value.tolist(), stored.quality.tolist(), strict=True)
        plain = tuple((time_ms, None if value != value else value, quality) for time_ms, value, quality in rows)
        return RecentRows(name, plain, int(window.time_ms[0]))

    def _note_whole(self, name: str) -> None:
        """A window that is cut has all of its reach, unless it is full; one without rows has all there is."""
        window = self._kept[name]
        if len(window):
            first_ms, newest_ms = int(window.time_ms[0]), int(window.time_ms[-1])
            is_full = len(window) >= self._most_rows
            self._whole_ms[name] = first_ms if is_full else min(first_ms, newest_ms - self._reach[name].before_ms)


def _most_rows(reach: dict[str, Reach]) -> int:
    """How many rows a window may have. One that reaches back further than a day may become a long one."""
    long = sum(one.before_ms > MS_PER_DAY or one.rows > SHORT_ROWS for one in reach.values())
    return max(SHORT_ROWS, TOTAL_ROWS // max(long, 1))


def among(time_ms: Times, wanted_ms: Times) -> Mask:
    """Which times are wanted; both strictly increasing. A search in order: `numpy.isin` costs ten times as much."""
    if not len(wanted_ms):
        return np.zeros(len(time_ms), np.bool_)
    at = np.searchsorted(wanted_ms, time_ms)
    found: Mask = wanted_ms[np.minimum(at, len(wanted_ms) - 1)] == time_ms
    return found


def merged(known: Series, fresh: Series) -> Series:
    """Two series of one datastream as one; where both have an instant, the known value stays."""
    if not len(known) or not len(fresh) or fresh.time_ms[0] > known.time_ms[-1]:
        return join([part for part in (known, fresh) if len(part)])
    both = np.concatenate([known.time_ms, fresh.time_ms])
    time_ms, first = np.unique(both, return_index=True)
    return Series(
        time_ms,
        np.concatenate([known.value, fresh.value])[first],
        np.concatenate([known.quality, fresh.quality])[first],
    )
