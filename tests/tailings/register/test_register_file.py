"""Tests of reading registers: made-up ones in six layouts, whose faults are known by row."""

import pytest

from tailings.register import ParsedRegister, read_map, read_register
from tailings.register.tables import read_table
from tailings.table_file import BadTable
from tests.tailings.register.generated import HEADINGS, LAYOUTS, Cells, Layout, register

SHORT = ("es-cp1252", "se-xlsx", "gb-geojson", "es-geopackage", "pt-dms", "gb-csv")


def read(layout: Layout, content: bytes) -> ParsedRegister:
    """Read a file of a layout by its map."""
    given = read_map(layout.map())
    return read_register(read_table(content, given.form), given)


def alike(values: Cells, truth: Cells) -> bool:
    """Whether all columns hold what was made up: places to a metre, what was rounded in writing to its last digit."""
    near = {
        name: pytest.approx(one, rel=1e-6, abs=1e-5) if isinstance(one, float) else one for name, one in truth.items()
    }
    return values == near


def check(layout: Layout, count: int, seed: int) -> int:
    """Each row is taken as it was made up, or refused for what is wrong with it; how many kinds of fault there were."""
    content, truth, wrong = register(layout, count, seed)
    found = read(layout, content)
    above = {one.values["id"]: one.row for one in found.facilities}
    first_row = min(above.values()) - next(n for n, one in enumerate(truth) if n not in wrong)
    by_row: dict[int, list[tuple[str, str]]] = {}
    for fault in found.faults:
        by_row.setdefault(fault.row - first_row, []).append((fault.column.rpartition("(")[2].rstrip(")"), fault.fault))

    assert found.rows_in == count == len(found.facilities) + found.refused
    assert {n: wrong.get(n) for n in set(by_row) ^ set(wrong)} == {}
    for number, kind in wrong.items():
        column = {"longitude": ("longitude", "easting_m"), "latitude": ("latitude", "northing_m")}
        known = column.get(kind.column, (kind.column,)) if kind else ("id",)
        assert any(name in known and (kind.says if kind else "") in told for name, told in by_row[number]), (
            kind,
            by_row[number],
        )
    taken = {one.row - first_row: one.values for one in found.facilities}
    assert [number for number, values in taken.items() if not alike(values, truth[number])] == []
    return len({kind.name for kind in wrong.values() if kind}) + 2


@pytest.mark.parametrize("name", SHORT)
def test_each_row_is_taken_or_refused_for_what_is_wrong_with_it(name: str) -> None:
    """Two hundred rows of each layout: the sum adds up, and each fault is named by row and column."""
    assert check(LAYOUTS[name], 200, 1) > 30


def test_a_layer_whose_columns_are_no_utf_8_is_refused() -> None:
    """A name of a column in another encoding is a fault of the file, which is said, and no failure of ours."""
    content, _, _ = register(LAYOUTS["es-geopackage"], 200, 1)
    column = HEADINGS["ES"].split(",")[0].encode()
    damaged = content.replace(b'"' + column, b'"\xe9' + column[1:])

    assert damaged != content
    with pytest.raises(BadTable, match="no GeoPackage"):
        read_table(damaged)


@pytest.mark.long
@pytest.mark.parametrize("name", LAYOUTS)
def test_two_thousand_facilities_with_sixty_kinds_of_fault(name: str) -> None:
    """The same of two thousand rows, whose text files have more than sixty kinds of fault."""
    kinds = check(LAYOUTS[name], 2_000, 2)

    assert kinds >= (60 if "c" in LAYOUTS[name].name and not LAYOUTS[name].is_typed else 40)
