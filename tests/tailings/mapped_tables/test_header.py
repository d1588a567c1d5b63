"""Tests of finding the headings of a table, in one row and in several with groups above."""

import pytest

from tailings.laboratory.mapping import read_map
from tailings.mapped_tables import header
from tailings.mapped_tables.faults import TableRefused

MAP = """
header_rows = {rows}
[columns]
"Muestra" = ["sample", "hole"]
"Este" = "chainage_m"
"""
GROUPED = [["Lugar", "", "", "ICP", "", "XRF"], ["Muestra", "Este", "Norte", "Cu", "Zn", "Cu"]]


def test_a_row_of_units_beneath_the_names_makes_headings_of_both() -> None:
    """Behind a title and a blank line, as a register prints it; the blank line is no row of groups."""
    table = [["Datos"], [], ["Muestra", "Este", "SiO2", "Cu"], ["", "", "%", "g/t"], ["M-1", "5", "61", "9"]]

    found = header.found(table, read_map(MAP.format(rows=2)))

    assert (found.row, found.names) == (4, ("Muestra", "Este", "SiO2 %", "Cu g/t"))


def test_a_group_counts_for_the_columns_beside_it() -> None:
    """Copper stands twice, so it is known by its group; zinc by its name alone and with its group."""
    found = header.of_rows(GROUPED, 0, 2)

    assert found.names == ("Lugar Muestra", "Lugar Este", "Lugar Norte", "ICP Cu", "ICP Zn", "XRF Cu")
    assert [found.place(one) for one in ("icp  cu", "XRF Cu", "Zn", "ICP Zn", "Cu", "")] == [3, 5, 4, 4, None, None]


def test_the_first_of_repeated_headers_is_taken() -> None:
    """A table that was printed in pages has its headings again."""
    table = [["Muestra", "Este"], ["M-1", "5"], ["Muestra", "Este"], ["M-2", "6"]]

    assert header.found(table, read_map(MAP.format(rows=1))).row == 1


def test_the_row_may_be_stated() -> None:
    """Then only that one is looked at."""
    stated = read_map("header_row = 1\n" + MAP.format(rows=1))

    with pytest.raises(TableRefused, match="no heading of the table"):
        header.found([["Datos"], ["Muestra", "Este"]], stated)
