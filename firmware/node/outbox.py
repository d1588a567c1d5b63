"""Outbox: keeps every pack on flash until an ack covers it.

Append-only segments (segment.py) named by their first seq, under an epoch that is made with the outbox and compared for
equality only. Two slots (slots.py) hold the cursors: *oldest_unacked*, the lowest seq neither acknowledged nor dropped,
and *sent*, the lowest seq without a PUBACK. Cursors are saved when packs are dropped and when a link closes, not at
each pack: an older cursor makes the node send packs again, never lose one.

Every start opens a new segment, so nothing is ever written behind a torn tail. When the box is full the oldest segment
goes and `dropped` grows; the counter is on flash before the file is removed, and stands in each segment's header too.

Wear: littlefs copies the last block of a file at each synchronised append, so a pack costs about one 4 kB erase. At one
pack a minute that is 525,600 erases a year; over a 2 MB file system (512 blocks) about 1,030 a block and year, 1 % of
the 100,000 that NOR flash is commonly rated for (computed, not measured).
"""

import binascii
import os
import struct

from . import segment
from .slots import Slots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

_CURSORS = ">8sIII"  # epoch, kept, sent, dropped


class Unreadable(Exception):
    """This pack cannot be read back any more; the text is a short reason for the void pack sent in its place."""


class Outbox:
    """Packs under `folder`, at most about `limit_bytes` in files of `segment_bytes`.

    `epoch` names it, `next_seq` is the seq of the next pack, `oldest_unacked` <= `sent` <= `next_seq`, `dropped` counts
    the packs that went unacknowledged for want of room.
    """

    def __init__(self, folder: str, limit_bytes: int = 1000000, segment_bytes: int = 8192) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._segment_bytes = segment_bytes
        self._writer: BinaryIO | None = None
        self._written = 0
        self._reader: BinaryIO | None = None
        self._reader_at = (-1, 0, 0)  # segment, lowest seq at the position, position
        _make_folder(folder)
        self._cursors = Slots(folder + "/c")
        self._segments = sorted(int(name[1:]) for name in os.listdir(folder) if name[0] == "s")
        self._bytes = sum(self._size(first) for first in self._segments)
        self.epoch, self.oldest_unacked, self.sent, self.dropped = self._load()
        self.next_seq = max(self.sent, self._end())
        if self._segments:
            self.oldest_unacked = max(self.oldest_unacked, self._segments[0])
        self.sent = max(self.sent, self.oldest_unacked)
        self.save()

    def append(self, body: "bytes | bytearray") -> int:
        """Keeps one pack body (at most 8,192 bytes); returns its seq once it is on flash.

        A full flash costs the oldest segments, then this pack: its seq is used up and reads as Unreadable.
        """
        seq = self.next_seq
        record = segment.record(seq, body)
        self.next_seq += 1
        while not self._write(seq, record):
            if len(self._segments) < 2:
                return seq
            self._drop_oldest()
        while self._bytes > self._limit_bytes and len(self._segments) > 1:
            self._drop_oldest()
        return seq

    def read(self, seq: int) -> bytes:
        """The body of pack `seq`; Unreadable where flash no longer gives it."""
        first = self._segment_of(seq)
        reader, low, pos = self._reader_for(first, seq)
        size = self._size(first)
        while True:
            found = segment.read_record(reader, pos) or segment.find_record(reader, pos, size, low, self.next_seq)
            if found is None or found[0] > seq:
                raise Unreadable("crc")
            low, pos = found[0] + 1, found[2]
            self._reader_at = (first, low, pos)
            if found[0] == seq:
                return found[1]

    def free(self, through: int) -> None:
        """Frees every pack up to and with `through`; the caller has checked the ack."""
        self.oldest_unacked = max(self.oldest_unacked, through + 1)
        self.sent = max(self.sent, self.oldest_unacked)
        while len(self._segments) > 1 and self._segments[1] <= self.oldest_unacked:
            self._remove_oldest()

    def make_room(self) -> bool:
        """Gives up the oldest packs, counted, for what else must be on flash; False where none are left to give."""
        if len(self._segments) < 2:
            return False
        self._drop_oldest()
        return True

    def resize(self, limit_bytes: int, segment_bytes: int) -> None:
        """Takes other limits; what is too much goes with the next pack."""
        self._limit_bytes = limit_bytes
        self._segment_bytes = segment_bytes

    def save(self) -> None:
        """Puts the cursors on flash; where that has no room even for them, the oldest packs go first."""
        while (
            not self._cursors.has_saved(
                struct.pack(_CURSORS, self.epoch.encode(), self.oldest_unacked, self.sent, self.dropped)
            )
            and len(self._segments) > 1
        ):
            self._pass_over_oldest()
            self._remove_oldest()

    def close(self) -> None:
        """Saves the cursors and closes the files."""
        self.save()
        self._close_reader()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _load(self) -> tuple[str, int, int, int]:
        """(epoch, kept, sent, dropped) of the cursors; where both are unreadable, what the segments know."""
        epoch, oldest_unacked, sent, dropped = "", 0, 0, 0
        data = self._cursors.load()
        if data is not None and len(data) == struct.calcsize(_CURSORS):
            name, oldest_unacked, sent, dropped = struct.unpack(_CURSORS, data)
            epoch = name.decode()
        for first in reversed(self._segments):
            with open(self._name(first), "rb") as file:
                known = segment.read_header(file)
            if known is not None:
                return epoch or known[0], oldest_unacked, sent, max(dropped, known[1])
        return epoch or binascii.hexlify(os.urandom(4)).decode(), oldest_unacked, sent, dropped

    def _end(self) -> int:
        """The first seq behind everything that the newest segment holds or may have held."""
        if not self._segments:
            return self.oldest_unacked
        first = self._segments[-1]
        size = self._size(first)
        end, pos = first, segment.HEADER_BYTES
        with open(self._name(first), "rb") as file:
            while pos < size:
                found = segment.read_record(file, pos) or segment.find_record(file, pos, size, end + 1, end + size)
                if found is None:
                    return end + segment.seqs_behind(file, pos, size, end)
                end, pos = found[0] + 1, found[2]
        return end

    def _write(self, seq: int, record: "tuple[bytes | bytearray, ...]") -> bool:
        size = sum([len(part) for part in record])
        try:
            writer = self._writer_for(seq, size)
            for part in record:
                writer.write(part)
            writer.flush()  # an fsync on MicroPython's ports: on flash before anything is published
        except OSError:  # full: what was half written stays behind in a segment that is never written again
            self._writer = None
            self._bytes = sum(self._size(first) for first in self._segments)
            return False
        self._written += size
        self._bytes += size
        return True

    def _writer_for(self, seq: int, size: int) -> "BinaryIO":
        """The open segment, or a new one that starts with `seq` where there is none or it is full."""
        if self._writer is not None and self._written + size <= self._segment_bytes:
            return self._writer
        if self._writer is not None:
            self._writer.close()
        self._writer = writer = open(self._name(seq), "wb")  # stays open over many packs
        if seq not in self._segments:
            self._segments.append(seq)
        writer.write(segment.header(self.epoch, self.dropped))
        self._written = segment.HEADER_BYTES
        self._bytes += segment.HEADER_BYTES
        return writer

    def _drop_oldest(self) -> None:
        first, following = self._segments[0], self._segments[1]
        if following > self.oldest_unacked:
            self._pass_over_oldest()
            self.save()  # before the file goes
        if self._segments[0] == first:
            self._remove_oldest()

    def _pass_over_oldest(self) -> None:
        following = self._segments[1]
        self.dropped += max(0, following - self.oldest_unacked)
        self.oldest_unacked = max(self.oldest_unacked, following)
        self.sent = max(self.sent, self.oldest_unacked)

    def _remove_oldest(self) -> None:
        first = self._segments[0]
        if self._reader_at[0] == first:
            self._close_reader()
        self._bytes -= self._size(first)
        os.remove(self._name(first))
        self._segments.pop(0)

    def _segment_of(self, seq: int) -> int:
        held = [first for first in self._segments if first <= seq]
        if not held or seq >= self.next_seq:
            raise Unreadable("absent")
        return held[-1]

    def _reader_for(self, first: int, seq: int) -> "tuple[BinaryIO, int, int]":
        """The open segment `first`, the lowest seq that may follow, and where: at most at `seq`."""
        if self._reader is None or self._reader_at[0] != first or self._reader_at[1] > seq:
            self._close_reader()
            self._reader = open(self._name(first), "rb")  # packs are read in order, mostly
            self._reader_at = (first, first, segment.HEADER_BYTES)
        return self._reader, self._reader_at[1], self._reader_at[2]

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = None
        self._reader_at = (-1, 0, 0)

    def _size(self, first: int) -> int:
        return os.stat(self._name(first))[6]

    def _name(self, first: int) -> str:
        return "%s/s%010d" % (self._folder, first)


def _make_folder(folder: str) -> None:
    try:
        os.stat(folder)
    except OSError:
        os.mkdir(folder)
