"""A laboratory's table: what good rows give, and what each fault is told."""

import csv
import io
from datetime import UTC, datetime

import pytest

from tailings.water import parse
from tests.tailings.water.tables import HEADINGS, ROWS, YEAR

ZONE = "Europe/Lisbon"
GOOD = ROWS[0]


def cells(text: str) -> list[list[str]]:
    """The cells of a CSV text."""
    return list(csv.reader(io.StringIO(text)))


def fault(text: str) -> tuple[int, str, str]:
    """The one fault of a table."""
    (found,) = parse(cells(text), ZONE).faults
    return found.row, found.column, found.fault


def test_a_year_of_samples_is_read() -> None:
    """Limits of quantification keep their sign, n.s. is no result, local times are of the facility's zone."""
    found = parse(cells(YEAR), ZONE)
    third = found.samples[2]
    cadmium = third.of("Cd")

    assert found.faults == () and len(found.samples) == 4
    assert cadmium and (cadmium.sign, cadmium.value, cadmium.reckoned, cadmium.method) == ("<", 0.05, 0.025, "ICP-MS")
    assert third.of("Zn") is None
    assert found.samples[1].taken_at == datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def test_units_are_kept_as_one() -> None:
    """mg/L and ng/L become ug/L, mS/cm becomes uS/cm."""
    heading = "sample,point,medium,time,laboratory,Fe mg/L total,Hg ng/L dissolved,EC mS/cm"
    (sample,) = parse(cells(f"{heading}\nA,weir,seepage,2026-05-04,L,1.5,40,2.9\n"), ZONE).samples

    assert [(one.symbol, one.value, one.unit) for one in sample.analyses] == [
        ("Fe", 1500.0, "ug/L"),
        ("Hg", pytest.approx(0.04), "ug/L"),
        ("EC", 2900.0, "uS/cm"),
    ]


def test_a_unit_converts_in_the_decimals_that_were_written() -> None:
    """0.00009 mg/L is 0.09 ug/L, not 0.09000000000000001: it must not exceed a limit of 0.09."""
    heading = "sample,point,medium,time,laboratory,Cd mg/L dissolved"
    (sample,) = parse(cells(f"{heading}\nA,weir,seepage,2026-05-04,L,0.00009\n"), ZONE).samples

    assert 0.00009 * 1e3 != 0.09 and sample.analyses[0].value == 0.09


FAULTS = {
    "no time": (GOOD.replace("2026-02-03 10:20", "3 Feb"), 2, "time", "'3 Feb' is no time"),
    "unknown water": (GOOD.replace("surface water", "surfacewater"), 2, "medium", "did you mean 'surface water'?"),
    "bad point": (GOOD.replace("river-down", "River down"), 2, "point", "is no id"),
    "no name": (GOOD.replace("W-1,", ",", 1), 2, "sample", "needs a name"),
    "not a number": (GOOD.replace("0.10", "o.10"), 2, "Cd ug/L dissolved [ICP-MS]", "is no number"),
    "thousands or decimals": (GOOD.replace("410", '"1,410"'), 2, "EC uS/cm", "may mean thousands or decimals"),
    "not detected without its limit": (GOOD.replace("0.10", "n.d."), 2, "Cd ug/L dissolved [ICP-MS]", "below which"),
    "negative": (GOOD.replace("0.10", "-0.10"), 2, "Cd ug/L dissolved [ICP-MS]", "is negative"),
    "impossible pH": (GOOD.replace("6.4", "64"), 2, "pH", "a pH of 64 does not exist"),
    "a cell too few": (GOOD.rpartition(",")[0], 2, "", "11 cells under 12 headings"),
    "twice": (f"{GOOD}\n{GOOD}", 3, "sample", "stands here a second time"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_faulty_row_is_named_by_row_and_column(name: str) -> None:
    """The fault says where it is and what to write; the row gives no sample."""
    rows, row, column, words = FAULTS[name]

    found = fault(f"{HEADINGS}\n{rows}\n")

    assert found[:2] == (row, column) and words in found[2]


HEADS = {
    "a column missing": (HEADINGS.replace("medium,", ""), "the column 'medium' is missing"),
    "no unit": (HEADINGS.replace("Ni ug/L dissolved", "Ni dissolved"), "write the unit, ug/L, mg/L or ng/L"),
    "no fraction": (
        HEADINGS.replace("Ni ug/L dissolved", "Ni ug/L"),
        "say dissolved (filtered at 0.45 um), total or bioavail",
    ),
    "unknown unit": (HEADINGS.replace("Ni ug/L", "Ni mgl/L"), "no unit of Ni; did you mean 'mg/L'?"),
    "unknown substance": (HEADINGS.replace("Ni ", "Nickel "), "names no substance that is known"),
    "twice": (HEADINGS.replace("Ni ug/L dissolved", "Cd mg/L dissolved"), "stands in two columns"),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_heading_that_does_not_say_what_it_is_stops_the_table(name: str) -> None:
    """Nothing is guessed of a column."""
    heading, words = HEADS[name]

    found = parse(cells(f"{heading}\n{GOOD}\n"), ZONE)

    assert found.samples == () and any(words in fault.fault for fault in found.faults)
