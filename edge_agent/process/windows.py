"""The last values of each datastream that a formula or a filter looks back at, in memory and in each group commit."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import msgspec
import numpy as np

from edge_agent.values import Flags, Times
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


class RecentRow(NamedTuple):
    """One row that is looked back at: Unix ms, value (None: missing), quality as told, quality by its own tests alone
    (`tailings.partners`), and the tests that were told with it."""

    time_ms: int
    value: float | None
    quality: int
    own_quality: int
    tests: str | None = None


class RecentRows(msgspec.Struct, frozen=True):
    """The newest rows of one datastream; older than `forget_below_ms` are dropped."""

    datastream: str
    rows: tuple[RecentRow, ...]
    forget_below_ms: int


LoadRecent = Callable[[str], Iterable[RecentRow]]
Named = dict[int, str | None]
"""The tests that were told with a row, by its time [Unix ms]; rows that no test lowered are not in it."""


class WindowReach(msgspec.Struct, frozen=True):
    """How far back somebody looks at a datastream: at least so long, and at least so many rows."""

    before_ms: int = 0
    rows: int = MIN_ROWS

    def widened(self, before_s: float, rows: int = 0) -> "WindowReach":
        return WindowReach(max(self.before_ms, round(before_s * MS_PER_S)), max(self.rows, rows))


def reaches(facility: Facility) -> dict[str, WindowReach]:
    """For each datastream that is an input of a formula or has filters, how much of its past is needed.

    A raw one whose filters see the row alone needs none: nothing that comes later changes what they say.
    """
    found: dict[str, WindowReach] = {}
    for datastream in facility.datastreams.values():
        history_s = formulas.history_s(datastream)
        for source in datastream.inputs.values():
            interval_s = max(datastream.expected_interval_s, facility.datastreams[source].expected_interval_s)
            again_s = LOOK_AGAIN_ROWS * interval_s if history_s else 0.0
            found[source] = found.get(source, WindowReach()).widened(history_s + again_s)
        if _can_do_without(datastream):
            found.setdefault(datastream.name, WindowReach())
        if not (datastream.is_raw and filters.see_the_row_alone(datastream)):
            _widen_by_filters(found, datastream, facility)
    return found


def _can_do_without(datastream: Datastream) -> bool:
    """Whether it has an optional input, or a window: when a reading of these is rejected later, its own row must be
    there to be judged again."""
    if datastream.formula is None:
        return False
    declared = formulas.inputs_of(formulas.get(datastream.formula), datastream.inputs)
    return formulas.is_windowed(datastream) or any(kind.optional for kind in declared.values())


def _widen_by_filters(found: dict[str, WindowReach], datastream: Datastream, facility: Facility) -> None:
    """What is compared is judged again when its partner is known better, one or two readings later."""
    partners = filters.partners_of(datastream)
    intervals_s = [facility.datastreams[name].expected_interval_s for name in (datastream.name, *partners)]
    again_s = LOOK_AGAIN_ROWS * max(intervals_s) if partners else 0.0
    for name, settings in datastream.filters.items():
        look = filters.window_of(name, settings)
        for seen in (datastream.name, *filters.others_of(datastream)):
            reach = found.get(seen, WindowReach())
            found[seen] = reach.widened(look.before_s + again_s, look.before_rows + LOOK_AGAIN_ROWS)


class Windows:
    """Windows by datastream; `load` gives what an earlier run has stored. What has no reach is not kept."""

    def __init__(self, reach: dict[str, WindowReach], load: LoadRecent) -> None:
        self._reach = reach
        self._most_rows = _most_rows(reach)
        self._load = load
        self._kept: dict[str, Series] = {}
        self._named: dict[str, Named] = {}
        self._whole_ms: dict[str, int] = {}
        self._cut: set[str] = set()

    def keeps(self, name: str) -> bool:
        """Whether anybody looks back at this datastream."""
        return name in self._reach

    def get(self, name: str) -> Series:
        """The window of a datastream, oldest first."""
        if name not in self._kept:
            rows = list(self._load(name))
            self._kept[name] = Series.of(
                [row.time_ms for row in rows],
                [np.nan if row.value is None else row.value for row in rows],
                [row.quality for row in rows],
            )
            self._named[name] = {row.time_ms: row.tests for row in rows if row.tests is not None}
            self._note_whole(name, len(rows) >= self._reach[name].rows)
        return self._kept[name]

    def named(self, name: str) -> Named:
        """The tests that were told with rows of a window."""
        self.get(name)
        return self._named[name]

    def add(self, name: str, fresh: Series) -> Series:
        """Put new rows into a window and return it untrimmed; at an instant that is known the first value stays."""
        whole = merged(self.get(name), fresh)
        self._kept[name] = whole
        return whole

    def whole_since_ms(self, name: str) -> int:
        """From when on a window holds every row that came; what a group adds does not change that until it is cut."""
        self.get(name)
        return self._whole_ms.get(name, BEGINNING_MS)

    def is_cut(self, name: str) -> bool:
        """Whether there may have been rows before the first of a window: fewer than its reach are all there were."""
        self.get(name)
        return name in self._cut

    def judged(self, name: str, window: Series) -> None:
        """Replace a window by the same rows with their quality decided."""
        self._kept[name] = window

    def trim(self, fresh_times: dict[str, Times], own: "Windows | None" = None) -> tuple[RecentRows, ...]:
        """Cut each touched window to its reach; returns what a group commit must store and forget.

        own: the windows in which rows have the quality of stage one, where that may be another one.
        """
        touched = {name: times for name, times in fresh_times.items() if name in self._reach and len(self.get(name))}
        return tuple(self._trim(name, times, own) for name, times in touched.items())

    def _trim(self, name: str, fresh_ms: Times, own: "Windows | None") -> RecentRows:
        window, reach = self._kept[name], self._reach[name]
        by_time = int(np.searchsorted(window.time_ms, window.time_ms[-1] - reach.before_ms))
        start = max(min(by_time, len(window) - reach.rows), len(window) - self._most_rows, 0)
        window = self._kept[name] = window.rows(slice(start, None))
        self._note_whole(name, start > 0)
        first_ms, named = int(window.time_ms[0]), self._named[name]
        for time_ms in [time_ms for time_ms in named if time_ms < first_ms]:
            del named[time_ms]
        stored = window.rows(among(window.time_ms, fresh_ms))
        own_quality = own.quality_at(name, stored) if own is not None else stored.quality
        columns = (stored.time_ms, stored.value, stored.quality, own_quality)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        plain = tuple(
            RecentRow(time_ms, None if value != value else value, quality, alone, named.get(time_ms))
            for time_ms, value, quality, alone in rows
        )
        return RecentRows(name, plain, first_ms)

    def quality_at(self, name: str, rows: Series) -> Flags:
        """The quality that these rows have here; those that are not here keep theirs."""
        window = self._kept.get(name)
        if window is None or len(window) == 0:
            return rows.quality
        at = np.minimum(np.searchsorted(window.time_ms, rows.time_ms), len(window) - 1)
        return np.where(window.time_ms[at] == rows.time_ms, window.quality[at], rows.quality)

    def _note_whole(self, name: str, is_cut: bool) -> None:
        """A window that is cut has all of its reach, unless it is full; one without rows has all there is."""
        window = self._kept[name]
        if is_cut:
            self._cut.add(name)
        if len(window):
            first_ms, newest_ms = int(window.time_ms[0]), int(window.time_ms[-1])
            is_full = len(window) >= self._most_rows
            self._whole_ms[name] = first_ms if is_full else min(first_ms, newest_ms - self._reach[name].before_ms)


def _most_rows(reach: dict[str, WindowReach]) -> int:
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
