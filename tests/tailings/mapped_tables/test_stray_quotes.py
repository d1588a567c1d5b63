"""Quotes that an authority did not double: read where each line still has as many cells, refused elsewhere."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.table_file import BadTable, text_rows

CELLS = st.text(
    st.characters(codec="ascii", exclude_characters='";\r\n\x0b\x0c\x1c\x1d\x1e', min_codepoint=32), max_size=5
)


def test_a_quote_within_a_quoted_cell_is_a_part_of_it() -> None:
    """As a public register of dams has it; doubled ones beside it are single ones."""
    text = 'id;says;seconds\r\n"1";"Project "as built"";"12\'30.5"""\r\n2;plain;\r\n'

    assert text_rows(text, ";") == [
        ["id", "says", "seconds"],
        ["1", 'Project "as built"', "12'30.5\""],
        ["2", "plain", ""],
    ]


@pytest.mark.parametrize("text", ['a;b\n"1";"x"y";z"\n', 'a;b\n"1"x;"2\n3"\n', 'a;b\n"1"x";"2\n'])
def test_what_lines_do_not_agree_on_is_refused(text: str) -> None:
    """A delimiter that the quotes leave outside, a line end within a cell, and a quote that nothing ends."""
    with pytest.raises(BadTable, match="the file is no CSV"):
        text_rows(text, ";")


@given(st.lists(st.tuples(CELLS, CELLS.filter(bool)), min_size=1, max_size=5))
def test_cells_with_stray_quotes_are_what_was_written(cells: list[tuple[str, str]]) -> None:
    """Each as it was, quotes included; and the same file with doubled quotes gives the same rows."""
    rows = [["head", 'a "word" of it'], *([one, f'x"{other}"y'] for one, other in cells)]
    stray = "".join(";".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    doubled = io.StringIO(newline="")
    csv.writer(doubled, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)

    assert text_rows(stray, ";") == text_rows(doubled.getvalue(), ";") == rows
