"""TOML that somebody else wrote: looked at before it is parsed, for a parser pays for depth with memory.

A key of 30,000 parts (60 kB) takes tomllib 3.5 GB, for it remembers the way to each part; ours have five parts at most.
"""

import re
import tomllib
from collections.abc import Callable
from typing import Any, Final

from toml_file.problems import FileProblem

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
_AT_LINE: Final = re.compile(r" \(at line (\d+), column \d+\)$")
_BYTE_ORDER_MARK: Final = "\ufeff"
MAX_BYTES: Final = 4 * 1024 * 1024
_NO_VALUE: Final = 'write text in "quotes", a number as 342.5, a day as 2024-06-12, and true or false in small letters'
_NULS: Final = ("\\u0000", "\\U00000000")
_WORDS: Final = (
    ("NUL", "a text has the character U+0000 in it, which no database keeps; take it out"),
    ("twice", "an id, table or key stands here a second time; rename or remove one"),
    ("overwrite", "an id, table or key stands here a second time; rename or remove one"),
    ("Duplicate", "an id, table or key stands here a second time; rename or remove one"),
    ("namespace", "this table was closed above; write all of its keys in one place"),
    (
        "Expected newline",
        f"not TOML: something stands behind the value; {_NO_VALUE}",
    ),
    ("Invalid value", f"not TOML: no value stands here; {_NO_VALUE}"),
    ("Invalid date", "not TOML: there is no such day or time; write 2024-06-12, or 2024-06-12T08:30:00Z"),
    ("after a key", 'not TOML: behind a key stands "=" and its value; a key with : or . in it stands in "quotes"'),
    ("Invalid initial", 'not TOML: no key stands here; a key has a-z, 0-9, _ and -, any other stands in "quotes"'),
    ("Invalid statement", 'not TOML: a line is a [table], or key = value; a remark begins with "#"'),
    (
        "at the end of a table",
        'not TOML: the brackets are not closed; write [table] or [[table]], and a name with : or . in it in "quotes"',
    ),
    ("Unclosed array", "not TOML: a list is not closed; add ]"),
    ("Unclosed inline", "not TOML: a table is not closed; add }"),
    ("Unterminated", "not TOML: a text is not closed; add the quote at its end"),
    ("Illegal character", "not TOML: a text ends on its line, with the quote that it began with"),
    ("Unescaped", "not TOML: \\ in a text is written \\\\, or put the text in 'single quotes'"),
    ("escape", "not TOML: \\ in a text is written \\\\, or put the text in 'single quotes'"),
    ("digits", "not TOML: a number has too many digits"),
)
"""What tomllib says, by a word of its sentence, and what we say: its own words are for programmers."""
_LONG_NUMBER: Final = re.compile(r"[0-9A-Fa-f_]{16}")
_BRACKETS: Final = re.compile(r"[\[\]{}\n]")


class TooDeep(ValueError):
    """The text is nested deeper than any of ours; the sentence says where and what to do."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line, self.message = line, message


class NotToml(ValueError):
    """The text is no TOML, or too much of it; `problem` says where and what to do, in our words."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def decoded(content: bytes) -> str:
    """The text of a file; raise NotToml with the line where it is no UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = "a letter is written in another code than UTF-8; save the file as UTF-8"
        raise NotToml(FileProblem(line, "", said)) from error


def tables(text: str, most_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The tables of a text; raise NotToml."""
    if len(text.encode()) > most_bytes:
        raise NotToml(FileProblem(0, "", f"the file is larger than {most_bytes} bytes"))
    if text.startswith(_BYTE_ORDER_MARK):
        raise NotToml(FileProblem(1, "", "the file begins with a byte-order mark; save it as UTF-8 without one"))
    try:
        return read(text)
    except TooDeep as error:
        raise NotToml(FileProblem(error.line, "", error.message)) from error
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _AT_LINE.search(message)
        line = int(found[1]) if found else text.count("\n") + 1
        raise NotToml(FileProblem(line, "", _in_words(message))) from error
    except RecursionError as error:
        raise NotToml(FileProblem(0, "", "lists or tables stand too deep within each other; flatten them")) from error


def read(text: str) -> dict[str, Any]:
    """Parse a text whose size was checked; raise TooDeep, tomllib.TOMLDecodeError."""
    bare = _QUOTED.sub(_empty, text)
    if long := _LONG_KEY.search(bare):
        line = bare.count("\n", 0, long.start()) + 1
        raise TooDeep(line, f"a key has more than {MAX_PARTS} parts; no table lies so deep")
    _check_nesting(bare)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # a number of more digits than Python reads, which tomllib does not catch
        raise tomllib.TOMLDecodeError(str(error)) from error
    if (long_number := _LONG_NUMBER.search(bare)) and _any(found, _is_long):
        raise tomllib.TOMLDecodeError(f"digits (at line {bare.count(chr(10), 0, long_number.start()) + 1}, column 1)")
    at = min((place for nul in _NULS if (place := text.find(nul)) >= 0), default=-1)
    if at >= 0 and _any(found, _has_nul):
        raise tomllib.TOMLDecodeError(f"NUL (at line {text.count(chr(10), 0, at) + 1}, column 1)")
    return found


def _any(value: Any, has: Callable[[Any], bool]) -> bool:
    """Whether a key or value, however deep, has something."""
    if isinstance(value, dict):
        return any(has(key) or _any(inner, has) for key, inner in value.items())
    if isinstance(value, list):
        return any(_any(inner, has) for inner in value)
    return has(value)


def _has_nul(value: Any) -> bool:
    """U+0000, which TOML allows as an escape."""
    return isinstance(value, str) and "\0" in value


def _is_long(value: Any) -> bool:
    """More than the 64 bits that TOML promises: tomllib reads 0xffff... of any length, and Python cannot write it."""
    return isinstance(value, int) and not -(2**63) <= value < 2**63


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


def _in_words(message: str) -> str:
    """A sentence of tomllib in plain words."""
    return next((said for word, said in _WORDS if word in message), "not TOML: this line cannot be read")
