"""Tests of decimal and thousands marks: decided once a file, refused when mixed, and never over what a sheet holds."""

import datetime as dt
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.laboratory import read_assays, read_table
from tailings.mapped_tables.number_marks import NumberMarks
from tailings.table_file import SheetNumber

HEADING = "sample;hole;chainage_m;offset_m;collar_m;from_m;to_m;Cu ppm;Zn ppm"


def read(*rows: str) -> tuple[list[float | None], list[tuple[int, str]]]:
    """Copper and zinc of a file of two columns of results [mg/kg], and its faults."""
    found = read_assays(read_table("\n".join([HEADING, *rows]).encode()))
    grades = [assay.mg_per_kg for one in found.samples for assay in one.assays]
    return grades, [(one.row, one.fault) for one in found.faults]


@pytest.mark.parametrize(
    ("collar", "copper", "expected"),
    [
        ("339,5", "1.234", 1234.0),
        ("339.5", "1,234", 1234.0),
        ("339,5", "1.234,5", 1234.5),
        ("339.5", "1,234.5", 1234.5),
        ("339,5", "0,125", 0.125),
        ("339,5", "<1.234", 1234.0),
        ("339", "1 234", 1234.0),
    ],
)
def test_one_number_that_leaves_no_choice_decides_for_the_file(collar: str, copper: str, expected: float) -> None:
    """German and English files; the collar says which of them this one is."""
    assert read(f"S1;DH-1;10;-40;{collar};0;1;{copper};7") == ([expected, 7.0], [])


def test_a_file_with_both_marks_is_refused_whole() -> None:
    """Both rows are named, and how to state the mark; no row is taken."""
    grades, faults = read("S1;DH-1;10;-40;339,5;0;1;120;7", "S2;DH-1;10;-40;339,5;1;2;90.5;7")

    assert (grades, [row for row, _ in faults]) == ([], [2])
    assert "'339,5' here and '90.5' in row 3" in faults[0][1]
    assert "state `decimal` in a map" in faults[0][1]


@pytest.mark.parametrize("copper", ["1,234", "1.234"])
def test_what_nothing_in_the_file_decides_is_not_read(copper: str) -> None:
    """1234 or 1.234: a thousand times as much copper."""
    _, faults = read(f"S1;DH-1;10;-40;339;0;1;{copper};7")

    assert [row for row, _ in faults] == [2]
    assert "thousands or decimals; write 1234" in faults[0][1]


def test_numbers_of_a_sheet_have_a_point_whatever_its_texts_have() -> None:
    """A Spanish workbook: 1.234 is a number of its own, `<0,5` a text; a day is a day."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append([*HEADING.split(";"), "sampled"])
    book.active.append(["S1", "DH-1", 10, -40, 339.5, 0, 1, 1.234, "<0,5"])
    book.active["J2"] = dt.datetime(2026, 5, 3)
    book.save(out)

    (found,) = read_assays(read_table(out.getvalue())).samples

    assert [one.mg_per_kg for one in found.assays] == [1.234, 0.5]
    assert str(found.sampled) == "2026-05-03"


@given(st.integers(0, 10**9), st.integers(0, 999), st.sampled_from([".", ","]), st.booleans())
def test_a_number_is_read_as_it_was_written(whole: int, thousandths: int, decimal: str, is_grouped: bool) -> None:
    """Python's own formatting is the other way round."""
    english = f"{whole:,}.{thousandths:03}" if is_grouped else f"{whole}.{thousandths:03}"
    text = english if decimal == "." else english.translate({44: ".", 46: ","})

    assert NumberMarks(decimal).number(text) == float(f"{whole}.{thousandths:03}")
    assert NumberMarks(",").number(SheetNumber(f"{whole}.{thousandths:03}")) == float(f"{whole}.{thousandths:03}")
