"""A year of twenty datastreams by each format, beside COPY: how fast they come, and what memory the api takes.

Each format is asked for a tenth of the datastreams first: memory that does not grow with the rows is flat.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import h5py
import pyarrow as pa
import pyarrow.parquet as pq

from bench.cases.series import ROWS, Year, copy_out, expect, rate, read_copy
from bench.figures import Figure, Rounds, figure
from bench.http_client import Asking
from bench.run import Run
from bench.testbed import Connection
from tailwatch.servers.database import API

TENTH: Final = 10
BINARY: Final = "COPY TO, binary"
TEXT: Final = "COPY TO, CSV"


def _lines(file: Path) -> int:
    with file.open("rb") as opened:
        return sum(block.count(b"\n") for block in iter(lambda: opened.read(1 << 20), b""))


def _batches(file: Path) -> int:
    with pa.memory_map(str(file)) as opened:
        return sum(one.num_rows for one in pa.ipc.open_stream(opened))


def _observations(file: Path) -> int:
    with h5py.File(file) as opened:
        return int(opened["time"].shape[0])


FORMATS: Final[dict[str, tuple[str, Callable[[Path], int]]]] = {
    "csv": (TEXT, lambda file: _lines(file) - 1),
    "arrow": (BINARY, _batches),
    "parquet": (BINARY, lambda file: int(pq.read_metadata(file).num_rows)),
    "netcdf": (BINARY, _observations),
    "geojson": (TEXT, lambda file: _lines(file) - 2),
}
"""What each is held against, and how many rows a file of it has: lines less head, or less head and end."""


def run(run: Run) -> list[Figure]:
    """Rows a second of each format and its peak memory, that of a tenth of the rows beside it."""
    year = Year(run, run.size.file_datastreams, ago=1)
    connection, file = run.ground.connect(API), run.ground.folder / "export"
    run.meter.begin("files of each format", len(FORMATS))
    with Asking.api(run.ground) as asking:
        found = []
        for format in FORMATS:
            found.append(_format(run, year, connection, asking, format=format, file=file))
            run.meter.tick()
        file.unlink()
    return found


def _format(run: Run, year: Year, connection: Connection, asking: Asking, *, format: str, file: Path) -> Figure:
    limit, count = FORMATS[format]
    all_rows = year.rows * year.datastreams

    def saved(datastreams: int) -> tuple[float, float]:
        rows, path = year.rows * datastreams, year.file_path(datastreams, format)
        asking.program.forget_peak()
        reached = rate(lambda: asking.save(path, file), rows)
        expect(count(file), rows)
        return reached, asking.program.peak_mb()

    _, least_mb = saved(max(1, year.datastreams // TENTH))
    ours, memory_mb = saved(year.datastreams)
    form = "BINARY" if limit == BINARY else "CSV"

    def read() -> None:
        for number in range(year.datastreams):
            read_copy(connection, copy_out(year.sql(ROWS, of=number), form))

    return figure(
        f"export of {year.datastreams} datastreams ({all_rows:,} rows), {format}",
        "rows/s",
        {limit: Rounds.of([rate(read, all_rows)]), "ours": Rounds.of([ours])},
        limit=limit,
        memory_mb=memory_mb,
        facts={"bytes": file.stat().st_size, "mb at a tenth": round(least_mb)},
    )
