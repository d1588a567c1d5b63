"""The outbox under cuts, flipped bits, a full box and torn cursors. (CPython and VM)"""

import os

from firmware.node.outbox import Outbox, Unreadable
from tests.firmware.portable import IS_VM, fresh_folder, read, refuses, write

STEP = 3 if IS_VM else 1  # the VM tries every third cut, CPython all


def body(seq: int) -> bytes:
    return b"pack %06d of a node in the field" % seq


def filled(folder: str, count: int, limit_bytes: int = 100000, segment_bytes: int = 400) -> Outbox:
    box = Outbox(folder, limit_bytes, segment_bytes)
    for _ in range(count):
        box.append(body(box.next_seq))
    return box


def readable(box: Outbox) -> list[int]:
    found = []
    for seq in range(box.oldest_unacked, box.next_seq):
        try:
            if box.read(seq) == body(seq):
                found.append(seq)
        except Unreadable:
            pass
    return found


def segments(folder: str) -> list[str]:
    return sorted([name for name in os.listdir(folder) if name[0] == "s"])


def copy(folder: str) -> str:
    other = fresh_folder()
    for name in os.listdir(folder):
        write(other + "/" + name, read(folder + "/" + name))
    return other


def test_packs_come_back_in_any_order() -> None:
    """Every pack is read as it was written, forwards and backwards, and after a start."""
    folder = fresh_folder()
    filled(folder, 30).close()

    box = Outbox(folder, 100000, 400)

    assert readable(box) == list(range(30))
    assert [box.read(seq) for seq in range(29, -1, -1)] == [body(seq) for seq in range(29, -1, -1)]


def test_a_cut_at_any_byte_leaves_all_complete_packs_and_no_seq_twice() -> None:
    """The newest segment is cut at every byte: complete packs are read, what was begun uses up one seq at most."""
    folder = fresh_folder()
    filled(folder, 6, segment_bytes=8192).save()
    name = "/" + segments(folder)[-1]
    whole = read(folder + name)
    record = len(body(0)) + 10

    for size in range(16, len(whole) + 1, STEP):
        cut = copy(folder)
        write(cut + name, whole[:size])
        box = Outbox(cut, 100000, 8192)
        complete = (size - 16) // record
        assert readable(box) == list(range(complete))
        begun = 1 if (size - 16) % record else 0
        assert box.next_seq == complete + begun
        seq = box.append(body(box.next_seq))
        assert box.read(seq) == body(seq)


def test_a_flipped_bit_costs_one_pack_and_no_seq_is_given_twice() -> None:
    """One flipped bit anywhere in a segment: all other packs are read, and the next seq is above all that was written.

    A flip in the length of the last pack leaves its end unknown: then more seqs are used up, never fewer.
    """
    folder = fresh_folder()
    filled(folder, 5, segment_bytes=8192).save()
    name = "/" + segments(folder)[-1]
    whole = read(folder + name)

    for bit in range(16 * 8, len(whole) * 8, 7 * STEP):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        hurt = copy(folder)
        write(hurt + name, bytes(damaged))
        box = Outbox(hurt, 100000, 8192)
        assert len(readable(box)) == 4
        assert 5 <= box.next_seq <= 7


def test_two_damaged_last_packs_use_up_two_seqs() -> None:
    """Both may have been sent, so neither seq is given to another pack."""
    folder = fresh_folder()
    filled(folder, 5, segment_bytes=8192).save()
    path = folder + "/" + segments(folder)[-1]
    data = bytearray(read(path))
    data[-1] ^= 1
    data[-1 - 10 - len(body(0))] ^= 1
    write(path, bytes(data))

    assert Outbox(folder, 100000, 8192).next_seq == 5


def test_a_full_box_drops_the_oldest_and_counts() -> None:
    """What is gone is exactly what the counter says, also after a start."""
    folder = fresh_folder()
    box = filled(folder, 100, limit_bytes=2000)

    assert box.dropped == box.oldest_unacked > 0
    assert readable(box) == list(range(box.oldest_unacked, 100))
    again = Outbox(folder, 2000, 400)
    assert (again.dropped, again.oldest_unacked, again.next_seq) == (box.dropped, box.oldest_unacked, 100)


def test_acked_packs_are_freed_and_not_counted_as_dropped() -> None:
    """An ack removes whole segments below it; the newest one stays and knows the next seq."""
    folder = fresh_folder()
    box = filled(folder, 50)

    box.free(49)

    assert (box.oldest_unacked, box.dropped, len(segments(folder))) == (50, 0, 1)
    box.close()
    assert Outbox(folder, 100000, 400).next_seq == 50


def test_both_cursors_torn_keep_epoch_seq_and_dropped() -> None:
    """The segments know the epoch, where the packs end, and how many were dropped before them."""
    folder = fresh_folder()
    box = filled(folder, 100, limit_bytes=2000)
    dropped_then = box.dropped
    for name in ("/c0", "/c1"):
        write(folder + name, read(folder + name)[:9])

    again = Outbox(folder, 2000, 400)

    assert (again.epoch, again.next_seq) == (box.epoch, 100)
    assert readable(again) == list(range(again.oldest_unacked, 100))
    assert dropped_then - 10 <= again.dropped <= dropped_then


def test_an_older_cursor_repeats_and_never_loses() -> None:
    """The newest cursor torn: *oldest_unacked* falls back, no pack above it is missing."""
    folder = fresh_folder()
    box = filled(folder, 20)
    box.free(9)
    box.save()
    box.free(14)
    box.save()
    newest = max(("/c0", "/c1"), key=lambda name: read(folder + name)[:4])
    write(folder + newest, b"")

    again = Outbox(folder, 100000, 400)

    assert again.oldest_unacked <= 15
    assert readable(again) == list(range(again.oldest_unacked, 20))


def test_a_new_start_never_writes_behind_an_old_tail() -> None:
    """Each start has a segment of its own."""
    folder = fresh_folder()
    filled(folder, 1, segment_bytes=8192).close()
    before = read(folder + "/" + segments(folder)[0])

    filled(folder, 1, segment_bytes=8192).close()

    assert len(segments(folder)) == 2
    assert read(folder + "/" + segments(folder)[0]) == before


def test_what_was_never_written_is_unreadable() -> None:
    """A seq beyond the end, or dropped, is an error and not another pack."""
    box = filled(fresh_folder(), 100, limit_bytes=2000)

    assert refuses(Unreadable, box.read, 100) == "absent"
    assert refuses(Unreadable, box.read, 0) == "absent"


def test_too_large_a_body_is_refused() -> None:
    """8,192 bytes is the most; no seq is used up."""
    box = Outbox(fresh_folder(), 100000, 8192)

    refuses(ValueError, box.append, bytes(8193))

    assert box.next_seq == 0
