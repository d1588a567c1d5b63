"""NetCDF files, read back by h5py, against SQL of our own and against rows that hypothesis makes."""

import asyncio
import dataclasses
import io
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import h5py
import httpx
import numpy as np
import pytest
from hypothesis import given, settings

from api.exports import Chunk, netcdf
from api.http.errors import BadParameter
from tests.api import site
from tests.api.exports import stored
from tests.api.exports.written import LEVEL, PRESSURE, ROWS, START, Row, datastream, head, readings, saved
from tests.servers import TestDatabase

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TEMPERATURE = datastream(9, "vale:n07:vw1.temperature", "Cel", "temperature")


def column(file: h5py.File, name: str) -> list[Any]:
    """The values of a variable, None where it has its fill value."""
    values, fill = file[name][...], file[name].attrs.get("_FillValue")
    return [None if value != value or (fill is not None and value == fill[0]) else value for value in values.tolist()]


def rows_of(file: h5py.File, name: str) -> list[Any]:
    """Time, result, flag and tests of each row, the tests as the words of flag_meanings."""
    meanings = file[f"{name}_tests"].attrs["flag_meanings"].decode().split(" ")
    tests = [None if code == 0 else meanings[code] for code in file[f"{name}_tests"][...].tolist()]
    times = [EPOCH + timedelta(microseconds=time) for time in file["time"][...].tolist()]
    return list(zip(times, column(file, name), column(file, f"{name}_qc"), tests, strict=True))


def opened(content: bytes) -> h5py.File:
    return h5py.File(io.BytesIO(content))


def test_every_row_is_what_is_stored(client: httpx.Client, read_database: TestDatabase) -> None:
    """Times to the microsecond, flags, and the fill value where there is no result; a + joins tests."""
    answer = client.get(stored.OBSERVATIONS, params={"format": "netcdf"})
    wanted = [(*row, tests and tests.replace(",", "+")) for *row, tests in stored.rows(read_database)]

    assert rows_of(opened(answer.content), "water_level") == wanted
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_the_past_is_what_had_been_received(client: httpx.Client, read_database: TestDatabase) -> None:
    """As of an instant the rows that came later are not there."""
    asked = {"format": "netcdf", "as_of": stored.AS_OF.isoformat()}
    file = opened(client.get(stored.OBSERVATIONS, params=asked).content)

    assert len(file["time"]) == len(stored.rows(read_database, as_of=stored.AS_OF)) < site.LEVEL_ROWS


def test_of_several_each_variable_has_one_unit(client: httpx.Client, read_database: TestDatabase) -> None:
    """A ragged array: row_size rows of each, in the variable of its quantity; the other one is empty there."""
    asked = {"datastream": [stored.LEVEL, stored.BATTERY], "quality": "1,2,9", "marks": "3,4", "format": "netcdf"}
    file = opened(client.get(stored.SERIES, params=asked).content)
    level, battery = stored.rows(read_database), stored.rows(read_database, site.BATTERY)

    assert file["row_size"][...].tolist() == [len(level), len(battery)]
    assert column(file, "voltage") == [None] * len(level) + [result for _, result, *_ in battery]
    assert (file["voltage"].attrs["units"], file["water_level"].attrs["units"]) == (b"V", b"m")


def test_it_says_what_cf_and_acdd_want_to_know() -> None:
    """Feature type, id, flags, licence, place with datum; no fill value on time; a temperature is on its scale."""
    file = opened(saved(netcdf, [[(START, 8.5, 1, None)]], TEMPERATURE))
    told = file["temperature"].attrs

    assert (told["units"], told["units_metadata"]) == (b"degree_Celsius", b"temperature: on_scale")
    assert file["temperature_qc"].attrs["flag_values"].tolist() == [1, 2, 3, 4, 9]
    assert (file.attrs["featureType"], file["datastream"].attrs["cf_role"]) == (b"timeSeries", b"timeseries_id")
    assert "_FillValue" not in file["time"].attrs and file.attrs["license"] == b"CC-BY-4.0"
    assert (file["alt"][()], file["crs"].attrs["geopotential_datum_name"]) == (301.25, b"EVRF2019")


@pytest.mark.parametrize(
    ("interval_s", "told"), [(60, b"PT60S"), (0.25, b"PT0.25S"), (14 * 86_400, b"PT1209600S"), (None, None)]
)
def test_the_resolution_is_a_duration_of_iso_8601(interval_s: float | None, told: bytes | None) -> None:
    """ACDD-1.3, time_coverage_resolution: whole or decimal seconds, in which no power of ten can stand."""
    slow = dataclasses.replace(LEVEL, expected_interval_s=interval_s)

    assert opened(saved(netcdf, [[(START, 8.5, 1, None)]], slow)).attrs.get("time_coverage_resolution") == told


@settings(max_examples=12, deadline=None, database=None)
@given(rows=ROWS, others=ROWS)
def test_whatever_is_stored_comes_back(rows: list[Row], others: list[Row]) -> None:
    """Any time, number and flag; a text of tests keeps its letters, and what CF has no letter for becomes _."""
    file = opened(saved(netcdf, [rows, others], LEVEL, PRESSURE))
    found = [row[:3] for row in rows_of(file, "water_level")][: len(rows)]

    assert found == [row[:3] for row in rows]
    assert column(file, "barometric_pressure")[len(rows) :] == [row[1] for row in others]


def test_too_many_observations_are_refused_before_the_first_byte() -> None:
    """One more than the limit is an error that says what to ask for instead, never a cut file."""
    part = head(LEVEL).parts[0]
    found = readings([(START, 1.0, 1, None)])

    async def chunks() -> AsyncIterator[Chunk]:
        yield Chunk(part, found, START, netcdf.MAX_ROWS)
        yield Chunk(part, found, START, 1)

    with tempfile.TemporaryFile() as file, pytest.raises(BadParameter, match="at most 20,000,000"):
        asyncio.run(netcdf.save(chunks(), head(LEVEL), file))


def test_a_cut_file_is_refused_by_its_readers() -> None:
    """HDF5 knows from its first block how long the file must be."""
    whole = saved(netcdf, [[(START + timedelta(minutes=one), float(one), 1, None) for one in range(50)]], LEVEL)

    assert np.array_equal(opened(whole)["water_level"][...], np.arange(50.0))
    with pytest.raises(OSError, match="truncated"):
        opened(whole[:-1])
