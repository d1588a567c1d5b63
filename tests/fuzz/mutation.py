"""Mutation: a valid example, or what became of one, changed in one to a dozen places.

The same numbers of `chance` give the same input.
"""

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

NUMBER: Final = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
TEXT: Final = re.compile(rb'"[^"\\]{0,200}"')
NUMBERS: Final = (
    b"-1",
    b"0",
    b"-0.0",
    b"1e400",
    b"1e-400",
    b"9" * 20,
    b"9" * 400,
    b"9" * 5000,
    b"2147483648",
    b"9007199254740993",
    b"18446744073709551616",
    b"253402300800",
    b"0.1",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"0x7f",
    b"1_000",
    b"true",
    b"null",
    b'"1"',
    b"[]",
    b"{}",
    b"[1]",
)
TEXTS: Final = (
    b'""',
    b'"\\u0000"',
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"\xc3\xa9"',
    b'"\xf0\x9f\x98\x80"',
    b'"' + b"a" * 300 + b'"',
    b'"' + b"k" * 70_000 + b'"',
    b'"0001-01-01T00:00:00+23:59"',
    b'"9999-12-31T23:59:59-23:59"',
    b'"2026-02-30T25:61:61Z"',
    b'"../../etc/passwd"',
    b'"\'; --"',
    b"null",
    b"1",
    b"[]",
    b"{}",
)
BYTES: Final = (
    b"\x00",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\r\n",
    b"\n",
    b'"',
    b"\\",
    b"'''",
    b",",
    b";",
    b":",
    b"[",
    b"]",
    b"{",
    b"}",
    b"=",
    b"#",
    b"<!--",
    b"&amp;",
    b"\x7f" * 8,
    b"\x80\x00\x00\x00",
    b"\xff\xff\xff\xff",
    b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xbf",
    b"\xd9\xd9\xf7",
    b"\xf9\x7e\x00",
)
PAIRS: Final = ((b"[", b"]"), (b"{", b"}"), (b'{"a":', b"}"), (b"\x81", b""), (b"\xa1\x00", b""), (b"<a>", b"</a>"))
DEPTHS: Final = (2, 5, 20, 500, 3000)
Change = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutated(chance: random.Random, base: bytes, examples: Sequence[bytes], most_bytes: int) -> bytes:
    """An input changed, of at most so many bytes; what it borrows comes from the examples."""
    data = base
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 12))):
        data = chance.choice(CHANGES)(chance, data, examples)[:most_bytes]
    return data


def _place(chance: random.Random, data: bytes) -> int:
    return chance.randint(0, len(data))


def _span(chance: random.Random, data: bytes) -> tuple[int, int]:
    begin = _place(chance, data)
    return begin, min(len(data), begin + chance.choice((1, 2, 4, 8, 16, 64, 256, 4096)))


def flip(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """One bit the other way."""
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ 1 << chance.randrange(8),)) + data[at + 1 :]


def set_byte(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """One byte that is any other."""
    at = _place(chance, data)
    return data[:at] + bytes((chance.randrange(256),)) + data[at + 1 :]


def insert(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """Bytes that mean something somewhere: bad UTF-8, brackets, lengths."""
    at = _place(chance, data)
    return data[:at] + chance.choice(BYTES) + data[at:]


def cut(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """The beginning alone."""
    return data[: _place(chance, data)]


def delete(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """Without some bytes."""
    begin, end = _span(chance, data)
    return data[:begin] + data[end:]


def repeat(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """Some bytes again and again."""
    begin, end = _span(chance, data)
    return data[:end] + data[begin:end] * chance.choice((1, 2, 10, 100, 2000)) + data[end:]


def move(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """Some bytes at another place."""
    begin, end = _span(chance, data)
    rest = data[:begin] + data[end:]
    at = _place(chance, rest)
    return rest[:at] + data[begin:end] + rest[at:]


def splice(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """The beginning of this and the end of another."""
    other = chance.choice(examples)
    return data[: _place(chance, data)] + other[_place(chance, other) :]


def borrow(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """Some bytes of another within this."""
    other = chance.choice(examples)
    begin, end = _span(chance, other)
    at = _place(chance, data)
    return data[:at] + other[begin:end] + data[at:]


def shuffle_lines(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """One line left out, twice, or in the place of another: files of tables and of rows are read by lines."""
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    end = chance.choice((one, one + 1))
    lines[one:end] = [lines[other]] * chance.randrange(2)
    return b"\n".join(lines)


def nest(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """Some bytes deep within brackets, which close or do not."""
    begin, end = _span(chance, data)
    depth, (left, right) = chance.choice(DEPTHS), chance.choice(PAIRS)
    return data[:begin] + left * depth + data[begin:end] + right * chance.choice((depth, depth, 0)) + data[end:]


def other_number(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """A number that is huge, tiny, no number, or none of a number's type."""
    return _replaced(chance, data, NUMBER, NUMBERS)


def other_text(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """A text (also a label) that is empty, long, no text, or holds what texts should not."""
    return _replaced(chance, data, TEXT, TEXTS)


def exchanged_text(chance: random.Random, data: bytes, examples: Sequence[bytes]) -> bytes:
    """A text of this example in the place of another: a label twice, a value of another field."""
    return _replaced(chance, data, TEXT, [one[0] for one in TEXT.finditer(data)] or TEXTS)


def _replaced(chance: random.Random, data: bytes, found: re.Pattern[bytes], by: Sequence[bytes]) -> bytes:
    places = [one.span() for one in found.finditer(data)]
    if not places:
        return data
    begin, end = chance.choice(places)
    return data[:begin] + chance.choice(by) + data[end:]


CHANGES: Final[tuple[Change, ...]] = (
    flip,
    set_byte,
    insert,
    cut,
    delete,
    repeat,
    move,
    splice,
    borrow,
    shuffle_lines,
    nest,
    other_number,
    other_number,
    other_text,
    other_text,
    exchanged_text,
)
