"""What water is does not depend on how a laboratory writes it: order, units, marks of numbers, times, files.

One year in several writings, each imported for a facility of its own; what the api says of all of them is the same. The
control writes one result, one water and one day otherwise.
"""

import csv
import io
import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import openpyxl
import pytest

from tests.dashboard.water.sampled_sites import sampled
from tests.differences import differences
from tests.servers import Database
from tests.tailings.water.tables import CADMIUM, monthly

Table = list[list[str]]
Writing = Callable[[Table], Sequence[bytes]]
NOW: Final = datetime.now(UTC)
COLUMNS: Final = "pH,EC uS/cm,Eh mV,Cd ug/L dissolved [ICP-MS],Ni ug/L dissolved,Zn ug/L total,CaCO3 mg/L total"
NUMBER: Final = re.compile(r"([<>]?-?)([0-9]+)(\.[0-9]+)?")
OF_FILES: Final = ("file", "sha256", "imported_at", "id", "name")
"""What an answer says of the file that a sample came with, and of the facility."""
HEADS: Final = 5


def year() -> Table:
    """Twelve months of a river: a mean above its limit, results below and above limits of quantification, gaps."""
    rows = [
        f"6.{back % 7},{1400 + 55 * back},{150 - 40 * back},{cadmium},{'n.s.' if back == 3 else 1.25 + back / 8},"
        f"{'>' if back == 5 else ''}{1610 + 10 * back},70"
        for back, cadmium in enumerate(CADMIUM)
    ]
    return list(csv.reader(io.StringIO(monthly(NOW, COLUMNS, rows))))


def written(table: Table, mark: str = ",", encoding: str = "utf-8") -> bytes:
    """The table as a file."""
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(table)
    return text.getvalue().encode(encoding)


def each_number(table: Table, change: Callable[[str, str, str], str], columns: Sequence[str] = ()) -> Table:
    """The table with its results written otherwise, by sign, whole part and decimals; columns: those alone."""
    places = [at for at, name in enumerate(table[0]) if at >= HEADS and (not columns or name in columns)]

    def told(at: int, cell: str) -> str:
        found = NUMBER.fullmatch(cell)
        return change(found[1], found[2], found[3] or "") if found and at in places else cell

    return [table[0], *([told(at, cell) for at, cell in enumerate(row)] for row in table[1:])]


def renamed(table: Table, column: str, heading: str, factor: float) -> Table:
    """The table with one column in another unit."""
    changed = each_number(table, lambda sign, *parts: f"{sign}{float(''.join(parts)) * factor:.9g}", [column])
    return [[heading if name == column else name for name in table[0]], *changed[1:]]


def _shuffled(table: Table) -> Sequence[bytes]:
    rows = table[1:]
    random.Random(7).shuffle(rows)
    return [written([table[0], *rows])]


def _german(sign: str, whole: str, decimals: str) -> str:
    return sign + f"{int(whole):,}".replace(",", ".") + decimals.replace(".", ",")


def _english(sign: str, whole: str, decimals: str) -> str:
    return f"{sign}{int(whole):,}{decimals}"


def _workbook(table: Table) -> Sequence[bytes]:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in table:
        sheet.append([float(cell) if NUMBER.fullmatch(cell) and cell[0] not in "<>" else cell for cell in row])
    book.save(packed)
    return [packed.getvalue()]


def _in_utc(table: Table) -> Sequence[bytes]:
    at = table[0].index("time")
    rows = [
        [*row[:at], datetime.fromisoformat(row[at]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), *row[at + 1 :]]
        for row in table[1:]
    ]
    return [written([table[0], *rows])]


def _as_on_the_clock(table: Table) -> Sequence[bytes]:
    """Without an offset: by the clock of the facility."""
    at = table[0].index("time")
    return [written([table[0], *([*row[:at], row[at][:-6], *row[at + 1 :]] for row in table[1:])])]


WRITINGS: Final[dict[str, Writing]] = {
    "as-sent": lambda table: [written(table)],
    "rows-in-another-order": _shuffled,
    "columns-in-another-order": lambda table: [written([row[::-1] for row in table])],
    "two-files": lambda table: [written(table[:5]), written([table[0], *table[5:]])],
    "mg-for-ug": lambda table: [written(renamed(table, "Zn ug/L total", "Zn mg/L total", 1e-3))],
    "ng-for-ug": lambda table: [
        written(renamed(table, "Cd ug/L dissolved [ICP-MS]", "Cd ng/L dissolved [ICP-MS]", 1e3))
    ],
    "ms-for-us": lambda table: [written(renamed(table, "EC uS/cm", "EC mS/cm", 1e-3))],
    "decimal-commas": lambda table: [written(each_number(table, lambda *one: "".join(one).replace(".", ",")), ";")],
    "german-thousands": lambda table: [written(each_number(table, _german), ";", "latin-1")],
    "english-thousands": lambda table: [written(each_number(table, _english), "\t", "utf-8-sig")],
    "a-workbook": _workbook,
    "times-in-utc": _in_utc,
    "times-on-the-clock": _as_on_the_clock,
}
OTHERS: Final[dict[str, Writing]] = {
    "another-result": lambda table: [written(table).replace(b"0.175", b"0.176")],
    "another-water": lambda table: [written(table).replace(b"surface water", b"seepage", 1)],
    "another-point": lambda table: [written(table).replace(b",river-down,", b",river-up,", 1)],
}


@pytest.fixture(scope="module")
def sites(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the api over one facility a writing."""
    tables = {id: writing(year()) for id, writing in (WRITINGS | OTHERS).items()}
    with sampled(cluster, tmp_path_factory, tables) as client:
        yield client


def told(sites: httpx.Client, id: str) -> dict[str, Any]:
    """What the api says of the water of a facility, results of a sample by their substances."""
    answer: dict[str, Any] = sites.get(f"/api/v1/facilities/{id}/water").raise_for_status().json()
    for sample in answer["samples"]:
        sample["analyses"].sort(key=lambda one: (one["symbol"], one["fraction"]))
    return {key: answer[key] for key in ("outcome", "limits", "without_limit", "samples", "drainage", "loads")}


@pytest.mark.parametrize("id", list(WRITINGS)[1:])
def test_the_same_water_is_told_of_in_the_same_words(sites: httpx.Client, id: str) -> None:
    """Outcome, each limit with its value and reason, each sample with its results."""
    known = told(sites, "as-sent")

    assert (known["outcome"], len(known["samples"])) == ("exceeded", 12)
    assert list(differences(known, told(sites, id), OF_FILES)) == []


@pytest.mark.parametrize("id", OTHERS)
def test_another_water_is_told_of_otherwise(sites: httpx.Client, id: str) -> None:
    """The control: the comparison sees one result of twelve, and where one sample was taken."""
    assert list(differences(told(sites, "as-sent"), told(sites, id), OF_FILES))
