"""Cursors: whatever a caller sends, the answer is a position of that very list or BadCursor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http import cursors

positions = st.integers(-(2**63), cursors.MAX_POSITION)
CHARACTERS = 23
"""Of a cursor with one number: 17 bytes in base64 (RFC 4648), without padding."""


@given(st.text(), st.lists(positions, min_size=1, max_size=3))
def test_a_cursor_gives_its_position_back(scope: str, position: list[int]) -> None:
    """What was encoded for a list is decoded for the same list, and for no position of more numbers."""
    cursor = cursors.encode(scope, *position)

    assert cursors.decode(scope, cursor, len(position)) == tuple(position)
    with pytest.raises(cursors.BadCursor):
        cursors.decode(scope, cursor, len(position) + 1)


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


@given(positions, st.integers(0, CHARACTERS - 1), st.sampled_from("AZaz09-_+/= "))
def test_a_changed_character_is_refused(position: int, place: int, character: str) -> None:
    """A cursor with one character changed is another spelling, and refused."""
    cursor = cursors.encode("list", position)
    changed = cursor[:place] + character + cursor[place + 1 :]

    if changed == cursor:
        assert cursors.decode("list", changed) == (position,)
    else:
        with pytest.raises(cursors.BadCursor):
            cursors.decode("list", changed)
