"""The sheet as text: spans of time and columns."""

import pytest

from edge_agent.sheet_text import columns, span


@pytest.mark.parametrize(
    ("ms", "words"), [(-5, "0 s"), (59_000, "59 s"), (180_000, "3 min"), (7_200_000, "2 h"), (200_000_000, "2 d")]
)
def test_a_span_is_in_its_largest_unit(ms: int, words: str) -> None:
    """Also for a clock that is behind."""
    assert span(ms) == words


def test_columns_begin_at_one_place() -> None:
    """As wide as their widest cell, two blanks between them, none at the end."""
    assert columns([("a", "bb", "c"), ("aaa", "b", "")]) == ["a    bb  c", "aaa  b"]
