"""Tests of taking a laboratory's file into a real database."""

from functools import partial

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


MAP = """
[columns]
"Hole" = "hole"
"No" = "sample"
"Cobre" = "Cu ppm"
[constants]
chainage_m = 10
offset_m = -40
collar_m = 339.5
from_m = 0
to_m = 1.5
"""
OTHERS = b"Hole;No;Cobre\nDH-9;M1;1.234,5\nDH-9;;7\n"


def test_a_file_is_read_by_its_map_which_is_kept(connection: Connection) -> None:
    """The same bytes by another map are another import: the first one was a thousand times too high."""
    asked = partial(assays.take, connection, "vale", "lab.csv", OTHERS, "system:1000")
    wrong, right, again = (asked(mapping=one) for one in (MAP, MAP.replace("Cu ppm", "Cu ppb"), MAP))

    assert [(one.added, one.revised, one.unchanged) for one in (wrong, right, again)] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
    ]
    assert (again.file, [one.column for one in again.faults]) == (wrong.file, ["No (sample)"])
    assert connection.execute("SELECT map FROM assay_file ORDER BY id LIMIT 1").fetchone() == (MAP,)


def test_a_map_that_cannot_be_used_is_refused(connection: Connection) -> None:
    """With its line; nothing is stored."""
    with pytest.raises(assays.BadMap, match=r"line 5: columns.Cobre: .*'Cu' does not say|no column and no result"):
        assays.preview(connection, "vale", OTHERS, MAP.replace("Cu ppm", "Cu"))


def test_a_preview_tells_what_an_import_does_and_does_nothing(connection: Connection) -> None:
    """Counts, faults, what differs, and the range of each result; then the import itself has the same."""
    take(connection, text(*ROWS))
    changed = text(ROWS[0].replace("120", "150"), ROWS[1].replace("S2", "S4").replace("1.5,3,", "3,4.5,"), FAULTY)
    seen = assays.preview(connection, "vale", changed)
    taken = take(connection, changed)

    assert (seen.added, seen.revised, seen.unchanged, seen.holes) == (1, 1, 0, 1)
    assert (seen.faults, seen.revisions, seen.notes) == (taken.faults, taken.revisions, taken.notes)
    assert [(one.substance, one.results, one.below, one.least, one.most) for one in seen.ranges] == [
        ("W", 1, 1, 150.0, 150.0),
        ("Cu", 2, 0, 1800.0, 1900.0),
    ]


def test_what_an_earlier_file_has_is_told_with_the_difference(connection: Connection) -> None:
    """File and row of the earlier one, and each cell that differs."""
    take(connection, text(*ROWS))
    revised = take(connection, text(ROWS[0].replace("120", "<5").replace("sand", "silt")))

    assert [(one.row, one.name, one.before, one.differences) for one in revised.revisions] == [
        (2, "S1", "lab.csv row 2", ("material sand -> silt", "W ppm 120 -> <5"))
    ]


def test_an_interval_that_an_earlier_file_has_comes_in_once(connection: Connection) -> None:
    """Under another name it is refused; as a duplicate of that sample it is taken, and so is the next interval."""
    take(connection, text(*ROWS))
    twice = ROWS[0].replace("S1", "X1")
    found = take(connection, text(twice, twice.replace("X1", "D1").replace("primary,", "duplicate,S1")))
    below = take(connection, text(twice.replace("X1", "X2").replace("0,1.5,", "3,4.5,")))

    assert [(one.row, one.column, one.fault.partition(";")[0]) for one in found.faults] == [
        (2, "sample", "X1 is of the interval of S1 in lab.csv row 2")
    ]
    assert (found.added, below.added, below.faults) == (1, 1, ())


def test_a_collar_that_an_earlier_file_has_elsewhere_is_named(connection: Connection) -> None:
    """Unless the file corrects all samples of the hole."""
    take(connection, text(*ROWS))
    moved = [one.replace("339.5", "340.5") for one in ROWS]
    (fault,) = take(connection, text(moved[0])).faults

    assert (fault.column, fault.fault) == ("collar_m", "the collar of DH-1 is another one for S2 in lab.csv row 3")
    assert take(connection, text(*moved)).revised == 2


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
