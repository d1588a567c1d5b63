"""What waste is worth does not depend on how its assays are written: order, units, oxides, marks of numbers, files.

One campaign in several writings, each imported and studied; every figure is the same. The control writes another
result, and another hole.
"""

import csv
import io
import random
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest

from ingest import studies
from ingest.samples import assays
from ingest.values import Connection
from tailwatch.demo import assays as demo
from tests.differences import differences, is_close
from tests.tailings.study.example import COARSE

Table = list[list[str]]
Writing = Callable[[Table], Sequence[str]]
W_IN_WO3: Final = 183.84 / (183.84 + 3 * 15.999)
"""Standard atomic weights (IUPAC 2021)."""
NUMBER: Final = re.compile(r"(<?)([0-9.]+)")
MORE: Final = "As"
"""An element that only one writing has."""
OF_FILES: Final = ("samples_sha256",)
"""What a study says of the bytes that it was made from."""


def written(table: Table, mark: str = ",") -> str:
    """The table as a file."""
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator="\n").writerows(table)
    return text.getvalue()


def in_other_words(table: Table, column: str, heading: str, factor: float) -> Table:
    """The table with the numbers of one column times a factor, limits of detection too."""
    place = table[0].index(column)

    def told(cell: str) -> str:
        found = NUMBER.fullmatch(cell)
        return cell if found is None else f"{found[1]}{float(found[2]) * factor:.12g}"

    return [
        [*row[:place], heading if number == 0 else told(row[place]), *row[place + 1 :]]
        for number, row in enumerate(table)
    ]


def _shuffled(table: Table) -> Sequence[str]:
    rows = table[1:]
    random.Random(7).shuffle(rows)
    return [written([table[0], *rows])]


def _with_arsenic(table: Table) -> Sequence[str]:
    return [written([[*row, f"{MORE} ppm" if number == 0 else str(100 + number)] for number, row in enumerate(table)])]


def _by_hole(table: Table) -> Sequence[str]:
    """Two files of whole holes; what has no hole goes with the first."""
    place, last = table[0].index("hole"), max(row[table[0].index("hole")] for row in table[1:])
    return [
        written([table[0], *(row for row in table[1:] if (row[place] == last) is is_second)])
        for is_second in (False, True)
    ]


def _with_commas(table: Table) -> Sequence[str]:
    numbers = [[cell.replace(".", ",") if NUMBER.fullmatch(cell) else cell for cell in row] for row in table[1:]]
    return [written([table[0], *numbers], mark=";")]


WRITINGS: Final[dict[str, Writing]] = {
    "rows in another order": _shuffled,
    "columns in another order": lambda table: [written([row[::-1] for row in table])],
    "per cent for ppm": lambda table: [written(in_other_words(table, "Cu ppm [ICP]", "Cu % [ICP]", 1e-4))],
    "g/t for ppm": lambda table: [written(in_other_words(table, "Sn ppm [XRF]", "Sn g/t [XRF]", 1.0))],
    "an element for its oxide": lambda table: [written(in_other_words(table, "WO3 % [XRF]", "W % [XRF]", W_IN_WO3))],
    "one more element": _with_arsenic,
    "two files": _by_hole,
    "decimal commas": _with_commas,
}
OTHERS: Final[dict[str, Writing]] = {
    "one result is another": lambda table: [written(table).replace("0.0932", "0.0962")],
    "one hole is elsewhere": lambda table: [written(table).replace("DH-01,30,-40", "DH-01,60,-40")],
}


def worth(connection: Connection, files: Sequence[str]) -> Any:
    """Import the files, make a study, and return all that it found."""
    for number, text in enumerate(files):
        assays.take(connection, "vale", f"laboratory-{number}.csv", text.encode(), "system:1000")
    studies.make(connection, "vale", COARSE, "system:1000")
    row = connection.execute("SELECT result FROM study").fetchone()
    assert row is not None
    return row[0]


def table() -> Table:
    """The campaign as it was sent."""
    return list(csv.reader(io.StringIO(demo.text())))


@pytest.fixture(scope="module")
def as_sent() -> dict[str, Any]:
    """What the campaign is worth, once it is known."""
    return {}


def _found(connection: Connection, as_sent: dict[str, Any], writing: Writing) -> list[str]:
    """Where the figures of a writing differ from those of the campaign as it was sent."""
    if not as_sent:
        with connection.transaction(force_rollback=True):
            as_sent.update(worth(connection, [demo.text()]))
    told = worth(connection, writing(table()))
    told["assayed"] = [one for one in told["assayed"] if one["element"] != MORE]
    return list(differences(as_sent, told, (*OF_FILES, MORE), lambda *pair: is_close(*pair, rel=1e-6)))


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS.keys())
def test_the_same_waste_is_worth_the_same(connection: Connection, as_sent: dict[str, Any], writing: Writing) -> None:
    """Tonnes, grades, metal, money and their intervals."""
    assert _found(connection, as_sent, writing) == []


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_another_result_is_worth_something_else(
    connection: Connection, as_sent: dict[str, Any], other: Writing
) -> None:
    """The control: the comparison sees a third of a per mille in one cell, and a collar."""
    assert _found(connection, as_sent, other)
