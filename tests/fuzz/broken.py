"""Parsers that are broken on purpose: a fuzzer that does not find these finds nothing."""

import struct
import time
from typing import Final

from tests.fuzz.parser import Parser, alike

EXAMPLES: Final = (b'{"count":3,"of":"vale"}', b'{"count":12,"of":"rosa"}')


def _refuses(data: bytes) -> None:
    if not data.startswith(b"{"):
        raise ValueError("not an object")


def raises(data: bytes) -> None:
    """Forgets that a text may be no UTF-8, which is no ValueError that it documents."""
    _refuses(data)
    struct.unpack(">I", data[:4])


def grows(data: bytes) -> None:
    """Believes the number that it is told."""
    count = sum(char in b"9" for char in data)
    _refuses(data)
    if count > 15:
        bytearray(1 << 30)


def turns(data: bytes) -> None:
    """Never comes to an end behind an open bracket."""
    while data.count(b"[") > 3:
        time.process_time()


def hides(data: bytes) -> None:
    """Fails behind three conditions, each of which alone is met by chance and all at once never."""
    if data[:1] == b"\x01" and data[1:2] == b"\x02" and data[2:3] == b"\x04":
        raise KeyError(data)


BROKEN: Final = (
    Parser(name="broken-raises", read=raises, examples=EXAMPLES, refusals=(ValueError,)),
    Parser(name="broken-grows", read=grows, examples=EXAMPLES, refusals=(ValueError,)),
    Parser(name="broken-turns", read=turns, examples=EXAMPLES, refusals=(ValueError,), seconds=0.2),
    Parser(name="broken-hides", read=hides, examples=(bytes(4),), refusals=()),
    Parser(
        name="broken-differs",
        read=alike(lambda data: data.decode("utf-8", "replace"), lambda data: data.decode("utf-8", "ignore")),
        examples=EXAMPLES,
    ),
)
