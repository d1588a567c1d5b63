"""Slots: the value before a torn write survives it. (CPython and VM)"""

import os

from firmware.node.slots import MAX_BYTES, Slots
from tests.firmware.portable import fresh_folder, read, refuses, write


def test_the_newest_value_is_read_back() -> None:
    """Of many saves the last one counts, also after a start."""
    path = fresh_folder() + "/s"
    for i in range(5):
        Slots(path).load()
        slots = Slots(path)
        slots.load()
        slots.save(b"value %d" % i)

    assert Slots(path).load() == b"value 4"


def test_a_cut_at_any_byte_leaves_the_value_before() -> None:
    """However much of the newest file is on flash, the load gives the new value whole or the old one."""
    path = fresh_folder() + "/s"
    slots = Slots(path)
    slots.save(b"old")
    slots.save(b"new!")
    whole = read(path + "0")

    for size in range(len(whole) + 1):
        write(path + "0", whole[:size])
        assert Slots(path).load() == (b"new!" if size == len(whole) else b"old")


def test_a_flipped_bit_is_never_a_value() -> None:
    """Each single bit of a lone slot, flipped, leaves nothing rather than something wrong."""
    path = fresh_folder() + "/s"
    Slots(path).save(b"once")
    whole = read(path + "1")

    for bit in range(len(whole) * 8):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        write(path + "1", bytes(damaged))
        assert Slots(path).load() is None


def test_after_a_torn_write_the_next_save_counts() -> None:
    """The torn file is the one that is written over."""
    path = fresh_folder() + "/s"
    slots = Slots(path)
    slots.save(b"one")
    slots.save(b"two")
    write(path + "0", b"torn")

    again = Slots(path)
    assert again.load() == b"one"
    again.save(b"three")
    assert Slots(path).load() == b"three"


def test_too_much_is_refused_before_flash_is_touched() -> None:
    """8,192 bytes is the most."""
    path = fresh_folder() + "/s"

    refuses(ValueError, Slots(path).save, bytes(MAX_BYTES + 1))

    assert os.listdir(path[:-2]) == []
