"""Laboratory tables into the database: again changes nothing, a correction is a revision, faults are named."""

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import psycopg
import pytest

from ingest.samples import laboratory, water
from ingest.versions.facility import register
from tailings import parse
from tailings.laboratory import BadTable
from tests.servers import TestDatabase
from tests.tailings.facilities import VALE
from tests.tailings.water.tables import ROWS, YEAR

AUTHOR = "system:1000"


@pytest.fixture
def connection(database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """Ingest's own rights over a database that knows the test facility."""
    with psycopg.connect(database.conninfo()) as owner:
        text = VALE.read_text()
        register(owner, parse(text), text)
    with psycopg.connect(database.conninfo("tailwatch_ingest"), autocommit=True) as connection:
        yield connection


def counts(taken: laboratory.Taken) -> tuple[int, int, int, int]:
    """New, revised, unchanged, faults."""
    return taken.added, taken.revised, taken.unchanged, len(taken.faults)


def test_the_same_table_again_changes_nothing(connection: psycopg.Connection[Any]) -> None:
    """Four samples once; the same bytes, and the same rows in other files, one with Excel's `sep=;`, add nothing."""
    first = water.take(connection, "vale", "year.csv", YEAR.encode(), AUTHOR)
    again = water.take(connection, "vale", "year.csv", YEAR.encode(), AUTHOR)
    other = water.take(connection, "vale", "copy.csv", YEAR.replace("\n", "\r\n").encode(), AUTHOR)
    said = water.take(connection, "vale", "said.csv", f"sep=;\r\n{YEAR.replace(',', ';')}".encode(), AUTHOR)

    assert [counts(one) for one in (first, again, other, said)] == [(4, 0, 0, 0), *[(0, 0, 4, 0)] * 3]
    assert connection.execute("SELECT count(*) FROM water_sample").fetchone() == (4,)


def test_a_corrected_result_is_a_further_revision(connection: psycopg.Connection[Any]) -> None:
    """The first value stays and the newest counts; nobody can change either."""
    water.take(connection, "vale", "year.csv", YEAR.encode(), AUTHOR)

    taken = water.take(connection, "vale", "year-2.csv", YEAR.replace(",0.14,", ",0.41,").encode(), AUTHOR)

    assert counts(taken) == (0, 1, 3, 0)
    rows = connection.execute("SELECT revision FROM water_sample WHERE name = 'W-2' ORDER BY revision").fetchall()
    assert rows == [(1,), (2,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE water_sample SET analyses = '[]'")


def test_good_rows_are_taken_and_faulty_ones_named(connection: psycopg.Connection[Any]) -> None:
    """One bad cell costs its row and no other."""
    taken = water.take(connection, "vale", "x.csv", YEAR.replace(",0.14,", ",nothing,").encode(), AUTHOR)

    assert counts(taken) == (3, 0, 0, 1)
    assert (taken.faults[0].row, taken.faults[0].column) == (3, "Cd ug/L dissolved [ICP-MS]")


def test_a_workbook_gives_the_same_as_the_text(connection: psycopg.Connection[Any]) -> None:
    """The first sheet of an XLSX, numbers as numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in YEAR.splitlines():
        sheet.append([float(cell) if cell.replace(".", "", 1).isdigit() else cell for cell in line.split(",")])
    packed = io.BytesIO()
    book.save(packed)
    water.take(connection, "vale", "year.csv", YEAR.encode(), AUTHOR)

    assert counts(water.take(connection, "vale", "year.xlsx", packed.getvalue(), AUTHOR)) == (0, 0, 4, 0)


def test_what_is_no_table_is_refused(connection: psycopg.Connection[Any]) -> None:
    """A file that is no table, and a facility that is not there."""
    with pytest.raises(BadTable):
        water.take(connection, "vale", "x.xlsx", b"PK\x03\x04 not a workbook", AUTHOR)
    with pytest.raises(laboratory.UnknownFacility):
        water.take(connection, "nowhere", "x.csv", ROWS[0].encode(), AUTHOR)


def test_the_audit_log_knows_who_imported_what(connection: psycopg.Connection[Any]) -> None:
    """One row with the digest of the file."""
    water.take(connection, "vale", "year.csv", YEAR.encode(), AUTHOR)

    row = connection.execute("SELECT actor, subject FROM audit WHERE action = 'water.import'").fetchone()
    assert row == (AUTHOR, "vale")
