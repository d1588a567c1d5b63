"""What a plan looked at over a long time, thinned for a chart: the lowest and highest value of each part of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from tailings.facility import Facility
from tailings.series import Bounded, Values
from wire import quality as flag

COLUMNS: Final = 360
MAX_DRAWN: Final = 4
"""Datastreams that are drawn; a plan may look at more."""


class ValueExtents:
    """Takes in the readings of some datastreams piece by piece, over [start, stop) in Unix ms."""

    def __init__(self, facility: Facility, names: Sequence[str], start_ms: int, stop_ms: int) -> None:
        self._start_ms, self._width_ms = start_ms, max((stop_ms - start_ms) / COLUMNS, 1.0)
        self._stop_ms, self._facility = stop_ms, facility
        self._low: dict[str, Values] = {name: np.full(COLUMNS, np.inf) for name in names[:MAX_DRAWN]}
        self._high: dict[str, Values] = {name: np.full(COLUMNS, -np.inf) for name in names[:MAX_DRAWN]}

    def add(self, series: Mapping[str, Bounded]) -> None:
        """Take in the readings of a piece; missing and rejected ones have no part in it."""
        for name in self._low.keys() & series.keys():
            rows = series[name].series
            is_known = np.isfinite(rows.value) & (rows.quality != flag.FAIL)
            column = ((rows.time_ms[is_known] - self._start_ms) // self._width_ms).astype(np.intp)
            column = column.clip(0, COLUMNS - 1)
            np.minimum.at(self._low[name], column, rows.value[is_known])
            np.maximum.at(self._high[name], column, rows.value[is_known])

    def plain(self) -> dict[str, Any]:
        """The extents as plain tables, null where nothing was measured; times in Unix seconds."""
        return {
            "start_s": self._start_ms / 1000,
            "stop_s": self._stop_ms / 1000,
            "series": [
                {
                    "datastream": name,
                    "quantity": self._facility.datastreams[name].quantity,
                    "unit": self._facility.datastreams[name].unit,
                    "low": _known(low),
                    "high": _known(self._high[name]),
                }
                for name, low in self._low.items()
                if np.isfinite(low).any()
            ],
        }


def _known(values: Values) -> list[float | None]:
    return [float(f"{value:.7g}") if np.isfinite(value) else None for value in values.tolist()]
