"""Making and verifying a package take as much memory for a year of readings as for a third of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import revisions
from ingest.database import connect
from ingest.store import Store
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.rederive.dam import readings, stored_by
from tests.servers import Database, fresh_database

THIRD, YEAR = 160_000, 480_000
"""Minutes of three raw and three derived series."""
STEP = 400
MORE = 1.15
"""More than that is no matter of chance: pieces of 100,000 lines are whole in both."""
MAKE = """
import resource, sys
from pathlib import Path
from ingest import packages
from ingest.database import connect
from tests.ingest.packages import made
connection, folder = connect(sys.argv[1]), Path(sys.argv[2])
draft = packages.begin(connection, "vale", made.instant(0), made.instant(int(sys.argv[3])))
made.written(connection, folder / "draft", draft, folder / "vale.zip")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
VERIFY = """
import resource, sys
from pathlib import Path
from ingest import packages
assert packages.verify(Path(sys.argv[1]) / "vale.zip", lambda share: None).count == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
ROOT = Path(__file__).parents[3]


def run(code: str, *words: object) -> int:
    """Run code in a process of its own; return the most memory that it had [kB]."""
    command = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.long
def test_a_year_takes_no_more_memory_than_a_third_of_it(cluster: Database, tmp_path: Path) -> None:
    """Three times the readings, and the same memory, of who makes the package and of who verifies it."""
    found = {}
    with fresh_database(cluster, KNOWS_VALE) as database, connect(database.conninfo("tailwatch_ingest")) as connection:
        store = Store(3600, revisions.take_verdicts)
        store.greet(connection)
        for minute in range(0, YEAR, STEP):
            stored_by(store, connection, readings(range(minute, minute + STEP)))
        for minutes in (THIRD, YEAR):
            folder = tmp_path / str(minutes)
            folder.mkdir()
            made_kb = run(MAKE, database.conninfo("tailwatch_ingest"), folder, minutes)
            found[minutes] = made_kb, run(VERIFY, folder)

    assert found[YEAR][0] < MORE * found[THIRD][0], found
    assert found[YEAR][1] < MORE * found[THIRD][1], found
