"""TOML that somebody else wrote: looked at before it is parsed, for a parser pays for depth with memory.

A key of 30,000 parts (60 kB) takes tomllib 3.5 GB, for it remembers the way to each part; ours have five parts at most.
"""

import re
import tomllib
from typing import Any, Final

MAX_PARTS: Final = 16
"""Of one key, or of the head of a table."""
MAX_NESTED: Final = 32
"""Arrays and inline tables within each other."""
# Possessive throughout: what was matched is not given back, so the time grows with the text and no faster.
_QUOTED: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\']|\'(?!\'\'))*+\'\'\'|"(?:[^"\\\n]|\\.)*+"|\'[^\'\n]*+\'|#[^\n]*+',
    re.DOTALL,
)
_PART: Final = r'(?:[A-Za-z0-9_-]++|"")'
_LONG_KEY: Final = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_PARTS}}}")
_BRACKETS: Final = re.compile(r"[\[\]{}\n]")


class TooDeep(ValueError):
    """The text is nested deeper than any of ours; the sentence says where and what to do."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line, self.message = line, message


def read(text: str) -> dict[str, Any]:
    """Parse a text whose size was checked; raise TooDeep, tomllib.TOMLDecodeError."""
    bare = _QUOTED.sub(_empty, text)
    if found := _LONG_KEY.search(bare):
        line = bare.count("\n", 0, found.start()) + 1
        raise TooDeep(line, f"a key has more than {MAX_PARTS} parts; no table lies so deep")
    _check_nesting(bare)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # a number of more digits than Python reads, which tomllib does not catch
        raise tomllib.TOMLDecodeError(str(error)) from error


def _empty(found: re.Match[str]) -> str:
    """A string without its content, a comment without anything; lines stay as many."""
    text = found[0]
    return ("" if text.startswith("#") else '""') + "\n" * text.count("\n")


def _check_nesting(bare: str) -> None:
    depth, line = 0, 1
    for found in _BRACKETS.finditer(bare):
        mark = found[0]
        if mark == "\n":
            line += 1
        elif mark in "[{":
            depth += 1
            if depth > MAX_NESTED:
                raise TooDeep(line, f"more than {MAX_NESTED} lists or tables stand within each other; flatten them")
        else:
            depth -= 1
