"""A flash that is full: with no room even for the cursors a node goes on with its newest packs."""

from pathlib import Path

from firmware.node.outbox import Outbox


def test_no_room_for_the_cursors_costs_old_packs_and_no_new_one(tmp_path: Path) -> None:
    """Cursors on /dev/full: every write of them is refused with ENOSPC, as by a file system without a free block."""
    box = Outbox(str(tmp_path), limit_bytes=4096, segment_bytes=1024)
    for number in range(20):
        box.append(b"%03d" % number * 30)
    for slot in ("c0", "c1"):
        (tmp_path / slot).unlink(missing_ok=True)
        (tmp_path / slot).symlink_to("/dev/full")
    for number in range(20, 100):
        box.append(b"%03d" % number * 30)

    assert box.next_seq == 100
    assert box.read(99) == b"099" * 30
    assert box.dropped == box.kept > 20
