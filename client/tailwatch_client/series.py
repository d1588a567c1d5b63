"""Series of a site: what was asked for, read when it is turned into something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tailwatch_client import frames, reading
from tailwatch_client.connection import Connection
from tailwatch_client.extras import need
from tailwatch_client.progress import Tell, bar
from tailwatch_client.reading import Selection
from tailwatch_client.rows import Interval, Rows, instant

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    import xarray

T = TypeVar("T")
AT_ONCE: Final = 4
FLAG_ATTRIBUTES: Final = {
    "standard_name": "aggregate_quality_flag",
    "flag_values": (1, 2, 3, 4, 9),
    "flag_meanings": "pass not_evaluated suspect fail missing",
}
NO_OBSERVATION: Final = -1


@dataclass(frozen=True)
class Series:
    """One datastream or several over one interval; `as_of`: as they were known then; `quality`: these flags only.

    by_arrow: whether they are read by Arrow; the answer is the same.
    """

    connection: Connection
    names: tuple[str, ...]
    interval: Interval
    as_of: datetime | None = None
    quality: tuple[int, ...] = ()
    shows_progress: bool | None = None
    by_arrow: bool = field(default_factory=reading.has_arrow)

    def __iter__(self) -> Iterator[tuple[str, Rows]]:
        """Give each datastream with its observations, in the order of the question."""
        found = self.read()
        return iter(found.items())

    def read(self) -> dict[str, Rows]:
        """Return the observations of each datastream."""
        return self._each(self._rows)

    def units(self) -> dict[str, str]:
        """Return the unit (UCUM) of each datastream."""
        return {name: str(self.connection.get(f"/api/v1/datastreams/{name}")["unit"]) for name in self.names}

    def to_pandas(self) -> pandas.DataFrame:
        """Return result, quality and tests by time; of several datastreams by name and time. `attrs` has the units."""
        need("pandas", "pandas")
        import pandas

        found = {name: frames.pandas_of(one) for name, one in self._found().items()}
        is_one = len(found) == 1
        table = found[self.names[0]] if is_one else pandas.concat(found, names=["datastream", "phenomenon_time"])
        table.attrs["units"] = self.units()
        return table

    def to_polars(self) -> polars.DataFrame:
        """Return a row each observation: datastream, phenomenon_time (UTC), result, quality, tests."""
        need("polars", "polars")
        import polars

        return polars.concat([frames.polars_of(name, one) for name, one in self._found().items()])

    def to_xarray(self) -> xarray.Dataset:
        """Return result and quality over datastream and phenomenon_time (UTC); quality -1: no observation there."""
        import pandas

        found = {
            name: frames.pandas_of(one)[["result", "quality"]].tz_localize(None) for name, one in self._found().items()
        }
        table: xarray.Dataset = pandas.concat(found, names=["datastream", "phenomenon_time"]).to_xarray()
        table = table.reindex(datastream=list(self.names))
        quality = table["quality"].fillna(NO_OBSERVATION).astype("int8")
        quality.attrs = dict(FLAG_ATTRIBUTES)
        units = self.units()
        table = table.assign(quality=quality, unit=("datastream", [units[name] for name in self.names]))
        if len(set(units.values())) == 1:
            table["result"].attrs["units"] = units[self.names[0]]
        return table

    def _found(self) -> dict[str, Any]:
        """Return the observations of each datastream, as Arrow or as lists."""
        return self._each(self._table) if self.by_arrow else self.read()

    def _each(self, read: Callable[[str, Tell], T]) -> dict[str, T]:
        """Read some datastreams at once."""
        done = dict.fromkeys(self.names, 0.0)
        with bar("observations", self.shows_progress) as tell, ThreadPoolExecutor(AT_ONCE) as some:

            def one(name: str) -> T:
                def tell_one(share: float) -> None:
                    done[name] = share
                    tell(sum(done.values()) / len(done))

                found = read(name, tell_one)
                tell_one(1.0)
                return found

            return dict(zip(self.names, some.map(one, self.names), strict=True))

    def _rows(self, name: str, tell: Tell) -> Rows:
        found = Rows()
        for rows in reading.rows(self.connection, self._selection(name), self.by_arrow):
            found.extend(rows)
            if len(rows):
                self._tell(tell, rows.times_us[-1])
        return found

    def _table(self, name: str, tell: Tell) -> pyarrow.Table:
        import pyarrow

        found = []
        for table in reading.tables(self.connection, self._selection(name)):
            found.append(table)
            if len(table):
                self._tell(tell, table["phenomenon_time"][-1].value)
        return pyarrow.concat_tables(found)

    def _selection(self, name: str) -> Selection:
        return Selection(name, self.interval, self.as_of, self.quality)

    def _tell(self, tell: Tell, time_us: int) -> None:
        start, stop = self.interval
        if start is not None and stop is not None:
            tell(min(1.0, (instant(time_us) - start) / (stop - start)))
