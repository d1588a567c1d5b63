"""Raw rows: the readings of one group, by datastream and instant, before anything is derived from them."""

import numpy as np

from edge_agent.process.windows import merged
from edge_agent.values import Numbers, Times
from tailings.series import Series
from wire import quality as flag

NAN = float("nan")


class RawRows:
    """Collects readings; at one instant of a datastream the first value stays."""

    def __init__(self) -> None:
        self.reasons: dict[tuple[str, int], str] = {}
        self._cells: dict[str, dict[int, float]] = {}
        self._with_missing = set[str]()
        self._columns: list[tuple[str, Series]] = []

    def add(self, name: str, time_ms: int, value: float | None, missing: str | None) -> bool:
        """Add one reading; False when another value stands at its instant already."""
        number = NAN if value is None else value
        if number != number:
            self._with_missing.add(name)
        cells = self._cells.setdefault(name, {})
        known = cells.setdefault(time_ms, number)
        if missing is not None:
            self.reasons.setdefault((name, time_ms), missing)
        return known == number or (known != known and number != number)

    def add_column(self, name: str, times_ms: Times, values: Numbers) -> None:
        """Add a column of a file, times strictly ascending, NaN = missing."""
        self._columns.append((name, Series.of(times_ms, values)))

    def series(self) -> dict[str, Series]:
        """All of it by datastream, oldest first. Single numbers take several times as much memory: they are let go."""
        found: dict[str, Series] = {}
        collected, columns, with_missing = self._cells, self._columns, self._with_missing
        self._cells, self._columns, self._with_missing = {}, [], set()
        for name, cells in collected.items():
            times_ms = np.fromiter(cells, dtype=np.int64, count=len(cells))
            values = np.fromiter(cells.values(), dtype=np.float64, count=len(cells))
            if len(cells) > 1 and not (times_ms[1:] > times_ms[:-1]).all():
                order = np.argsort(times_ms)
                times_ms, values = times_ms[order], values[order]
            quality = np.empty(len(cells), np.uint8)
            quality.fill(flag.NOT_EVALUATED)
            if name in with_missing:  # to look for them in each takes a third of the time of all this
                quality[np.isnan(values)] = flag.MISSING
            found[name] = Series(times_ms, values, quality)
        for name, column in columns:
            found[name] = merged(found.get(name, Series.empty()), column)
        return found
