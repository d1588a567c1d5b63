"""Files of observations as programs of others read them: polars, xarray, netCDF's own tools, and the checkers of CF."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tailings import cf_names, units
from tests import foreign
from tests.api.exports import stored
from tests.servers import TestDatabase

pytestmark = pytest.mark.foreign

SOME = {"datastream": [stored.LEVEL, stored.BATTERY], "quality": "1,2,9", "marks": "3,4"}
POLARS = """
import json, sys, polars
found = polars.read_ipc_stream(sys.argv[1]) if sys.argv[1].endswith("arrows") else polars.read_parquet(sys.argv[1])
rows = found.select(polars.col("phenomenon_time").dt.epoch("us"), "result", "quality", "tests").rows()
print(json.dumps([rows, str(found.schema["phenomenon_time"])]))
"""
XARRAY = """
import json, sys, xarray
found = xarray.open_dataset(sys.argv[1], engine=sys.argv[2])
level = found["water_level"]
print(json.dumps([found.time.values.astype("M8[us]").astype(int).tolist(), level.fillna(-1).values.tolist(),
                  found["water_level_qc"].values.tolist(), level.attrs["units"], found["datastream"].item().decode()]))
"""
CSVW = """
import json, sys, warnings, csvw
warnings.simplefilter("error")
found = csvw.CSVW(sys.argv[1], validate=True)
rows = list(found.tables[0])
print(json.dumps([found.is_valid, len(rows), str(rows[0]["phenomenon_time"]), rows[0]["result"], rows[0]["quality"]]))
"""
UNITS = """
import json, sys, cf_units
print(json.dumps([[cf_units.Unit(one).convert(value, cf_units.Unit(base)) for value in (0.0, 1.0)]
                  for one, base in json.loads(sys.argv[1])]))
"""


@pytest.fixture
def fetched(client: httpx.Client, tmp_path: Path) -> Callable[..., Path]:
    """Fetches a file of the level, or of several datastreams."""

    def fetch(format: str, address: str = stored.OBSERVATIONS, **asked: Any) -> Path:
        answer = client.get(address, params={"format": format, **asked}).raise_for_status()
        name = re.search(r'filename="(.+)"', answer.headers["content-disposition"])
        assert name is not None
        file = tmp_path / name[1]
        file.write_bytes(answer.content)
        return file

    return fetch


def microseconds(rows: list[Any]) -> list[int]:
    return [round(time.timestamp() * 1e6) for time, *_ in rows]


@pytest.mark.parametrize("format", ["arrow", "parquet"])
def test_polars_reads_what_is_stored(fetched: Callable[..., Path], format: str, read_database: TestDatabase) -> None:
    """Every row, with null for missing and times in UTC."""
    rows, kind = foreign.asked(POLARS, fetched(format))
    wanted = stored.rows(read_database)

    assert rows == [[at, *row[1:]] for at, row in zip(microseconds(wanted), wanted, strict=True)]
    assert "UTC" in kind


@pytest.mark.parametrize("engine", ["netcdf4", "h5netcdf"])
def test_xarray_reads_what_is_stored(fetched: Callable[..., Path], engine: str, read_database: TestDatabase) -> None:
    """By the library of the makers of NetCDF and by the one that we write with: times as times, missing as missing."""
    times, results, flags, unit, name = foreign.asked(XARRAY, fetched("netcdf"), engine)
    wanted = stored.rows(read_database)

    assert times == microseconds(wanted)
    assert results == [-1 if result is None else result for _, result, *_ in wanted]
    assert (flags, unit, name) == ([quality for _, _, quality, _ in wanted], "m", stored.LEVEL)


@pytest.mark.parametrize("asked", [{}, {"address": stored.SERIES, **SOME}], ids=["one", "several"])
def test_the_tools_of_netcdf_read_it(fetched: Callable[..., Path], asked: dict[str, Any]) -> None:
    """ncdump prints its head; cdo finds as many time steps as there are rows."""
    file = fetched("netcdf", **asked)
    head = subprocess.run(["ncdump", "-h", file], capture_output=True, text=True, check=True).stdout

    assert 'water_level:units = "m"' in head and ':featureType = "timeSeries"' in head


def test_cdo_computes_with_it(fetched: Callable[..., Path], read_database: TestDatabase) -> None:
    """The mean over all times is that of SQL."""
    file = fetched("netcdf")
    found = subprocess.run(
        ["cdo", "-s", "outputf,%.9g", "-timmean", "-selname,water_level", file],
        capture_output=True,
        text=True,
        check=True,
    )
    results = [result for _, result, *_ in stored.rows(read_database) if result is not None]

    assert float(found.stdout) == pytest.approx(sum(results) / len(results), rel=1e-8)


NOT_IN_A_FACILITY_FILE = (
    "acknowledgment/acknowledgement",
    "comment",
    "creator_email",
    "creator_url",
    "processing_level",
    "project",
    "publisher_email",
)
HEIGHTS = (
    "geospatial_bounds_vertical_crs",
    "geospatial_vertical_max",
    "geospatial_vertical_min",
    "geospatial_vertical_positive",
)
ACCEPTED = {
    "cf:1.11": set(),
    # What a facility file does not say, a height that none of this site's nodes has, and quantities for which the table
    # of standard names has none.
    "acdd:1.3": {f"{name} not present" for name in (*NOT_IN_A_FACILITY_FILE, *HEIGHTS)} | {"standard_name"},
}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"address": stored.SERIES, **SOME},
        {"address": stored.SERIES, "datastream": SOME["datastream"], "aligned": "PT1H"},
    ],
    ids=["one", "several", "grid"],
)
@pytest.mark.parametrize("convention", ACCEPTED)
def test_the_checker_finds_nothing_but_what_is_accepted(
    fetched: Callable[..., Path], convention: str, asked: dict[str, Any], tmp_path: Path
) -> None:
    """compliance-checker of IOOS; each accepted finding says why above."""
    report = tmp_path / "report.json"
    options = ("--test", convention, "--format", "json", "--output", report)
    foreign.run("compliance-checker", *options, fetched("netcdf", **asked), check=False)
    told = json.loads(report.read_text())[convention]
    found = {
        message
        for level in ("high_priorities", "medium_priorities", "low_priorities")
        for one in told[level]
        for message in one["msgs"]
    }

    assert found - ACCEPTED[convention] == set()


@pytest.mark.parametrize("asked", [{}, {"address": stored.SERIES, **SOME}], ids=["one", "several"])
def test_a_csv_is_what_its_csvw_says(
    fetched: Callable[..., Path], asked: dict[str, Any], read_database: TestDatabase
) -> None:
    """Columns, types and keys hold for the package csvw; a row that is there twice breaks the key, and is found."""
    table, described = fetched("csv", **asked), fetched("csvw", **asked)
    told = json.loads(described.read_text())
    described.write_text(json.dumps(told | {"url": table.name}))
    time, result, quality, _ = stored.rows(read_database)[0]
    found = foreign.asked(CSVW, described)
    lines = table.read_bytes().splitlines(keepends=True)
    table.write_bytes(b"".join([*lines, lines[-1]]))
    twice = foreign.run("python", "-c", CSVW, described, check=False)

    assert found == [True, told["dc:extent"], f"{time:%Y-%m-%d %H:%M:%S+00:00}", result, quality]
    assert twice.returncode != 0 and "key" in twice.stderr


def test_units_mean_the_same_in_udunits() -> None:
    """UDUNITS turns each unit that it knows into the base of its dimension by our factor."""
    bases = {one.dimension: one for one in units.UNITS if (one.factor, one.offset) == (1.0, 0.0)}
    known = [one for one in units.UNITS if cf_names.udunits(one.symbol) != "1" or one.dimension == "ratio"]
    pairs = [(cf_names.udunits(one.symbol), cf_names.udunits(bases[one.dimension].symbol)) for one in known]
    found = foreign.asked(UNITS, json.dumps(pairs))

    for one, (zero, unity) in zip(known, found, strict=True):
        assert zero == pytest.approx(one.offset, abs=1e-9) and unity - zero == pytest.approx(one.factor, rel=1e-6), one
