"""What is fuzzed: one parser with valid examples, its own refusals, and the memory and time that an input may take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wire import BadPack

MEMORY_BYTES: Final = 64 << 20
"""Of addresses that one input may cost beyond what the process has already."""
SECONDS: Final = 2.0
"""Of a processor for one input: a message of the wire takes milliseconds."""


class DifferentVerdict(Exception):
    """Two readers of the same bytes do not agree."""


def unchanged(data: bytes) -> bytes:
    """The input as it was mutated."""
    return data


@dataclass(frozen=True, kw_only=True)
class Parser:
    """One parser: `read` takes an input and raises nothing but `refusals`.

    wrap: puts a mutated example into what protects it on the way (a checksum, a compressed file), for most inputs;
    without it the checksum alone would be tried. most_bytes: longer inputs are cut, as the parser's caller does.
    """

    name: str
    read: Callable[[bytes], object]
    examples: tuple[bytes, ...]
    refusals: tuple[type[Exception], ...] = (BadPack,)
    wrap: Callable[[bytes], bytes] = unchanged
    most_bytes: int = 300_000
    memory_bytes: int = MEMORY_BYTES
    seconds: float = SECONDS


def alike(reference: Callable[[bytes], str], other: Callable[[bytes], str]) -> Callable[[bytes], str]:
    """A reader that compares the verdicts (value or refusal, as text) of two readers of the same bytes."""

    def read(data: bytes) -> str:
        expected, found = reference(data), other(data)
        if found != expected:
            raise DifferentVerdict(f"{found[:500]} where the reference has {expected[:500]}")
        return expected

    return read
