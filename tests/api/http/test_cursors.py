"""Cursors: whatever a caller sends, the answer is a position of that very list or BadCursor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http import cursors

positions = st.integers(-(2**63), cursors.MAX_POSITION)


@given(st.text(), positions)
def test_a_cursor_gives_its_position_back(scope: str, position: int) -> None:
    """What was encoded for a list is decoded for the same list."""
    assert cursors.decode(scope, cursors.encode(scope, position)) == position


@given(positions)
def test_a_cursor_of_another_list_is_refused(position: int) -> None:
    """A cursor of one datastream cannot be used on another."""
    cursor = cursors.encode("observations 1 None", position)

    with pytest.raises(cursors.BadCursor, match="another list"):
        cursors.decode("observations 2 None", cursor)


@given(st.text(max_size=60))
def test_any_text_is_refused_as_bad_cursor(text: str) -> None:
    """No text makes decode raise anything but BadCursor."""
    with pytest.raises(cursors.BadCursor):
        cursors.decode("list", text)


@given(positions, st.integers(0, cursors.CHARACTERS - 1), st.sampled_from("AZaz09-_+/= "))
def test_a_changed_character_is_refused(position: int, place: int, character: str) -> None:
    """A cursor with one character changed is another spelling, and refused."""
    cursor = cursors.encode("list", position)
    changed = cursor[:place] + character + cursor[place + 1 :]

    if changed == cursor:
        assert cursors.decode("list", changed) == position
    else:
        with pytest.raises(cursors.BadCursor):
            cursors.decode("list", changed)
