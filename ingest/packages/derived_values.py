"""Every derived value and every flag of a package made again from its raw readings, without a database.

A derived value is made by the version of the facility file that it names. A raw reading names none: its flag is right
where any version of the package gives it. What cannot be made again is counted by its reason, never passed over.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.packages.archive_file import PackageReader
from ingest.packages.layout import AFTER, BEFORE, DATA, About, series_file
from ingest.packages.stored_lines import BoundedFile, SeriesWindows
from ingest.rederive import DatastreamDifference, StoredSeries, compare, derive
from ingest.store.rows import NO_CFG
from tailings.facility import Facility

MEASURED: Final = ("measured", "manual")
"""What of a facility's datastreams the formulas and filters are applied to; what was imported stands as it came."""
PIECE_ROWS: Final = 400_000
SHORTEST_MS: Final = 3_600_000
LONGEST_MS: Final = 31 * 86_400_000
MOST_TOLD: Final = 100
"""Differences of one datastream and kind that a piece names; their number is whole."""
Mask = npt.NDArray[np.bool_]
Facilities = Mapping[int, Facility]
Tell = Callable[[float], None]


class ValueDifference(NamedTuple):
    """One reading that is not what its raw readings give; what: value, flag, absent (should be there) or extra."""

    time_ms: int
    file: str
    datastream: str
    what: str
    stored: float | int | None
    recomputed: float | int | None


class PieceFound(NamedTuple):
    """How many readings of each datastream a piece has, what was compared, what not and why, and what differs."""

    rows: Counter[str]
    compared: Counter[str]
    given: Counter[str]
    differing: int
    differences: list[ValueDifference]


class _Piece(NamedTuple):
    """[start, stop) with its readings: raw ones with what lies around, derived ones."""

    start_ms: int
    stop_ms: int
    raw: dict[str, StoredSeries]
    derived: dict[str, StoredSeries]
    imported: dict[str, StoredSeries]


def pieces(package: PackageReader, about: About, facilities: Facilities, tell: Tell) -> Iterator[PieceFound]:
    """Give what was found of each piece of the span, in order of time."""
    start_ms, stop_ms = (round(at.timestamp() * 1000) for at in (about.span.start, about.span.stop))
    for piece in _pieces(package, about, start_ms, stop_ms):
        yield _Comparison(about, facilities, piece).found()
        tell((piece.stop_ms - start_ms) / max(stop_ms - start_ms, 1))


def _pieces(package: PackageReader, about: About, start_ms: int, stop_ms: int) -> Iterator[_Piece]:
    before_ms, after_ms = round(about.before_s * 1000), round(about.after_s * 1000)
    rows = sum(one.rows for one in about.datastreams)
    width = PIECE_ROWS * (stop_ms - start_ms) // max(rows, 1)
    width = min(max(width, before_ms + after_ms, SHORTEST_MS), LONGEST_MS)
    spans = {
        BEFORE: (start_ms - before_ms, start_ms),
        DATA: (start_ms, stop_ms),
        AFTER: (stop_ms, stop_ms + after_ms),
    }
    windows = {one.name: SeriesWindows(package, _files(package, one.name, spans)) for one in about.datastreams}
    for first_ms in range(start_ms, stop_ms, width):
        last_ms = min(first_ms + width, stop_ms)
        raw, derived, imported = dict[str, StoredSeries](), dict[str, StoredSeries](), dict[str, StoredSeries]()
        for one in about.datastreams:
            if one.origin not in MEASURED:
                imported[one.name] = windows[one.name].window(first_ms, last_ms)
            elif one.formula is None:
                raw[one.name] = windows[one.name].window(first_ms - before_ms, last_ms + after_ms)
            else:
                derived[one.name] = windows[one.name].window(first_ms, last_ms)
        yield _Piece(first_ms, last_ms, raw, derived, imported)


def _files(package: PackageReader, name: str, spans: dict[str, tuple[int, int]]) -> list[BoundedFile]:
    files = [BoundedFile(series_file(folder, name), *span) for folder, span in spans.items()]
    return [file for file in files if file.path in package.paths]


class _Comparison:
    """One piece under each version of the facility file that its derived values name."""

    def __init__(self, about: About, facilities: Facilities, piece: _Piece) -> None:
        self._about, self._facilities, self._piece = about, facilities, piece
        self._compared: Counter[str] = Counter()
        self._given: Counter[str] = Counter()
        self._differences: list[ValueDifference] = []
        self._count = 0
        self._results: dict[int, Any] = {}
        named = {int(one) for stored in piece.derived.values() for one in np.unique(stored.cfg)}
        self._used = sorted(named & facilities.keys()) or [max(facilities)]

    def found(self) -> PieceFound:
        """Compare everything."""
        for name, stored in self._piece.imported.items():
            self._give("imported", name, len(stored))
        for name, stored in self._piece.derived.items():
            self._compare_derived(name, stored)
        for name, stored in self._piece.raw.items():
            self._compare_raw(name, self._inside(stored))
        place = {name: number for number, name in enumerate(self._facilities[self._used[-1]].derived_order)}
        self._differences.sort(key=lambda one: (one.time_ms, place.get(one.datastream, -1), one.file))
        return PieceFound(self._rows(), self._compared, self._given, self._count, self._differences)

    def _compare_derived(self, name: str, stored: StoredSeries) -> None:
        for version in sorted({int(one) for one in np.unique(stored.cfg)} - self._facilities.keys()):
            reason = "no-version" if version == NO_CFG else "unknown-version"
            self._give(reason, name, int((stored.cfg == version).sum()))
        near = self._is_near_released(stored.time_ms)
        self._give("readings-released", name, int(near.sum()))
        for version in self._used:
            mine = (stored.cfg == version) & ~near
            result = self._result(version).get(name)
            if result is None:
                self._compare_with_nothing(name, version, stored, mine)
                continue
            found = compare(result, stored, self._piece.start_ms, self._piece.stop_ms)
            self._compare_with_result(name, found, stored, mine)
            if version == self._used[-1]:
                is_sure = self._all_give(name, found.new.time_ms) & ~self._is_near_released(found.new.time_ms)
                self._tell("absent", name, found, found.is_added & is_sure)

    def _compare_with_result(self, name: str, found: DatastreamDifference, stored: StoredSeries, mine: Mask) -> None:
        """Those rows of a datastream that one version made."""
        place = np.searchsorted(stored.time_ms, found.new.time_ms)
        is_mine, there = np.zeros(len(found.new), bool), ~found.is_added
        is_mine[there] = mine[place[there]]
        self._compared["values"] += int(is_mine.sum())
        self._give("flags-by-persons", name, int((is_mine & found.is_manual).sum()))
        self._tell("value", name, found, found.is_value & is_mine)
        self._tell("flag", name, found, found.is_flag & is_mine)
        self._tell_extra(name, stored, mine & ~np.isin(stored.time_ms, found.new.time_ms))

    def _compare_with_nothing(self, name: str, version: int, stored: StoredSeries, mine: Mask) -> None:
        """A datastream that the version does not derive of these readings: it has none, or does not know it."""
        if name in self._facilities[version].datastreams:
            self._tell_extra(name, stored, mine)
        else:
            self._give("not-in-file", name, int(mine.sum()))

    def _compare_raw(self, name: str, stored: StoredSeries) -> None:
        """The flags of raw readings; values are what everything else is made of."""
        wrong, first = ~self._is_near_released(stored.time_ms), None
        self._give("readings-released", name, int((~wrong).sum()))
        asked = [*self._used, *(one for one in sorted(self._facilities, reverse=True) if one not in self._used)]
        count = int(wrong.sum())
        for version in asked:
            result = self._result(version).get(name) if wrong.any() or first is None else None
            if result is None or name not in self._facilities[version].datastreams:
                continue
            found = compare(result, stored, self._piece.start_ms, self._piece.stop_ms)
            first = first or found
            wrong &= found.is_flag
        if first is None:
            self._give("not-in-file", name, count)
            return
        self._compared["flags"] += count
        self._give("flags-by-persons", name, int(first.is_manual.sum()))
        self._tell("flag", name, first, wrong)

    def _rows(self) -> Counter[str]:
        inside = {name: len(self._inside(stored)) for name, stored in self._piece.raw.items()}
        beside = {**self._piece.derived, **self._piece.imported}
        return Counter(inside | {name: len(stored) for name, stored in beside.items()})

    def _inside(self, stored: StoredSeries) -> StoredSeries:
        first, end = np.searchsorted(stored.time_ms, [self._piece.start_ms, self._piece.stop_ms])
        return StoredSeries(*(getattr(stored, one)[first:end] for one in stored.__struct_fields__))

    def _result(self, version: int) -> Any:
        """All datastreams derived anew by a version, once."""
        if version not in self._results:
            facility = self._facilities[version]
            known = {name for name, one in facility.datastreams.items() if one.is_raw}
            raw = {name: one for name, one in self._piece.raw.items() if name in known and len(one)}
            self._results[version] = derive(facility, raw, self._piece.derived)
        return self._results[version]

    def _all_give(self, name: str, time_ms: npt.NDArray[np.int64]) -> Mask:
        """Whether every version that was used has a result at these times, and the one that was in force then.

        Which version an absent value would have named is not told: where one of them gives none, none need be there.
        """
        found, in_force = np.ones(len(time_ms), bool), self._in_force(time_ms)
        for version in self._facilities:
            asked = np.ones(len(time_ms), bool) if version in self._used else in_force == version
            if asked.any():
                result = self._result(version).get(name)
                found &= ~asked | (np.isin(time_ms, result.series.time_ms) if result is not None else False)
        return found

    def _in_force(self, time_ms: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The version that was in force at each time; before all of them, the first."""
        applied = sorted((round(one.applied_at.timestamp() * 1000), one.version) for one in self._about.versions)
        place = np.searchsorted([at_ms for at_ms, _ in applied], time_ms, "right") - 1
        return np.array([version for _, version in applied], np.int64)[np.maximum(place, 0)]

    def _is_near_released(self, time_ms: npt.NDArray[np.int64]) -> Mask:
        """Where readings that would be looked at had left the database."""
        found = np.zeros(len(time_ms), bool)
        before, after = dt.timedelta(seconds=self._about.before_s), dt.timedelta(seconds=self._about.after_s)
        for start, stop in self._about.released:
            first, end = (round(at.timestamp() * 1000) for at in (start - after, stop + before))
            found |= (time_ms >= first) & (time_ms <= end)
        return found

    def _give(self, reason: str, name: str, count: int) -> None:
        if count:
            self._given[f"{reason} {name}"] += count

    def _tell(self, what: str, name: str, found: DatastreamDifference, where: Mask) -> None:
        file = series_file(DATA, name)
        self._count += int(where.sum())
        for row in np.flatnonzero(where)[:MOST_TOLD].tolist():
            is_flag = what == "flag"
            made = int(found.new.quality[row]) if is_flag else _number(found.new.value[row])
            stored = int(found.quality_before[row]) if is_flag else _number(found.before[row])
            self._differences.append(
                ValueDifference(int(found.new.time_ms[row]), file, name, what, stored=stored, recomputed=made)
            )

    def _tell_extra(self, name: str, stored: StoredSeries, where: Mask) -> None:
        self._count += int(where.sum())
        for row in np.flatnonzero(where)[:MOST_TOLD].tolist():
            value = _number(stored.result[row])
            one = ValueDifference(
                int(stored.time_ms[row]), series_file(DATA, name), name, "extra", stored=value, recomputed=None
            )
            self._differences.append(one)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
