"""Energy figures: each says where it comes from, and a data sheet is named with the page that was read."""

import re

import pytest

from tailwatch.energy import read

FIGURES = read()
CURRENTS = {name: getattr(FIGURES.currents, name) for name in FIGURES.currents.__struct_fields__}


@pytest.mark.parametrize("name", CURRENTS)
def test_a_data_sheet_is_named_with_its_page(name: str) -> None:
    """Whoever doubts a figure finds it; what was not read does not say so."""
    one = CURRENTS[name]

    assert (one.basis == "datasheet") == bool(re.search(r"datasheet v[\d.]+, page \d+, table", one.source))
    assert one.typical > 0


def test_what_nobody_measured_says_so() -> None:
    """Times of a board are assumed, not measured; nothing in the file is."""
    times = [getattr(FIGURES.times, name) for name in FIGURES.times.__struct_fields__]

    assert {one.basis for one in (*CURRENTS.values(), *times)} <= {"datasheet", "secondary", "computed", "assumed"}
    assert all("not measured" in one.source for one in times if one.basis == "assumed")
