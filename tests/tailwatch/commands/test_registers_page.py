"""docs/operating/registers.md: its map reads its file as it says, and it has every column and key."""

import re
from pathlib import Path

from tailings.register import COLUMNS, RegisterMap, read_map, read_register
from tailings.register.mapping import RegisterSource
from tailings.register.tables import read_table

PAGE = Path("docs/operating/registers.md")
FILE = Path("tests/data/surveys/cadastro.csv")


def test_the_map_of_the_page_reads_its_file() -> None:
    """Two rows are taken, the other three refused: exchanged axes, a unit, a row that stands twice."""
    text = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.S)[0]
    given = read_map(text)
    found = read_register(read_table(FILE.read_bytes(), given.form), given)

    assert len(text.splitlines()) <= 30
    assert [(one.row, one.id) for one in found.facilities] == [(4, "P-001"), (5, "P-002")]
    assert [(one.row, one.column.partition(" (")[0]) for one in found.faults] == [
        (6, "Este"),
        (7, "Massa"),
        (8, "Código"),
    ]


def test_the_page_has_every_column_and_key() -> None:
    """A column or key that is added stands in the page too."""
    named = set(re.findall(r"`([a-z0-9_]+)`", PAGE.read_text()))

    assert {one.name for one in COLUMNS} - named == set()
    assert set(RegisterSource.__struct_fields__) - named == set()
    assert set(RegisterMap.__struct_fields__) - named == set()
