"""Observations of one datastream as a table of pandas or polars: from Arrow as they are, or from lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tailwatch_client.rows import Rows, instant

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


def pandas_of(found: Rows | pyarrow.Table) -> pandas.DataFrame:
    """Return result, quality and tests by time."""
    import pandas

    if isinstance(found, Rows):
        times = pandas.to_datetime(found.times_us, unit="us", utc=True)
        results, qualities = pandas.array(found.results, dtype="float64") if found.results else [], found.qualities
        tests = pandas.array(found.tests, dtype="string")
    else:
        times = pandas.DatetimeIndex(found["phenomenon_time"].to_numpy()).tz_localize("UTC")
        results, qualities = found["result"].to_numpy(), found["quality"].to_numpy()
        tests = pandas.StringDtype().__from_arrow__(found["tests"])
    columns = {"result": results, "quality": qualities, "tests": tests}
    frame = pandas.DataFrame(columns, index=pandas.DatetimeIndex(times, name="phenomenon_time").as_unit("us"))
    return frame.astype({"result": "float64", "quality": "int8"})


def polars_of(name: str, found: Rows | pyarrow.Table) -> polars.DataFrame:
    """Return a row each observation: datastream, phenomenon_time (UTC), result, quality, tests."""
    import polars

    schema = polars.Schema(
        {
            "phenomenon_time": polars.Datetime("us", "UTC"),
            "result": polars.Float64(),
            "quality": polars.Int8(),
            "tests": polars.String(),
        }
    )
    if isinstance(found, Rows):
        times = [instant(one) for one in found.times_us]
        columns = dict(zip(schema, (times, found.results, found.qualities, found.tests), strict=True))
        frame = polars.DataFrame(columns, schema=schema)
    else:
        read = polars.from_arrow(found)
        assert isinstance(read, polars.DataFrame)
        frame = read.cast(schema)
    return frame.select(polars.lit(name).alias("datastream"), polars.all())
