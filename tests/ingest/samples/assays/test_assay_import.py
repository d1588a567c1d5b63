"""Tests of taking a laboratory's file into a real database."""

import psycopg
import pytest
from psycopg import errors

from ingest.samples import assays
from ingest.samples.laboratory import Taken, UnknownFacility
from ingest.values import Connection
from tailings.laboratory import BadTable
from tests.servers import TestDatabase

HEADING = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,material,kind,of,W ppm,Cu ppm"
ROWS = ("S1,DH-1,10,-40,339.5,0,1.5,sand,primary,,120,1900", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,<5,1800")
FAULTY = "S3,DH-1,10,-40,339.5,4.5,3,sand,primary,,100,1700"


def text(*rows: str) -> bytes:
    """The bytes of a file with these rows."""
    return "\n".join([HEADING, *rows]).encode()


def take(connection: Connection, content: bytes, synthetic: str = "") -> Taken:
    """Import it as a command of user 1000."""
    return assays.take(connection, "vale", "lab.csv", content, "system:1000", synthetic=synthetic)


def test_good_rows_are_taken_and_again_changes_nothing(connection: Connection) -> None:
    """Two samples, one fault named; the same bytes again add no row to any table."""
    first = take(connection, text(*ROWS, FAULTY))
    again = take(connection, text(*ROWS, FAULTY))

    assert (first.added, first.revised, first.unchanged) == (2, 0, 0)
    assert (again.added, again.revised, again.unchanged, again.file) == (0, 0, 2, first.file)
    assert [(fault.row, fault.column) for fault in again.faults] == [(4, "to_m")]
    assert connection.execute("SELECT (SELECT count(*) FROM assay_sample), count(*) FROM assay_file").fetchone() == (
        2,
        1,
    )


def test_a_corrected_sample_is_a_further_revision(connection: Connection) -> None:
    """Both stay; the newest is read, half of a limit counts, and the hash of the samples changes."""
    take(connection, text(*ROWS))
    before = assays.current(connection, "vale")
    revised = take(connection, text(ROWS[0].replace("120", "150"), ROWS[1]))
    after = assays.current(connection, "vale")

    assert (revised.added, revised.revised, revised.unchanged) == (0, 1, 1)
    assert [one.grades["W"] for one in before.samples] == [120.0, 2.5]
    assert [one.grades["W"] for one in after.samples] == [150.0, 2.5]
    assert before.sha256 != after.sha256


def test_density_and_water_are_kept_for_a_study(connection: Connection) -> None:
    """As the file says them, for the one sample that has them; so is the depth to which its hole is oxidised."""
    rows = (f"{ROWS[0]},2026-05-03,1.86,21,2.4", f"{ROWS[1]},,,,")
    take(connection, "\n".join([f"{HEADING},sampled,bulk_t_m3,water_percent,oxidised_m", *rows]).encode())

    found = assays.current(connection, "vale").samples

    assert [(str(one.sampled), one.bulk_t_m3, one.water_share, one.oxidised_m) for one in found] == [
        ("2026-05-03", 1.86, 0.21, 2.4),
        ("None", None, None, None),
    ]


def test_synthetic_assays_keep_their_label(connection: Connection) -> None:
    """And blanks and duplicates are not estimated with."""
    blank, duplicate = "B1,,,,,,,,blank,,<5,3", ROWS[0].replace("S1", "D1").replace("primary,", "duplicate,S1")
    take(connection, text(*ROWS, blank, duplicate), "a model")

    found = assays.current(connection, "vale")

    assert (found.synthetic, len(found.samples)) == ("a model", 2)


@pytest.mark.parametrize(
    "change", ["UPDATE assay_sample SET material = ''", "DELETE FROM assay_file", "DELETE FROM assay_sample"]
)
def test_nobody_changes_what_a_laboratory_sent(connection: Connection, vale: TestDatabase, change: str) -> None:
    """Not even the owner of the tables."""
    take(connection, text(*ROWS))
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner, pytest.raises(errors.RestrictViolation):
        owner.execute(change.encode())


def test_what_is_no_table_or_no_facility_is_refused(connection: Connection) -> None:
    """Nothing is stored."""
    with pytest.raises(BadTable):
        take(connection, b"\xff\xfe")
    with pytest.raises(UnknownFacility, match="nowhere"):
        assays.take(connection, "nowhere", "lab.csv", text(*ROWS), "system:1000")
    assert connection.execute("SELECT count(*) FROM assay_file").fetchone() == (0,)
