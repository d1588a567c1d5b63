"""CSV for people: whatever stands in a cell, a spreadsheet computes nothing."""

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from tailings import csv_text

# OWASP, "CSV Injection": a cell that begins with one of these is computed.
BEGINS = (*"=+-@\t\r\n", "＝", "＋", "－", "＠")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
DANGEROUS = st.builds(str.__add__, st.sampled_from(BEGINS), ANY_TEXT)


def read(text: str) -> list[list[str]]:
    """The cells, as the standard library reads them."""
    return list(csv.reader(io.StringIO(text, newline="")))


def is_number(text: str) -> bool:
    """Whether Python takes it for one."""
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def unmarked(text: str) -> str:
    """The text of a cell, by the cell alone: one apostrophe goes where what it stands before would begin a formula."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(BEGINS) else text


@given(st.lists(ANY_TEXT | DANGEROUS, min_size=2, max_size=4))
@example(["'=1", "''-1", "'s-Hertogenbosch", "=1"])
def test_no_cell_begins_a_formula(cells: list[str]) -> None:
    """A cell that begins as one is a number and nothing else; without the mark, every text is as it was."""
    (found,) = read(csv_text.text([cells]))

    assert all(not one.startswith(BEGINS) or is_number(one) for one in found)
    assert [unmarked(one) for one in found] == cells


def test_numbers_stay_numbers() -> None:
    """A level below zero, a depth, what a laboratory prints; nothing is an empty cell."""
    row = (-1.5, "-0.25", "+3e-5", 7, None, "<0.5", True)

    assert read(csv_text.text([row])) == [["-1.5", "-0.25", "+3e-5", "7", "", "<0.5", "True"]]


def test_a_number_with_more_behind_it_is_none() -> None:
    """`-3+cmd|' /C calc'!A0` calls a program where it is computed."""
    assert csv_text.cell("-3+cmd|' /C calc'!A0") == "'-3+cmd|' /C calc'!A0"
