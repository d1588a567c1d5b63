"""Series of a site: what was asked for, read when it is turned into something."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from tailwatch_client.connection import Connection
from tailwatch_client.extras import need
from tailwatch_client.progress import Tell, bar
from tailwatch_client.rows import Interval, Rows, instant, read

if TYPE_CHECKING:
    import pandas
    import polars
    import xarray

AT_ONCE: Final = 4
FLAG_ATTRIBUTES: Final = {
    "standard_name": "aggregate_quality_flag",
    "flag_values": (1, 2, 3, 4, 9),
    "flag_meanings": "pass not_evaluated suspect fail missing",
}
NO_OBSERVATION: Final = -1


@dataclass(frozen=True)
class Series:
    """One datastream or several over one interval; `as_of`: as they were known then; `quality`: these flags only."""

    connection: Connection
    names: tuple[str, ...]
    interval: Interval
    as_of: datetime | None = None
    quality: tuple[int, ...] = ()
    shows_progress: bool | None = None

    def __iter__(self) -> Iterator[tuple[str, Rows]]:
        """Give each datastream with its observations, in the order of the question."""
        found = self.read()
        return iter(found.items())

    def read(self) -> dict[str, Rows]:
        """Return the observations of each datastream."""
        done = dict.fromkeys(self.names, 0.0)
        with bar("observations", self.shows_progress) as tell, ThreadPoolExecutor(AT_ONCE) as some:

            def one(name: str) -> Rows:
                def tell_one(share: float) -> None:
                    done[name] = share
                    tell(sum(done.values()) / len(done))

                return self._read(name, tell_one)

            return dict(zip(self.names, some.map(one, self.names), strict=True))

    def units(self) -> dict[str, str]:
        """Return the unit (UCUM) of each datastream."""
        return {name: str(self.connection.get(f"/api/v1/datastreams/{name}")["unit"]) for name in self.names}

    def to_pandas(self) -> pandas.DataFrame:
        """Return result, quality and tests by time; of several datastreams by name and time. `attrs` has the units."""
        need("pandas", "pandas")
        import pandas

        frames = {}
        for name, rows in self:
            times = pandas.to_datetime(rows.times_us, unit="us", utc=True)
            columns = {
                "result": pandas.array(rows.results, dtype="float64") if rows.results else [],
                "quality": rows.qualities,
                "tests": pandas.array(rows.tests, dtype="string"),
            }
            frame = pandas.DataFrame(columns, index=pandas.DatetimeIndex(times, name="phenomenon_time"))
            frames[name] = frame.astype({"result": "float64", "quality": "int8"})
        is_one = len(frames) == 1
        table = frames[self.names[0]] if is_one else pandas.concat(frames, names=["datastream", "phenomenon_time"])
        table.attrs["units"] = self.units()
        return table

    def to_polars(self) -> polars.DataFrame:
        """Return a row each observation: datastream, phenomenon_time (UTC), result, quality, tests."""
        need("polars", "polars")
        import polars

        schema = polars.Schema(
            {
                "datastream": polars.String(),
                "phenomenon_time": polars.Datetime("us", "UTC"),
                "result": polars.Float64(),
                "quality": polars.Int8(),
                "tests": polars.String(),
            }
        )
        columns: dict[str, list[Any]] = {name: [] for name in schema}
        for name, rows in self:
            columns["datastream"] += [name] * len(rows)
            columns["phenomenon_time"] += [instant(one) for one in rows.times_us]
            columns["result"] += rows.results
            columns["quality"] += rows.qualities
            columns["tests"] += rows.tests
        return polars.DataFrame(columns, schema=schema)

    def to_xarray(self) -> xarray.Dataset:
        """Return result and quality over datastream and phenomenon_time (UTC); quality -1: no observation there."""
        import pandas

        found = self.read()
        frames = {
            name: pandas.DataFrame(
                {"result": rows.results, "quality": rows.qualities},
                index=pandas.DatetimeIndex(pandas.to_datetime(rows.times_us, unit="us"), name="phenomenon_time"),
            ).astype({"result": "float64", "quality": "int8"})
            for name, rows in found.items()
        }
        table: xarray.Dataset = pandas.concat(frames, names=["datastream", "phenomenon_time"]).to_xarray()
        table = table.reindex(datastream=list(self.names))
        quality = table["quality"].fillna(NO_OBSERVATION).astype("int8")
        quality.attrs = dict(FLAG_ATTRIBUTES)
        units = self.units()
        table = table.assign(quality=quality, unit=("datastream", [units[name] for name in self.names]))
        if len(set(units.values())) == 1:
            table["result"].attrs["units"] = units[self.names[0]]
        return table

    def _read(self, name: str, tell: Tell) -> Rows:
        found = Rows()
        start, stop = self.interval
        quality = ",".join(map(str, self.quality)) or None
        for rows in read(self.connection, name, self.interval, self.as_of, quality):
            found.extend(rows)
            if len(rows) and start is not None and stop is not None:
                tell(min(1.0, (instant(rows.times_us[-1]) - start) / (stop - start)))
        tell(1.0)
        return found
