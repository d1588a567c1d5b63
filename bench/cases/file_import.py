"""A file of observations: read in its child and sieved against what is stored; the csv module alone is the limit.

What lets through is stored by the path of all readings, which other cases measure.
"""

import csv
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.figures import Figure, WrongResult, figure
from bench.plant import FACILITY
from bench.run import Run
from edge_agent import FilePosition, Mapping, TimeBounds, read_guarded
from ingest.imports import Sieve
from tailwatch.survey import chunk_of

LIMIT: Final = "csv"
ROWS_A_BLOCK: Final = 20
"""Of the size's blocks: 2,000,000 rows usually."""
START_S: Final = 1_500_000_000
STEP_S: Final = 60
NAMES: Final = "SELECT name FROM datastream WHERE facility_id = %s AND formula IS NULL ORDER BY name LIMIT 2"
BOUNDS: Final = TimeBounds(0, lambda: 4_000_000_000_000)


def run(run: Run) -> list[Figure]:
    """Rows/s of a file with two columns of readings, of which nothing is stored yet."""
    connection, rows = run.ground.connect(), run.size.blocks * ROWS_A_BLOCK
    names = [name.partition(":")[2] for (name,) in connection.execute(NAMES, (FACILITY,)).fetchall()]
    mapping = Mapping("time", "UTC", {"a": names[0], "b": names[1]})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.csv"
        write(file, rows)

        def ours() -> float:
            sieve = Sieve(connection, FACILITY, dict.fromkeys(names, float(STEP_S)), is_replacing=False)
            start_s = time.perf_counter()
            for chunk in read_guarded(file, mapping, BOUNDS, FilePosition("bench")):
                sieve.take(chunk_of(chunk))
            if [one.stored for one in sieve.count.columns.values()] != [rows, rows]:
                raise WrongResult("the sieve has not let all cells through")
            return rows / (time.perf_counter() - start_s)

        def limit() -> float:
            start_s = time.perf_counter()
            with file.open(newline="") as lines:
                if sum(1 for _ in csv.reader(lines)) != rows + 1:
                    raise WrongResult("the csv module has not read all rows")
            return rows / (time.perf_counter() - start_s)

        found = run.rounds("a file of observations", {LIMIT: limit, "ours": ours})
    return [figure("a file of observations read and sieved", "rows/s", found, limit=LIMIT, facts={"rows": rows})]


def write(file: Path, rows: int) -> None:
    """A file of so many rows, a minute apart, with two columns of numbers."""
    with file.open("w") as out:
        out.write("time,a,b\n")
        for at in range(rows):
            moment = time.strftime("%Y-%m-%d %H:%M", time.gmtime(START_S + STEP_S * at))
            out.write(f"{moment},{2800 + at % 97 / 4},{4000 + at % 89}\n")
