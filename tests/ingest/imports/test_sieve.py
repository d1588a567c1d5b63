"""What the sieve of an import lets through: at one instant the first row of a file counts, wherever its chunks end."""

import numpy as np
import pytest

from ingest import imports
from ingest.imports import ColumnCount, Import, ImportedChunk, Sieve
from ingest.revisions import RevisionDraft
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import RAW, START_S, message, reading
from tests.ingest.quarantine.test_decisions import put
from tests.ingest.revisions.asked import AUTHOR, at, rows

REPLACED, AGAIN, NEW = 2832.0, 2833.0, 2840.0


def chunk(end: int, second: int, value: float) -> ImportedChunk:
    """One line of a file: a frequency at so many seconds from the start of the readings."""
    column = np.array([(START_S + second) * 1000], np.int64), np.array([value])
    return ImportedChunk(end, {RAW: column}, {RAW: ColumnCount(cells=1)}, rows=1)


LINES = [chunk(10, 0, REPLACED), chunk(20, 0, AGAIN), chunk(30, 60, NEW), chunk(40, 60, AGAIN)]
"""Four chunks, of which the second and the last repeat the instant before; what is stored at the first is replaced."""


def sieve_of(connection: Connection, one: Import | None) -> Sieve:
    """A sieve as the command makes it, also when it goes on; without an import it only counts."""
    if one is None:
        return Sieve(connection, "vale", {RAW: 60.0}, is_replacing=True)
    return Sieve(connection, "vale", {RAW: 60.0}, is_replacing=True, import_id=one.id, revision=one.revision)


def begun(connection: Connection) -> Import:
    """An import that replaces what differs."""
    draft = RevisionDraft("vale", "import", AUTHOR, "its clock was right", at(0), stop=at(0.001))
    return imports.begin(connection, draft, ("history.csv", "0" * 64), {}, is_replacing=True)


@pytest.mark.parametrize("way", ["at once", "resumed", "dry run"])
def test_a_second_row_of_one_instant_counts_in_no_chunk(store: Store, connection: Connection, way: str) -> None:
    """2,832 Hz take the place of 2,831; 2,833 Hz of the same instant, a chunk later, are refused as twice in the file.

    So it is when the import is ended between two chunks and goes on, and so a trial says that it will be.
    """
    put(store, connection, message(0, [reading(START_S, 2831.0, RAW)]))
    one = None if way == "dry run" else begun(connection)
    sieve = sieve_of(connection, one)
    let_in = []
    for line in LINES:
        sieve = sieve_of(connection, one) if way == "resumed" else sieve
        let_in += [values.tolist() for _, values in sieve.take(line).values()]
    count = sieve.count.columns[RAW]

    assert let_in == [[NEW]]
    assert (count.cells, count.stored, count.replaced, count.already, count.conflicts) == (4, 1, 1, 0, 0)
    assert count.refused == {"same-time": (2, 0)}
    assert rows(connection, RAW)[0][:2] == (0, 2831.0 if way == "dry run" else REPLACED)


def test_the_first_line_that_is_known_is_told() -> None:
    """Line 12 is the first that is known of a reason, whichever chunk it is of: of one told a chunk later none is."""
    known, unknown = (ColumnCount(cells=1, refused={"same-time": (1, line)}) for line in (12, 0))
    for parts in ((known, unknown), (unknown, known)):
        whole = ColumnCount()
        for part in parts:
            whole.add(part)
        assert whole.refused == {"same-time": (2, 12)}
