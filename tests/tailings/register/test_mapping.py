"""Tests of maps of registers: each fault with its line, and what helps."""

import pytest

from tailings.mapped_tables.faults import BadMap, TableRefused
from tailings.register import read_map, read_register
from tailings.register.tables import read_table
from tests.tailings.register import outlines

HEAD = '[register]\nid = "pt"\ntitle = "Cadastro"\nday = 2026-01-31\nlicence = "CC-BY-4.0"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "register"),
        (HEAD.replace("day = 2026-01-31\n", ""), "day"),
        (HEAD + '[columns]\n"A" = "heigth_m"\n', "line 7.*did you mean 'height_m'"),
        (
            HEAD + '[columns]\n"A" = "tonnage kt moist"\n',
            "is no unit of tonnage; write one of t, kt, Mt, with dry or wet",
        ),
        (HEAD + '[columns]\n"A" = "volume mm3"\n', "write one of m3"),
        (HEAD + '[columns]\n"A" = "name"\n"B" = "name"\n', "another heading too; leave one out"),
        (HEAD + '[columns]\n"A" = "longitude"\n', "longitude and latitude come together"),
        (HEAD + '[columns]\n"A" = "easting_m"\n"B" = "northing_m"\n', "crs: is missing"),
        ('crs = "PROJ:1"\n' + HEAD, "is no reference system"),
        (HEAD + '[words.status]\n"drift" = "runs"\n', "words.status: 'runs' is none of planned"),
        (HEAD + '[words.height_m]\n"hoch" = "high"\n', "no column of words"),
        (HEAD + '[constants]\n"land" = "PT"\n', "'land' is no column"),
    ],
)
def test_a_map_is_refused_with_what_helps(text: str, says: str) -> None:
    """Units, words, columns, places and the register itself."""
    with pytest.raises(BadMap, match=says):
        read_map(text)


def test_a_table_without_ids_or_with_two_marks_is_refused_whole() -> None:
    """No row is taken by guess: the heading that is missing is named, or both numbers."""
    given = read_map(HEAD + '[columns]\n"Nome" = "name"\n')
    marks = read_map(HEAD + '[columns]\n"Nome" = ["id", "name"]\n"H" = "height_m"\n')

    with pytest.raises(TableRefused, match=r"id.*no heading is led to it"):
        read_register(read_table(b"Nome\nRio\n"), given)
    with pytest.raises(TableRefused, match="different decimal marks"):
        read_register(read_table(b"Nome;H\nRio;1,5\nMar;2.5\n"), marks)


def test_units_stand_in_headings_cells_or_beside() -> None:
    """Mt of the map, hm3 behind a number, and t that a column of units names are all in the unit of the column."""
    text = (
        HEAD + '[columns]\n"Nome" = ["id", "name"]\n"M" = "tonnage Mt wet"\n"V" = "volume_m3"\n"U" = "tonnage_unit"\n'
    )
    table = read_table(b"Nome;M;V;U\nA;1,5;1 hm3;\nB;1,5;900.000 m3;\nC;1500000;1,0 hm3;t\n")
    found = read_register(table, read_map(text)).facilities

    assert [(one.values["tonnage_t"], one.values["volume_m3"]) for one in found] == [
        (1.5e6, 1e6),
        (1.5e6, 9e5),
        (1.5e6, 1e6),
    ]
    assert {one.values["tonnage_basis"] for one in found} == {"wet"}


def test_the_outlines_are_those_of_natural_earth() -> None:
    """The file is what its source gives today."""
    assert outlines.FILE.read_text() == outlines.made()


def test_words_of_a_map_may_be_patterns() -> None:
    """The word itself first, then the first pattern that it meets; what meets none is a fault as ever."""
    given = read_map(
        '[register]\nid = "x"\ntitle = "X"\nday = 2026-01-31\nlicence = "CC0-1.0"\n[words.raise_method]\n'
        '"Etapa única" = "single stage"\n"*montante*" = "upstream"\n"etapa*" = "mixed"\n'
    )
    said = ("Etapa única", "10 - Alteamento a MONTANTE", "Etapas", "Outro")
    rows = [["id", "name", "raise_method"], *([str(number), "A", one] for number, one in enumerate(said))]
    found = read_register(rows, given)

    assert [one.values["raise_method"] for one in found.facilities] == ["single stage", "upstream", "mixed"]
    assert [one.row for one in found.faults] == [5]
