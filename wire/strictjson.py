"""JSON exactly as RFC 8259 has it, read alike by CPython and MicroPython, and by prefix where the rest is broken.

MicroPython's own reader takes ``[1,]``, ``[1 2]``, ``01`` and repeated labels; a pack must not be valid on
one side only.
"""

from wire import BadPack, limits
from wire.utf8 import text_of

MYPY = False  # true to mypy alone: MicroPython has no collections.abc
if MYPY:
    from collections.abc import Iterator

_ESCAPES = {0x22: '"', 0x5C: "\\", 0x2F: "/", 0x62: "\b", 0x66: "\f", 0x6E: "\n", 0x72: "\r", 0x74: "\t"}
_WORDS = ((b"true", True), (b"false", False), (b"null", None))
_NOT_NUMBERS = (b"NaN", b"Infinity", b"-Infinity")
_SPACE = b" \t\n\r"
_DIGITS = b"0123456789"
_EXACT_DIGITS = 18  # longer integers become floats: nobody counts that far, and Python is slow with thousands


def decode(data: bytes) -> object:
    """The value that `data` writes; raises BadPack. Numbers are int or float; one that overflows is infinite."""
    reader = _Reader(data)
    reader.skip_space()
    value = reader.value(0)
    reader.end()
    return value


def items_of(data: bytes) -> "Iterator[object]":
    """The items of the array that `data` writes, one by one as they are read; raises BadPack where it breaks."""
    reader = _Reader(data)
    reader.skip_space()
    if reader.peek() != 0x5B:
        decode(data)  # is it JSON at all?
        raise BadPack("payload", "not-a-list")
    reader.at += 1
    count = 0
    while not reader.is_closed(b"]", count):
        count += 1
        yield reader.value(1)
    reader.end()


class _Reader:
    """A position in the bytes; `label` is the last one read, so that a refusal can name it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.label = "payload"

    def fail(self) -> BadPack:
        if self.at >= len(self.data):
            return BadPack("payload", "truncated", "byte " + str(len(self.data)))
        for word in _NOT_NUMBERS:
            if self.data[self.at : self.at + len(word)] == word:
                return BadPack(self.label, "not-finite", word.decode())
        return BadPack("payload", "not-json", "byte " + str(self.at))

    def peek(self) -> int:
        return self.data[self.at] if self.at < len(self.data) else -1

    def skip_space(self) -> None:
        while self.at < len(self.data) and self.data[self.at] in _SPACE:
            self.at += 1

    def end(self) -> None:
        self.skip_space()
        if self.at < len(self.data):
            raise BadPack("payload", "trailing", "byte " + str(self.at))

    def expect(self, byte: bytes) -> None:
        if self.peek() != byte[0]:
            raise self.fail()
        self.at += 1

    def value(self, depth: int) -> object:
        byte = self.peek()
        if byte == 0x22:
            return self.text()
        if byte == 0x7B or byte == 0x5B:
            if depth >= limits.MAX_DEPTH:
                raise BadPack("payload", "depth", "byte " + str(self.at))
            self.at += 1
            return self.members(depth + 1) if byte == 0x7B else self.items(depth + 1)
        for word, meaning in _WORDS:
            if self.data[self.at : self.at + len(word)] == word:
                self.at += len(word)
                return meaning
        return self.number()

    def items(self, depth: int) -> list[object]:
        found: list[object] = []
        while not self.is_closed(b"]", len(found)):
            found.append(self.value(depth))
        return found

    def members(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while not self.is_closed(b"}", len(found)):
            if self.peek() != 0x22:
                raise self.fail()
            label = self.text()
            if label in found:
                raise BadPack(label, "duplicate-label")
            self.label = label
            self.skip_space()
            self.expect(b":")
            self.skip_space()
            found[label] = self.value(depth)
        return found

    def is_closed(self, closing: bytes, count: int) -> bool:
        """Step over the closing bracket, or to where the next item must begin."""
        self.skip_space()
        if self.peek() == closing[0]:
            self.at += 1
            return True
        if count:
            self.expect(b",")
            self.skip_space()
        return False

    def text(self) -> str:
        self.at += 1
        parts = []
        start = self.at
        while True:
            byte = self.peek()
            if byte == 0x22:
                parts.append(text_of(self.data[start : self.at], self.label))
                self.at += 1
                return "".join(parts)
            if byte == 0x5C:
                parts.append(text_of(self.data[start : self.at], self.label))
                parts.append(self.escape())
                start = self.at
            elif byte < 0x20:
                raise self.fail()
            else:
                self.at += 1

    def escape(self) -> str:
        self.at += 1
        byte = self.peek()
        if byte in _ESCAPES:
            self.at += 1
            return _ESCAPES[byte]
        code = self.unit()
        if 0xD800 <= code < 0xDC00 and self.data[self.at : self.at + 1] == b"\\":
            self.at += 1
            code = 0x10000 + ((code - 0xD800) << 10) + self.low_surrogate()
        if 0xD800 <= code < 0xE000:
            raise BadPack(self.label, "utf-8", "half a surrogate pair")
        return chr(code)

    def low_surrogate(self) -> int:
        code = self.unit()
        if not 0xDC00 <= code < 0xE000:
            raise BadPack(self.label, "utf-8", "half a surrogate pair")
        return code - 0xDC00

    def unit(self) -> int:
        """The four hex digits of ``\\uXXXX``."""
        self.expect(b"u")
        code = 0
        for _ in range(4):
            byte = self.peek()
            digit = b"0123456789abcdefABCDEF".find(bytes([byte])) if byte >= 0 else -1
            if digit < 0:
                raise self.fail()
            code = code * 16 + (digit if digit < 16 else digit - 6)
            self.at += 1
        return code

    def number(self) -> int | float:
        start = self.at
        if self.peek() == 0x2D and self.data[start : start + 2] != b"-I":
            self.at += 1
        if self.peek() == 0x30:
            self.at += 1
        else:
            self.digits()
        whole = self.at
        if self.peek() == 0x2E:
            self.at += 1
            self.digits()
        if self.peek() == 0x65 or self.peek() == 0x45:
            self.at += 1
            if self.peek() == 0x2B or self.peek() == 0x2D:
                self.at += 1
            self.digits()
        text = str(self.data[start : self.at], "utf-8")
        if self.at == whole and len(text.lstrip("-")) <= _EXACT_DIGITS:
            return int(text)
        return float(text)

    def digits(self) -> None:
        start = self.at
        while self.at < len(self.data) and self.data[self.at] in _DIGITS:
            self.at += 1
        if self.at == start:
            raise self.fail()
