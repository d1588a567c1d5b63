"""Memory of the api while a large file is taken away: it must not grow with the file."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.api import site
from tests.api.server import ApiServer
from tests.servers import Database, fresh_database

pytestmark = pytest.mark.long

ROWS = 5_000_000
FEW_ROWS = 500_000
GROWTH_MB = 40
"""Less than a hundredth part of what the rows would take as Python objects."""
FILL = """
INSERT INTO observation (datastream_id, phenomenon_time, result, quality)
SELECT %s, %s + second * interval '1 second', 300 + sin(second), 1 FROM generate_series(1, %s) second"""
PATH = f"/api/v1/datastreams/{site.BATTERY}/observations"


@pytest.fixture(scope="module")
def server(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over five million rows of one datastream."""
    with fresh_database(cluster) as database:
        site.build(database.conninfo())
        with psycopg.connect(database.conninfo()) as connection:
            connection.execute(FILL, (site.BATTERY, site.T0, ROWS))
        started = ApiServer(tmp_path_factory.mktemp("api"), database.conninfo("tailwatch_api")).start()
        yield started
        started.stop()


def peak_mb(server: ApiServer, format: str, rows: int) -> float:
    """The most memory that the api took while so many rows were taken away."""
    process = Path(f"/proc/{server.process.pid}")
    (process / "clear_refs").write_text("5")
    end = f"&to={(site.T0 + rows * site.timedelta(seconds=1)).isoformat().replace('+00:00', 'Z')}"
    taken = 0
    with httpx.stream(
        "GET", f"{server.url}{PATH}?format={format}{end}&from=2026-05-01T00:00:00Z", timeout=300
    ) as answer:
        assert answer.status_code == 200
        for part in answer.iter_raw():
            taken += len(part)
    assert taken > rows
    found = re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
    assert found is not None
    return int(found[1]) / 1024


@pytest.mark.timeout(600)
@pytest.mark.parametrize("format", ["arrow", "parquet", "netcdf", "csv", "geojson"])
def test_ten_times_the_rows_take_no_more_memory(server: ApiServer, format: str) -> None:
    """Half a million rows and five million have the same peak, but for what a few chunks in flight take."""
    few, many = peak_mb(server, format, FEW_ROWS), peak_mb(server, format, ROWS)
    print(f"{format}: {few:.0f} MB for {FEW_ROWS:,} rows, {many:.0f} MB for {ROWS:,}")

    assert many < few + GROWTH_MB
