"""What is stored against what is derived: which rows differ, and how."""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.rederive.stored_series import StoredSeries
from ingest.revisions import MANUAL, Replacement, encoded
from tailings.chain import FilteredSeries
from tailings.series import Series

RELATIVE: Final = 1e-9
"""Values that agree to so many digits are the same: sums over other windows round differently."""
Mask = npt.NDArray[np.bool_]


class DatastreamDifference(msgspec.Struct, frozen=True):
    """One datastream in one piece: the new series, and row by row what was there (NaN and 0 where nothing was).

    is_value, is_flag, is_added: bool[n], another value; the same value with another flag; no stored row.
    """

    result: FilteredSeries
    new: Series
    rows: npt.NDArray[np.intp]
    """Where the rows of `new` are in `result`."""
    before: npt.NDArray[np.float64]
    quality_before: npt.NDArray[np.uint8]
    is_value: Mask
    is_flag: Mask
    is_added: Mask
    is_manual: Mask

    @property
    def is_any(self) -> Mask:
        return self.is_value | self.is_flag | self.is_added

    def replacement(self, datastream_id: int, cfg: int | None, where: Mask) -> Replacement:
        """Return the chosen rows as they are to be stored."""
        number, texts = self.result.grouped_tests()
        number = np.where(self.is_manual, len(texts), number[self.rows])[where]
        tests = encoded([*texts, MANUAL])[number]
        part = self.new.rows(where)
        return Replacement.of(datastream_id, part.time_ms, part.value, part.quality, tests, cfg=cfg)


def compare(result: FilteredSeries, stored: StoredSeries, start_ms: int, stop_ms: int) -> DatastreamDifference:
    """Compare a derived series with the stored rows within [start, stop)."""
    bounds = np.searchsorted(result.series.time_ms, [start_ms, stop_ms])
    rows = np.arange(*bounds)
    new = result.series.rows(slice(*bounds))
    place = np.searchsorted(stored.time_ms, new.time_ms)
    there = place < len(stored)
    there[there] = stored.time_ms[place[there]] == new.time_ms[there]
    before, quality, manual = np.full(len(new), np.nan), np.zeros(len(new), np.uint8), np.zeros(len(new), bool)
    before[there], quality[there] = stored.result[place[there]], stored.quality[place[there]]
    manual[there] = stored.is_manual[place[there]]
    is_value = there & ~np.isclose(new.value, before, RELATIVE, 0.0, equal_nan=True)
    return DatastreamDifference(
        result=result,
        new=new,
        rows=rows,
        before=before,
        quality_before=quality,
        is_value=is_value,
        is_flag=there & ~is_value & (quality != new.quality),
        is_added=~there,
        is_manual=manual & (new.quality == quality),
    )
