"""Registers that were held back: invented rows in their layouts, by the maps that read the real ones, and the trial."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from tailings.mapped_tables.faults import BadMap
from tailings.register import ParsedRegister, read_map, read_register
from tailings.register.tables import read_table

ROOT: Final = Path(__file__).parents[3]
MAPS: Final = ROOT / "tests" / "data" / "registers"
NOVA_SCOTIA: Final = (
    *("fid", "OBJECTID", "Name", "Tonnes", "Commodity", "Dates", "InfoSource", "AreaHa", "Latitude", "Longitude"),
)
BRITISH_COLUMBIA: Final = (
    *("OBJECTID", "MINFILNO", "NAME1", "NAME2", "STATUS", "LATITUDE", "LONGITUDE", "COMMOD_C1", "COMMOD_C2"),
    *("COMMOD_C3", "DEPOSITTYPE_D1", "DEPOSITTYPE_D2", "Mine_Statu", "Disposal_Method", "First_Year", "Last_Year"),
    "URL",
)
CANADA: Final = (
    *("OID", "Lat_DD", "Long_DD", "Jurisdiction", "Name", "Status", "Commodity_Code", "Last_Year", "Start_Date"),
    *("Location", "Last_Operator", "Forcing_Features", "URL"),
)
COUNT: Final = r"\| (\d+) "
TRIAL: Final = re.compile(rf"^\| .+ \| `(?P<map>\w+)\.toml` {COUNT * 3}\| .+ {COUNT}\|$", re.MULTILINE)


def parsed(content: bytes, name: str) -> ParsedRegister:
    """Read a file by a map of the held-back registers."""
    given = read_map((MAPS / f"{name}.toml").read_text())
    return read_register(read_table(content, given.form), given)


def sheet(headings: Sequence[str], *rows: dict[str, Any]) -> bytes:
    """A workbook as pandas writes one: numbers that were empty somewhere are all floats."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (headings, *([one.get(name) for name in headings] for one in rows)):
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("dates", "started", "closed"),
    [
        ("1896-1916", 1896, 1916),
        ("1926", 1926, 1926),
        ("1884-88, 1926, 1951-1952", 1884, 1952),
        ("1935-39", 1935, 1939),
        ("1900-1915. 1940-1941", 1900, 1941),
        ("1907 – 1987; 2009", 1907, 2009),
    ],
)
def test_periods_of_years_are_their_first_and_their_last_year(dates: str, started: int, closed: int) -> None:
    """As the database of tailings of Nova Scotia has them: one heading is two columns."""
    out = io.StringIO()
    csv.writer(out).writerows([NOVA_SCOTIA, ["1", "7", "Invented", "6038", "Gold", dates, "x", "1.5", "45.3", "-61.7"]])
    found = parsed(out.getvalue().encode(), "nova_scotia")

    assert found.faults == ()
    values = found.facilities[0].values
    assert (values["year_started"], values["year_closed"], values["area_m2"]) == (started, closed, 15_000)


@pytest.mark.parametrize("dates", ["1906-08", "1960's", "1912-1908", "1898-12", "before 1900"])
def test_a_year_that_may_be_another_is_not_guessed(dates: str) -> None:
    """1906-08 may be an August, a decade has ten ends: the row is refused, and told what to write."""
    out = io.StringIO()
    csv.writer(out).writerows([NOVA_SCOTIA, ["1", "7", "Invented", "6038", "Gold", dates, "x", "1.5", "45.3", "-61.7"]])
    found = parsed(out.getvalue().encode(), "nova_scotia")

    assert (found.rows_in, found.refused) == (1, 1)
    assert "Dates (year_closed)" in {one.column for one in found.faults}


def test_several_headings_make_one_text() -> None:
    """Commodities in three columns, each once, without those that say nothing."""
    row = {"MINFILNO": "082X 001", "NAME1": "INVENTED", "COMMOD_C1": "CU", "COMMOD_C2": "AG", "COMMOD_C3": "Null"}
    row |= {"DEPOSITTYPE_D1": "Skarn", "DEPOSITTYPE_D2": "Skarn", "Mine_Statu": "Abandoned MMO"}
    found = parsed(sheet(BRITISH_COLUMBIA, row), "british_columbia")

    values = found.facilities[0].values
    assert [values[name] for name in ("commodities", "original_deposit", "status")] == ["CU, AG", "Skarn", "abandoned"]


def test_several_headings_make_no_number_and_no_id() -> None:
    """Which of two volumes counts, nobody knows."""
    text = (MAPS / "british_columbia.toml").read_text()

    for column in ("height_m", "id", "status"):
        with pytest.raises(BadMap, match="and another heading too"):
            read_map(text.replace('"commodities"', f'"{column}"'))


def test_an_id_that_a_sheet_holds_as_a_float_is_what_the_sheet_shows() -> None:
    """10782.0 is shown as 10782, and a CSV of the same register has it so; a text that ends with .0 stays."""
    numbered = {"OID": 10782.0, "Name": 7.0, "Lat_DD": 54.6, "Long_DD": -102.8, "Status": "Closed Out"}
    found = parsed(sheet(CANADA, numbered, {**numbered, "OID": "A.0"}), "canada")

    assert [one.values["id"] for one in found.facilities] == ["10782", "A.0"]
    assert found.facilities[0].values["name"] == "7"


def test_the_trial_adds_up_and_each_map_has_25_lines_at_most() -> None:
    """Of each register that the document names: rows = new + refused, in the first trial; its map stands here."""
    told = (ROOT / "docs" / "operating" / "registers.md").read_text()
    rows = [[int(one.replace(" ", "")) for one in row.groups()[1:]] for row in TRIAL.finditer(told)]
    names = [row["map"] for row in TRIAL.finditer(told)]

    assert all(rows_in == new + refused and later <= rows_in for rows_in, new, refused, later in rows)
    assert sorted(names) == ["british_columbia", "canada", "nova_scotia", "ontario"]
    assert [len((MAPS / f"{name}.toml").read_text().splitlines()) <= 25 for name in names] == [True] * 4
