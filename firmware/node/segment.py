"""Segment: the format of one outbox file, and how to read on behind damage.

    epoch (8 hex digits) | dropped u32 | CRC-32          header, 16 bytes
    length u16 | seq u32 | payload | CRC-32               record, repeated; the CRC covers length, seq and payload

A length over 8,192 is damage and is checked before reading: one flipped bit asks for 60 kB otherwise.
"""

import binascii
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

HEADER_BYTES = 16
RECORD_BYTES = 10  # what a record adds to its payload
MAX_PAYLOAD_BYTES = 8192
LEAST_PAYLOAD_BYTES = 32  # no pack body is smaller: it bounds how many records fit in a damaged stretch
_WINDOW = 256


def header(epoch: str, dropped: int) -> bytes:
    """The first bytes of a segment: the epoch and how many packs were dropped before it."""
    data = struct.pack(">8sI", epoch.encode(), dropped)
    return data + struct.pack(">I", binascii.crc32(data))


def read_header(file: "BinaryIO") -> tuple[str, int] | None:
    """(epoch, dropped), or None where it is damaged."""
    file.seek(0)
    data = file.read(HEADER_BYTES)
    if len(data) != HEADER_BYTES or struct.unpack(">I", data[12:])[0] != binascii.crc32(data[:12]):
        return None
    epoch, dropped = struct.unpack(">8sI", data[:12])
    return epoch.decode(), dropped


def record(seq: int, payload: "bytes | bytearray") -> "tuple[bytes, bytes | bytearray, bytes]":
    """One record, to be written part by part; a payload over 8,192 bytes is a ValueError."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError("a pack body holds at most 8192 bytes")
    head = struct.pack(">HI", len(payload), seq)
    return head, payload, struct.pack(">I", binascii.crc32(payload, binascii.crc32(head)))


def read_record(file: "BinaryIO", pos: int) -> tuple[int, bytes, int] | None:
    """(seq, payload, position behind it) of the record at `pos`, or None where none reads whole."""
    file.seek(pos)
    head = file.read(6)
    if len(head) != 6:
        return None
    length, seq = struct.unpack(">HI", head)
    if length > MAX_PAYLOAD_BYTES:
        return None
    payload, crc = file.read(length), file.read(4)
    if len(payload) != length or len(crc) != 4:
        return None
    if struct.unpack(">I", crc)[0] != binascii.crc32(payload, binascii.crc32(head)):
        return None
    return seq, payload, pos + length + RECORD_BYTES


def find_record(file: "BinaryIO", pos: int, size: int, low: int, high: int) -> tuple[int, bytes, int] | None:
    """The first whole record from `pos` on whose seq lies in [low, high), or None."""
    while pos + RECORD_BYTES <= size:
        file.seek(pos)
        window = file.read(_WINDOW + 5)
        for i in range(len(window) - 5):
            length, seq = struct.unpack_from(">HI", window, i)
            if low <= seq < high and pos + i + length + RECORD_BYTES <= size:
                found = read_record(file, pos + i)
                if found is not None:
                    return found
        pos += _WINDOW
    return None


def seqs_behind(file: "BinaryIO", pos: int, size: int, expected: int) -> int:
    """How many seqs the unreadable bytes from `pos` to the end may have used up.

    Each of them may have been sent, so none may be given out again. The chain of lengths is followed while each head
    carries the expected seq; behind a damaged head the bytes that remain give the bound.
    """
    count = 0
    while pos < size:
        file.seek(pos)
        head = file.read(6)
        if len(head) < 6:
            return count + 1
        length, seq = struct.unpack(">HI", head)
        if seq != expected + count or length > MAX_PAYLOAD_BYTES:
            return count + 1 + (size - pos) // (RECORD_BYTES + LEAST_PAYLOAD_BYTES)
        count += 1
        pos += length + RECORD_BYTES
    return count
