"""Tests of reading a laboratory's file: twenty and more kinds of faults, each named by row and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.laboratory import read_assays, read_table

HEADING = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,material,kind,of,WO3 % [XRF],Cu ppm"
GOOD = "S1,DH-1,10,-40,339.5,0,1.5,sand,primary,,0.15,1900"

# Row 3 holds the fault; the good row 2 is taken in each case. Columns are those a person looks at.
FAULTS = [
    ("sample", ",DH-1,10,-40,339.5,1.5,3,sand,primary,,0.15,1900"),
    ("hole", "S2,,10,-40,339.5,1.5,3,sand,primary,,0.15,1900"),
    ("chainage_m", "S2,DH-1,,-40,339.5,1.5,3,sand,primary,,0.15,1900"),
    ("offset_m", "S2,DH-1,10,west,339.5,1.5,3,sand,primary,,0.15,1900"),
    ("collar_m", "S2,DH-1,10,-40,340.5,1.5,3,sand,primary,,0.15,1900"),
    ("from_m", "S2,DH-1,10,-40,339.5,-1,3,sand,primary,,0.15,1900"),
    ("from_m", "S2,DH-1,10,-40,339.5,1,3,sand,primary,,0.15,1900"),
    ("to_m", "S2,DH-1,10,-40,339.5,3,1.5,sand,primary,,0.15,1900"),
    ("to_m", "S2,DH-1,10,-40,339.5,3,,sand,primary,,0.15,1900"),
    ("kind", "S2,DH-1,10,-40,339.5,1.5,3,sand,repeat,S1,0.15,1900"),
    ("of", "S2,DH-1,10,-40,339.5,0,1.5,sand,duplicate,,0.15,1900"),
    ("of", "S2,DH-1,10,-40,339.5,0,1.5,sand,duplicate,S9,0.15,1900"),
    ("WO3 % [XRF]", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,high,1900"),
    ("Cu ppm", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,0.15,1900 ppm"),
    ("Cu ppm", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,0.15,-2"),
    ("Cu ppm", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,0.15,n.d."),
    ("WO3 % [XRF]", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,150,1900"),
    ("", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,99,500000"),
    ("", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,n.s.,n.s."),
    ("", "S2,DH-1,10,-40,339.5,1.5,3,sand, coarse,primary,,0.15,1900"),
    ("Cu ppm", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,0.15"),
]
HEADINGS = [
    ("Cu", "substance and unit"),
    ("Cu ppn", "no unit"),
    ("Xx ppm", "no substance"),
    ("CaWO4 %", "no substance"),
]


@pytest.mark.parametrize(("column", "row"), FAULTS, ids=range(len(FAULTS)))
def test_each_fault_is_named_and_the_good_row_taken(column: str, row: str) -> None:
    """Twenty-one kinds of faults: the answer says row 3 and the column, and the row before is taken."""
    found = read_assays(read_table("\n".join([HEADING, GOOD, row]).encode()))

    assert [(fault.row, fault.column) for fault in found.faults] == [(3, column)]
    assert [one.name for one in found.samples] == ["S1"]


def test_a_file_with_all_faults_at_once_gives_each_of_them() -> None:
    """One file with every faulty row (in holes of their own) names as many rows, and takes the good one."""
    rows = [row for _, row in FAULTS]
    found = read_assays(read_table("\n".join([HEADING, GOOD, *rows]).encode()))

    assert len({fault.row for fault in found.faults}) == len(rows) == 21
    assert [one.name for one in found.samples] == ["S1"]


def test_of_two_rows_of_one_number_that_differ_none_is_taken() -> None:
    """Each names both rows, the number, the columns that differ, and what to do; the others are taken."""
    other = GOOD.replace("0,1.5,", "1.5,3,").replace("1900", "1700")
    good = GOOD.replace("S1", "S3").replace("0,1.5,", "3,4.5,")
    found = read_assays(read_table("\n".join([HEADING, GOOD, good, other]).encode()))

    assert [(fault.row, fault.column) for fault in found.faults] == [(2, "sample"), (4, "sample")]
    assert {fault.fault for fault in found.faults} == {
        "S1 stands in rows 2 and 4 and differs (from_m 0 -> 1.5, to_m 1.5 -> 3, Cu ppm 1900 -> 1700); none of them is "
        "taken: keep the right one, give the other its own number, or send it as a duplicate of the first"
    }
    assert [one.name for one in found.samples] == ["S3"]


def test_a_row_that_stands_twice_is_taken_once() -> None:
    """And that is said; of three rows of one number of which one differs, none is taken."""
    twice = read_assays(read_table("\n".join([HEADING, GOOD, GOOD]).encode()))
    thrice = read_assays(read_table("\n".join([HEADING, GOOD, GOOD, GOOD.replace("1900", "1700")]).encode()))

    assert ([one.row for one in twice.samples], twice.faults) == ([2], ())
    assert [(note.row, note.fault) for note in twice.notes] == [(3, "S1 stands so in row 2 too: taken once")]
    assert (thrice.samples, [fault.row for fault in thrice.faults]) == ((), [2, 3, 4])
    assert "rows 2 and 4" in thrice.faults[1].fault


@pytest.mark.parametrize(("heading", "fix"), HEADINGS)
def test_a_faulty_heading_is_named_and_the_others_are_read(heading: str, fix: str) -> None:
    """Its column is left out; the fault says what is wrong with it."""
    found = read_assays(read_table(f"{HEADING},{heading}\n{GOOD},5".encode()))

    assert [(fault.row, fault.column, fix in fault.fault) for fault in found.faults] == [(1, heading, True)]
    assert [assay.element for assay in found.samples[0].assays] == ["W", "Cu"]


def test_a_column_without_a_heading_is_told_where_it_has_values() -> None:
    """An empty one is nothing; of the other nobody knows what it is, and it was left out without a word."""
    found = read_assays(read_table(f"{HEADING},,\n{GOOD},, \n{GOOD.replace('S1', 'S2')},5,\n".encode()))

    width = len(HEADING.split(","))
    assert [(fault.row, fault.fault) for fault in found.faults if "no heading" in fault.fault] == [
        (3, f"column {width + 1} has values and no heading; give it one, or leave the column out")
    ]


def test_headings_are_known_whatever_their_capitals() -> None:
    """A laboratory's system writes them all large."""
    found = read_assays(read_table(f"{HEADING.upper()}\n{GOOD}".encode()))

    assert ([one.name for one in found.samples], found.faults) == (["S1"], ())


def test_a_file_without_rows_is_no_good_file() -> None:
    """It is told, where it was taken for one without a fault."""
    (fault,) = read_assays(read_table(f"{HEADING}\n,,\n".encode())).faults

    assert (fault.row, fault.fault.partition(";")[0]) == (1, "no row with a sample stands beneath the headings")


def test_a_title_above_the_headings_asks_for_a_map() -> None:
    """The empty cells beside it are no headings that stand twice."""
    found = read_assays(read_table(f"Report 4711,,,\n{HEADING}\n{GOOD}".encode()))

    assert [one.column for one in found.faults][:2] == ["Report 4711", "sample"]
    assert found.faults[1].fault.endswith("a file that has others, or lower, needs a map")


ROCK = {"SiO2 %": 61.9, "Al2O3 %": 15.6, "FE2O3T %": 6.4, "CAO %": 5.9, "K2O %": 3.3, "LOI %": 5.1, "CO2 %": 3.0}
"""Oxides of a rock with its loss on ignition, 98.2 % together; CO2 is part of the loss."""


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({}, 0),
        ({"Fe ppm [ICP]": 44_700, "Fe % [XRF]": 4.5, "Total %": 98.2}, 0),
        ({"MgO %": 9.0}, 1),
        ({"Zn ppm": 90_000}, 1),
        ({"MgO % [ICP]": 6.0, "S % [LECO]": 5.0}, 0),
        ({"S % [ICP]": 6.0, "MgO % [ICP]": 5.0}, 1),
    ],
    ids=["as it is", "iron thrice and a total", "too much of an oxide", "a unit too small", "of two methods", "of one"],
)
def test_results_add_up_to_no_more_than_the_sample(more: dict[str, float], faults: int) -> None:
    """An element that two methods report counts once, as the compound it is reported as; a loss and a total never."""
    told = ROCK | more
    rows = (f"{HEADING},{','.join(told)}", f"{GOOD},{','.join(map(str, told.values()))}")
    found = read_assays(read_table("\n".join(rows).encode()))

    assert [(fault.row, fault.fault[:11]) for fault in found.faults] == [(2, "all results")] * faults
    assert len(found.samples) == 1 - faults


def test_missing_and_double_headings_are_named() -> None:
    """Without a needed column no row is taken; a column that stands twice is left out once."""
    missing = read_assays(read_table(HEADING.replace("to_m,", "").encode() + b"\nx"))
    assert [(fault.row, fault.column) for fault in missing.faults] == [(1, "to_m")]
    for again in ("Cu ppm", "CU PPM"):
        double = read_assays(read_table(f"{HEADING},{again}\n{GOOD},7".encode()))
        assert [fault.column for fault in double.faults] == [again]
        assert [assay.printed for assay in double.samples[0].assays] == ["0.15", "1900"]


def test_values_keep_what_was_printed() -> None:
    """0.15 % WO3 is 1189.5 mg/kg W (x 183.84 / 231.837); <2 keeps its sign and its limit; blanks have no place."""
    rows = [HEADING, GOOD.replace("1900", "<2"), "B1,,,,,,,,blank,,<0.001,<2"]
    first, blank = read_assays(read_table("\n".join(rows).encode())).samples
    tungsten, copper = first.assays

    assert tungsten.mg_per_kg == pytest.approx(1189.5, abs=0.1)
    assert (copper.printed, copper.sign, copper.mg_per_kg) == ("<2", "<", 2.0)
    assert (blank.kind, blank.top_m, blank.hole) == ("blank", None, "")


def test_an_empty_table_is_a_fault() -> None:
    """Nothing is read and nothing raised."""
    assert read_assays([]).faults[0].row == 1


BODY = f"{HEADING},sampled,bulk_t_m3,water_percent"


def test_a_sample_has_its_day_density_and_water() -> None:
    """21 % of water is a share of 0.21; empty cells are not known; a row with a density alone is one."""
    rows = [f"{GOOD},2026-05-03,1.86,21", "S2,DH-1,10,-40,339.5,1.5,3,sand,primary,,,,,1.92,18"]
    first, second = read_assays(read_table("\n".join([BODY, *rows]).encode())).samples

    assert (str(first.sampled), first.bulk_t_m3, first.water_share) == ("2026-05-03", 1.86, 0.21)
    assert (second.sampled, second.bulk_t_m3, second.water_share) == (None, 1.92, 0.18)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("sampled", "3.5.2026,1.86,21"),
        ("bulk_t_m3", ",1860,21"),
        ("bulk_t_m3", ",moist,21"),
        ("water_percent", ",1.8,-1"),
    ],
)
def test_faults_of_the_body_are_named(column: str, cells: str) -> None:
    """A day that is none, kilograms for tonnes, words, a negative water content."""
    found = read_assays(read_table(f"{BODY}\n{GOOD},{cells}".encode()))

    assert (found.samples, [(fault.row, fault.column) for fault in found.faults]) == ((), [(2, column)])


LOGS = [(2, ""), (3, "2.4"), (4, "2.5"), (5, "-1")]


def test_a_hole_is_oxidised_to_one_depth() -> None:
    """Where the log says it; another depth of the same hole is a fault, and so is one above the collar."""
    heading = f"{HEADING},oxidised_m"
    rows = [f"{GOOD},2.4"] + [f"S{n},DH-1,10,-40,339.5,{n},{n + 1},sand,primary,,0.1,9,{cell}" for n, cell in LOGS]
    found = read_assays(read_table("\n".join([heading, *rows]).encode()))

    assert [(one.name, one.oxidised_m) for one in found.samples] == [("S1", 2.4), ("S2", None), ("S3", 2.4)]
    assert [(fault.row, fault.column) for fault in found.faults] == [(5, "oxidised_m"), (6, "oxidised_m")]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)), max_size=25))
def test_of_intervals_in_any_order_those_that_overlap_a_taken_one_are_refused(intervals: list[tuple[int, int]]) -> None:
    """Against the plain rule, each with all before it."""
    rows = [
        f"S{at},DH-1,10,-40,339.5,{top},{top + long},sand,primary,,0.15,9" for at, (top, long) in enumerate(intervals)
    ]
    taken: list[tuple[int, int]] = []
    for top, long in intervals:
        if all(top >= other + length or top + long <= other for other, length in taken):
            taken.append((top, long))
    found = read_assays(read_table("\n".join([HEADING, *rows]).encode())).samples

    assert [(one.top_m, one.bottom_m) for one in found] == [(top, top + long) for top, long in taken]
