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


MARKS = {
    "a point elsewhere": ("0.10", "1,610", 1610.0),
    "a comma elsewhere": ("0,10", "1.610", 1610.0),
    "a comma elsewhere, a limit": ("<0,05", "<1.610", 1610.0),
    "both in one number": ("7", "1.610,5", 1610.5),
    "a decimal comma": ("0,10", "1,610", 1.61),
    "a decimal point": ("0.10", "1.610", 1.61),
}


@pytest.mark.parametrize("name", MARKS)
def test_marks_of_numbers_are_those_of_the_file(name: str) -> None:
    """Zinc of 1.610 beside cadmium of 0,10 is 1610 ug/L: read for itself it was a thousandth of that."""
    cadmium, zinc, wanted = MARKS[name]
    heading = "sample;point;medium;time;laboratory;Cd ug/L dissolved;Zn ug/L total"
    table = [line.split(";") for line in (heading, f"A;weir;seepage;2026-05-04;L;{cadmium};{zinc}")]

    (sample,) = parse(table, ZONE).samples

    assert (found := sample.of("Zn")) and found.value == wanted


@pytest.mark.parametrize(
    ("numbers", "column", "words"),
    [
        ("7;1,610", "Zn ug/L total", "write 1610, or 1.6100 for decimals"),
        ("7;1.610", "Zn ug/L total", "write 1610, or 1.6100 for decimals"),
        ("0,10;0.2", "", "have different decimal marks; write one of them all through the file; no row is taken"),
    ],
)
def test_marks_that_a_file_does_not_decide_are_asked_for(numbers: str, column: str, words: str) -> None:
    """Nothing is guessed: the sentence says what to write."""
    heading = "sample;point;medium;time;laboratory;Cd ug/L dissolved;Zn ug/L total"
    table = [line.split(";") for line in (heading, f"A;weir;seepage;2026-05-04;L;{numbers}")]

    (found,) = parse(table, ZONE).faults

    assert (found.row, found.column) == (2, column) and words in found.fault


def test_a_potential_may_be_negative() -> None:
    """Eh of seepage without oxygen is; a pH and a conductivity are not."""
    heading = "sample,point,medium,time,laboratory,Eh mV,EC mS/cm"
    read, refused = (
        parse(cells(f"{heading}\nA,weir,seepage,2026-05-04,L,{row}\n"), ZONE) for row in ("-120.5,2.9", "1,-2.9")
    )

    assert read.samples[0].analyses[0].value == -120.5
    assert [(one.column, one.fault.partition(";")[0]) for one in refused.faults] == [("EC mS/cm", "'-2.9' is negative")]


FAULTS = {
    "no time": (GOOD.replace("2026-02-03 10:20", "3 Feb"), 2, "time", "'3 Feb' is no time"),
    "no day of any calendar": (GOOD.replace("2026-02-03 10:20", "0001-01-01T00:10+05:00"), 2, "time", "is no time"),
    "unknown water": (GOOD.replace("surface water", "surfacewater"), 2, "medium", "did you mean 'surface water'?"),
    "bad point": (GOOD.replace("river-down", "River down"), 2, "point", "is no id"),
    "no name": (GOOD.replace("W-1,", ",", 1), 2, "sample", "needs a name"),
    "not a number": (GOOD.replace("0.10", "o.10"), 2, "Cd ug/L dissolved [ICP-MS]", "is no number"),
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


def test_a_sample_that_is_still_to_come_is_named() -> None:
    """2062 for 2026 would be the newest sample, and count nowhere; the clock of another zone may be a day ahead."""
    now = datetime(2026, 2, 3, 12, tzinfo=UTC)
    slip, ahead = (
        parse(cells(f"{HEADINGS}\n{GOOD.replace('2026-02-03', day)}\n"), ZONE, now)
        for day in ("2062-02-03", "2026-02-04")
    )

    assert slip.samples == () and len(ahead.samples) == 1
    assert [(one.row, one.column, one.fault) for one in slip.faults] == [
        (2, "time", "2062-02-03 is still to come; check the year")
    ]


HEADS = {
    "a column missing": (HEADINGS.replace("medium,", ""), "the column 'medium' is missing"),
    "no unit": (HEADINGS.replace("Ni ug/L dissolved", "Ni dissolved"), "write the unit, ug/L, mg/L or ng/L"),
    "no fraction": (
        HEADINGS.replace("Ni ug/L dissolved", "Ni ug/L"),
        "say dissolved (filtered at 0.45 um), total or bioavail",
    ),
    "unknown unit": (HEADINGS.replace("Ni ug/L", "Ni mgl/L"), "no unit of Ni; did you mean 'mg/L'?"),
    "unknown substance": (HEADINGS.replace("Ni ", "Nickel "), "names no substance that is known"),
    "values without one": (HEADINGS.replace("Ni ug/L dissolved", ""), "has values and no heading; give it one"),
    "twice": (HEADINGS.replace("Ni ug/L dissolved", "Cd mg/L dissolved"), "stands in two columns"),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_heading_that_does_not_say_what_it_is_stops_the_table(name: str) -> None:
    """Nothing is guessed of a column."""
    heading, words = HEADS[name]

    found = parse(cells(f"{heading}\n{GOOD}\n"), ZONE)

    assert found.samples == () and any(words in fault.fault for fault in found.faults)
