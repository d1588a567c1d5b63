"""The shared test facility, and ways to change its text."""

from functools import cache
from pathlib import Path

from tailings import Facility, parse

VALE = Path(__file__).resolve().parents[1] / "data" / "vale.toml"


@cache
def vale() -> Facility:
    """The facility of tests/data/vale.toml."""
    return parse(VALE.read_text(), str(VALE.name))


def changed(old: str, new: str) -> str:
    """The text of the test facility with one place changed; the place must be there."""
    text = VALE.read_text()
    assert old in text
    return text.replace(old, new, 1)


def line_of(text: str, words: str) -> int:
    """The line, counted from 1, on which these words stand first."""
    return text[: text.index(words)].count("\n") + 1
