"""The part of CBOR (RFC 8949) that SenML needs: definite lengths, no tags, a bound on depth, nothing else."""

import struct
from collections.abc import Iterator

from wire import BadPack, limits
from wire.utf8 import text_of

UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)  # major types
_WORDS = {20: False, 21: True, 22: None}
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}


def decode(data: bytes) -> object:
    """The value that `data` encodes; raises BadPack. Map keys are int or str."""
    reader = _Reader(data)
    value = reader.value(0)
    reader.end()
    return value


def items_of(data: bytes) -> Iterator[object]:
    """The items of the array that `data` encodes, one by one as they are read; raises BadPack where it breaks."""
    reader = _Reader(data)
    major, count = reader.head()
    if major != ARRAY:
        decode(data)  # is it CBOR at all?
        raise BadPack("payload", "not-a-list")
    reader.check_room(count)
    for _ in range(count):
        yield reader.value(1)
    reader.end()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        self.check_room(count)
        self.at += count
        return self.data[self.at - count : self.at]

    def end(self) -> None:
        if self.at < len(self.data):
            raise BadPack("payload", "trailing", "byte " + str(self.at))

    def check_room(self, count: int) -> None:
        """Every item takes a byte at least, so a longer array than there are bytes is refused before it is read."""
        if count > len(self.data) - self.at:
            raise BadPack("payload", "truncated", "byte " + str(len(self.data)))

    def head(self) -> tuple[int, int]:
        """Major type and argument; for a simple value the argument is its number, floats are left to `simple`."""
        first = self.take(1)[0]
        major, argument = first >> 5, first & 31
        if major == TAG:
            raise BadPack("payload", "cbor-tag", "byte " + str(self.at - 1))
        if argument == 31 and BYTES <= major <= MAP:
            raise BadPack("payload", "cbor-indefinite", "byte " + str(self.at - 1))
        if argument < 24 or major == SIMPLE:
            return major, argument
        if argument > 27:
            raise self.malformed()
        return major, int.from_bytes(self.take(1 << (argument - 24)), "big")

    def malformed(self) -> BadPack:
        return BadPack("payload", "not-cbor", "byte " + str(self.at - 1))

    def value(self, depth: int) -> object:
        major, argument = self.head()
        if major == UINT:
            return argument
        if major == NEGATIVE:
            return -1 - argument
        if major == BYTES:
            return self.take(argument)
        if major == TEXT:
            return text_of(self.take(argument), "payload")
        if major == SIMPLE:
            return self.simple(argument)
        if depth >= limits.MAX_DEPTH:
            raise BadPack("payload", "depth", "byte " + str(self.at - 1))
        self.check_room(argument)
        if major == ARRAY:
            return [self.value(depth + 1) for _ in range(argument)]
        return self.members(argument, depth + 1)

    def members(self, count: int, depth: int) -> dict[int | str, object]:
        found: dict[int | str, object] = {}
        for _ in range(count):
            label = self.value(depth)
            if type(label) is not int and type(label) is not str:
                raise BadPack("payload", "cbor-key", "byte " + str(self.at))
            if label in found:
                raise BadPack(str(label), "duplicate-label")
            found[label] = self.value(depth)
        return found

    def simple(self, argument: int) -> object:
        if argument in _WORDS:
            return _WORDS[argument]
        if argument not in _FLOATS:
            raise self.malformed()
        form, size = _FLOATS[argument]
        return struct.unpack(form, self.take(size))[0]


def head(major: int, argument: int) -> bytes:
    """The first bytes of an item: major type and a length or value, as short as they go."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | code]) + argument.to_bytes(size, "big")
    raise BadPack("payload", "number", str(argument))


def encode(value: object) -> bytes:
    """One number, text, byte string or boolean; containers are a `head` and their items."""
    if type(value) is bool:
        return bytes([SIMPLE << 5 | (21 if value else 20)])
    if type(value) is int:
        return head(UINT, value) if value >= 0 else head(NEGATIVE, -1 - value)
    if type(value) is float:
        return _float(value)
    if type(value) is str:
        text = value.encode()
        return head(TEXT, len(text)) + text
    if type(value) is bytes:
        return head(BYTES, len(value)) + value
    raise BadPack("payload", "number", str(type(value)))


def _float(value: float) -> bytes:
    """The shortest of the three widths that gives the same number again (RFC 8949 section 4.1)."""
    for code, form in ((25, ">e"), (26, ">f")):
        try:
            data = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, data)[0] == value:
            return bytes([SIMPLE << 5 | code]) + data
    return bytes([SIMPLE << 5 | 27]) + struct.pack(">d", value)
