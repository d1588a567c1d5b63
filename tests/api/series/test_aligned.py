"""Several datastreams on one grid, held against pandas over rows that SQL of our own reads."""

import csv
import io
import json
import math
from itertools import pairwise
from typing import Any

import httpx
import pandas as pd
import pyarrow as pa
import pytest

from tailings.instants import rfc3339
from tests.api.exports import stored
from tests.servers import TestDatabase

ASKED = {
    "datastream": [stored.LEVEL, "2"],
    "aligned": "PT1H",
    "from": "2026-05-01T00:00:00Z",
    "to": "2026-05-03T00:00:00Z",
}


@pytest.fixture(scope="module")
def wanted(read_database: TestDatabase) -> list[tuple[str, float | None]]:
    """The mean of each hour of the level over what passed, by pandas; None where there is none."""
    rows = [(time, result) for time, result, quality, _ in stored.rows(read_database) if quality in (1, 2)]
    hourly = pd.DataFrame(rows, columns=["time", "result"]).set_index("time")["result"].resample("1h").mean()
    return [(rfc3339(time), None if pd.isna(mean) else mean) for time, mean in hourly.items()]


def answered(client: httpx.Client, **more: Any) -> httpx.Response:
    return client.get(stored.SERIES, params={**ASKED, **more})


def test_each_cell_is_the_mean_of_its_good_readings(
    client: httpx.Client, wanted: list[tuple[str, float | None]]
) -> None:
    """The suspect, the failed and the missing one are left out; the answer states the rule."""
    answer = answered(client).json()
    (level, _) = answer["series"]

    assert level["times"] == [time for time, _ in wanted]
    assert level["results"] == pytest.approx([mean for _, mean in wanted])
    assert answer["aligned"] == {"interval_s": 3600, "method": "mean", "time": "beginning", "quality": [1, 2]}
    assert level["counts"][:2] == [60, 59] and level["counts"][16] == 50


def test_every_series_has_the_same_cells(client: httpx.Client) -> None:
    """One that was never measured has them too, each without a result and with flag 9."""
    level, frequency = answered(client).json()["series"]

    assert frequency["times"] == level["times"] and len(level["times"]) == 48
    assert set(frequency["results"]) == {None} and set(frequency["qualities"]) == {9}


@pytest.mark.parametrize("format", ["arrow", "csv", "geojson", "csvw", "netcdf", "parquet"])
def test_every_format_has_the_same_cells(
    client: httpx.Client, format: str, wanted: list[tuple[str, float | None]]
) -> None:
    """As many rows, and for those that are read here the same numbers under the rule that the file states."""
    content = answered(client, format=format).raise_for_status().content
    both = [*wanted, *((time, None) for time, _ in wanted)]

    if format == "arrow":
        table = pa.ipc.open_stream(content).read_all()
        found = [(rfc3339(time), mean) for time, mean in zip(table[2].to_pylist(), table[3].to_pylist(), strict=True)]
        assert json.loads(table.schema.metadata[b"tailwatch"])["aligned"]["interval_s"] == 3600
    elif format == "csv":
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]
        found = [(row[1], float(row[2]) if row[2] else None) for row in rows]
    elif format == "geojson":
        told = [one["properties"] for one in json.loads(content)["features"]]
        found = [(one["phenomenon_time"], one["result"]) for one in told]
    elif format == "csvw":
        assert json.loads(content)["dc:extent"] == len(both)
        return
    else:
        assert content.startswith(b"PAR1" if format == "parquet" else b"\x89HDF")
        return
    assert [time for time, _ in found] == [time for time, _ in both]
    assert [mean for _, mean in found] == pytest.approx([mean for _, mean in both])


def test_cells_of_netcdf_have_bounds(client: httpx.Client, wanted: list[tuple[str, float | None]]) -> None:
    """CF section 7.1: a mean says over which time it is; xarray reads when each cell begins and ends, and the means."""
    import xarray as xr  # only here: it takes a second

    file = xr.open_dataset(io.BytesIO(answered(client, format="netcdf").content), engine="h5netcdf")
    begins = [pd.Timestamp(time).tz_localize(None) for time, _ in wanted]
    level = file["water_level"].values[: len(wanted)]

    assert file["time"].attrs["bounds"] == "time_bounds"
    assert file["time_bounds"].values[: len(wanted)].tolist() == [
        [begin.value, (begin + pd.Timedelta("1h")).value] for begin in begins
    ]
    assert [None if math.isnan(mean) else mean for mean in level] == pytest.approx([mean for _, mean in wanted])
    assert pd.Timestamp(file.attrs["time_coverage_end"]).tz_localize(None) == begins[-1] + pd.Timedelta("1h")
    assert pd.Timedelta(file.attrs["time_coverage_resolution"]) == pd.Timedelta("1h")  # ACDD-1.3: between its values


def test_gaps_on_a_grid_lie_between_readings(client: httpx.Client, read_database: TestDatabase) -> None:
    """Of cells of five minutes, of which one is empty: from the last minute before it to the first after it."""
    (level, frequency) = answered(client, aligned="PT5M").json()["series"]
    minutes = [time for time, _, quality, _ in stored.rows(read_database) if quality in (1, 2)]
    cells = [(before, after) for before, after in pairwise(minutes) if before.minute // 5 != after.minute // 5]

    assert level["counts"][200:202] == [0, 0]
    assert level["gaps"] == [
        [rfc3339(before), rfc3339(after)] for before, after in cells if (after - before).total_seconds() > 90
    ]
    assert len(level["gaps"]) > 1 and frequency["gaps"] == []


def test_the_past_is_what_had_been_received(client: httpx.Client, wanted: list[tuple[str, float | None]]) -> None:
    """As of noon there are the hours before, and of the next one what had come."""
    (level, _) = answered(client, as_of=stored.AS_OF.isoformat()).json()["series"]

    assert level["results"][:12] == pytest.approx([mean for _, mean in wanted[:12]])
    assert (len(level["results"]), level["counts"][-1]) == (13, 1)


def test_a_series_that_began_later_takes_no_cells(client: httpx.Client) -> None:
    """Two days have 17,280 cells of ten seconds, with or without the battery, first heard of months after."""
    asked = {"aligned": "PT10S", "datastream": [stored.LEVEL, stored.BATTERY]}
    answer = answered(client, **asked)

    assert answer.status_code == 200, answer.text
    # The last reading is of 23:59:00, so that the last cell is of then.
    assert [len(one["times"]) for one in answer.json()["series"]] == [2 * 8640 - 5] * 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"aligned": "1h"}, "aligned"),
        ({"aligned": "PT0S"}, "aligned"),
        ({"aligned": "P"}, "aligned"),
        ({"aligned": "P400D"}, "aligned"),
        ({"aligned": "PT1S", "datastream": [stored.LEVEL, stored.BATTERY], "to": []}, "aligned"),
        ({"marks": "3"}, "marks"),
        ({"max_points": 100}, "max_points"),
    ],
)
def test_what_cannot_be_put_on_a_grid_is_refused(client: httpx.Client, more: dict[str, Any], field: str) -> None:
    """An interval that is none, more cells than are answered, and what only a chart has."""
    answer = answered(client, **more)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
