"""The format of a segment, against a CRC-32 and a record written by hand. (CPython and VM)"""

from firmware.node import segment
from tests.firmware.portable import fresh_folder, refuses, write

# length 2, seq 7, "ab", CRC-32 (IEEE 802.3) of those eight bytes, from Python's zlib.
BY_HAND = bytes((0, 2, 0, 0, 0, 7, 0x61, 0x62, 0x28, 0xA8, 0x82, 0x57))


def test_a_record_is_as_written_by_hand() -> None:
    """Length, seq and CRC are big-endian and cover each other."""
    assert b"".join(segment.record(7, b"ab")) == BY_HAND


def test_a_header_gives_epoch_and_dropped_back() -> None:
    """What a segment says of its outbox can be read from it alone."""
    path = fresh_folder() + "/s"
    write(path, segment.header("9f3a01bc", 12))

    with open(path, "rb") as file:
        assert segment.read_header(file) == ("9f3a01bc", 12)


def test_a_length_over_8192_is_damage_and_not_read() -> None:
    """A flipped length asks for nothing."""
    path = fresh_folder() + "/s"
    write(path, b"\xff\xff" + BY_HAND[2:])

    with open(path, "rb") as file:
        assert segment.read_record(file, 0) is None
    refuses(ValueError, segment.record, 1, bytes(8193))


def test_the_search_finds_the_record_behind_garbage() -> None:
    """At any distance, across the windows of the search."""
    path = fresh_folder() + "/s"
    for gap in (1, 5, 250, 251, 252, 255, 256, 257, 600):
        write(path, b"\x00" * gap + BY_HAND)
        with open(path, "rb") as file:
            assert segment.find_record(file, 0, gap + len(BY_HAND), 7, 8) == (7, b"ab", gap + len(BY_HAND))


def test_unreadable_bytes_use_up_every_seq_they_may_hold() -> None:
    """Two records with broken CRC are two seqs, half a head is one, garbage is bounded by its size."""
    path = fresh_folder() + "/s"
    broken = BY_HAND[:-1] + b"\x00"
    second = broken[:5] + b"\x08" + broken[6:]
    for data, seqs in ((broken + second, 2), (b"\x00\x02", 1), (b"", 0), (b"\xff" * 100, 3)):
        write(path, data)
        with open(path, "rb") as file:
            assert segment.seqs_behind(file, 0, len(data), 7) == seqs
