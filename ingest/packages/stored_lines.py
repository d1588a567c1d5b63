"""Readings of a package as columns again, window by window: what a stranger wrote is checked line by line."""

import csv
import datetime as dt
import itertools
import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from ingest.packages.archive_file import FRESH_COPY, PackageReader
from ingest.packages.layout import COLUMNS, BadPackage
from ingest.rederive import StoredSeries
from ingest.revisions import MANUAL, UNDONE
from ingest.store.rows import NO_CFG
from wire import quality as flag

FLAGS: Final = {str(one): one for one, _ in flag.FLAGS}
EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MS: Final = dt.timedelta(milliseconds=1)
MOST_ROWS: Final = 20_000_000
"""Of one datastream at a time: more than any window of a real facility has."""


class Line(NamedTuple):
    """One reading."""

    time_ms: int
    result: float
    quality: int
    cfg: int
    is_manual: bool


class BoundedFile(NamedTuple):
    """A file of readings, and the span [start, stop) in which they lie."""

    path: str
    start_ms: int
    stop_ms: int


class SeriesWindows:
    """The readings of one datastream out of its files, which follow each other; asked for in order of time."""

    def __init__(self, package: PackageReader, files: list[BoundedFile]) -> None:
        self._lines = itertools.chain.from_iterable(_lines(package, file) for file in files)
        self._kept = StoredSeries.empty()
        self._ahead: Line | None = next(self._lines, None)
        self._path = files[-1].path if files else ""

    def window(self, start_ms: int, stop_ms: int) -> StoredSeries:
        """Return the readings in [start, stop); neither may be earlier than the time before."""
        fresh = []
        while self._ahead is not None and self._ahead.time_ms < stop_ms:
            if self._ahead.time_ms >= start_ms:
                fresh.append(self._ahead)
            last_ms, self._ahead = self._ahead.time_ms, next(self._lines, None)
            if self._ahead is not None and self._ahead.time_ms <= last_ms:
                raise BadPackage(f"{self._path}: its readings are not in order of time; {FRESH_COPY}")
            if len(fresh) + len(self._kept) > MOST_ROWS:
                raise BadPackage(f"{self._path}: looking at more than {MOST_ROWS} readings at once; {FRESH_COPY}")
        self._kept = _joined(self._kept, fresh)
        first, end = np.searchsorted(self._kept.time_ms, [start_ms, stop_ms])
        self._kept = _rows(self._kept, slice(first, None))
        return _rows(self._kept, slice(0, end - first))


def _lines(package: PackageReader, file: BoundedFile) -> Iterator[Line]:
    """Give the lines of a file; raise BadPackage naming the first that is none, or outside of its span."""
    path, number = file.path, 0
    for block in package.lines(path):
        try:
            for cells in csv.reader(one.decode() for one in block):
                number += 1
                if number > 1:
                    yield _line(cells, file)
                elif tuple(cells) != COLUMNS:
                    raise BadPackage(
                        f"{path}: begins with {','.join(cells)[:80]!r}, not with {','.join(COLUMNS)}; {FRESH_COPY}"
                    )
        except (ValueError, OverflowError, csv.Error) as error:
            raise BadPackage(f"{path}, line {number}: {error}; {FRESH_COPY}") from error


def _line(cells: list[str], file: BoundedFile) -> Line:
    """Return a line as values; raise ValueError."""
    time, result, quality, tests, version = cells
    value = float(result) if result else math.nan
    if quality not in FLAGS:
        raise ValueError(f"{quality[:20]!r} is no quality")
    if math.isinf(value) or (FLAGS[quality] == flag.MISSING) != math.isnan(value):
        raise ValueError(f"a result of {result[:30]!r} cannot have quality {quality}")
    at = dt.datetime.fromisoformat(time)
    if at.tzinfo is None:
        raise ValueError(f"{time[:40]!r} has no zone")
    time_ms = (at - EPOCH) // MS
    if not file.start_ms <= time_ms < file.stop_ms:
        raise ValueError("the reading is not of the span of this file")
    cfg = int(version) if version else NO_CFG
    is_manual = tests == MANUAL or (tests == UNDONE and cfg == NO_CFG)
    return Line(time_ms, value, FLAGS[quality], cfg, is_manual)


def _joined(kept: StoredSeries, fresh: list[Line]) -> StoredSeries:
    if not fresh:
        return kept
    time_ms, result, quality, cfg, is_manual = zip(*fresh, strict=True)
    return StoredSeries(
        time_ms=np.append(kept.time_ms, np.array(time_ms, np.int64)),
        result=np.append(kept.result, np.array(result, np.float64)),
        quality=np.append(kept.quality, np.array(quality, np.uint8)),
        cfg=np.append(kept.cfg, np.array(cfg, np.int64)),
        is_manual=np.append(kept.is_manual, np.array(is_manual, np.bool_)),
    )


def _rows(series: StoredSeries, where: slice) -> StoredSeries:
    return StoredSeries(
        time_ms=series.time_ms[where],
        result=series.result[where],
        quality=series.quality[where],
        cfg=series.cfg[where],
        is_manual=series.is_manual[where],
    )
