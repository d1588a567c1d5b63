"""A flash that is full: with no room even for the cursors a node goes on with its newest packs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.node import boot
from firmware.node.commands import Commands
from firmware.node.memory import Memory
from firmware.node.outbox import Outbox
from firmware.node.slots import Slots
from tests.firmware.agent import Agent
from tests.firmware.conftest import MakeNode
from tests.firmware.node_process import until
from tests.firmware.test_commands import envelope, reply
from tests.servers import small_disk


def fill(folder: Path) -> None:
    """Take all room that is left."""
    with (folder / "others").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 1024)
        except OSError:
            return


@pytest.fixture
def flash() -> Iterator[Path]:
    """A file system of its own, of 256 kB."""
    with small_disk("256k") as folder:
        yield folder


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
    assert box.dropped == box.oldest_unacked > 20


def test_old_packs_make_room_for_what_a_reset_must_not_forget(flash: Path) -> None:
    """The boot number is on flash although others took the rest of it; the packs that it cost are counted."""
    box = Outbox(str(flash / "outbox"), segment_bytes=8192)
    for number in range(20):
        box.append(b"%03d" % number * 1000)
    fill(flash)
    memory = Memory(Slots(str(flash / "memory")))

    assert boot.begin(memory, box) == []
    assert memory.boot == Memory(Slots(str(flash / "memory"))).boot == 1
    assert box.oldest_unacked == box.dropped > 0
    assert box.read(19) == b"019" * 1000


def test_a_boot_that_cannot_be_saved_shares_its_number_with_no_other(flash: Path) -> None:
    """Else a later boot would date its packs with its own clock."""
    box = Outbox(str(flash / "outbox"))
    fill(flash)
    memories = [Memory(Slots(str(flash / "memory"))) for _ in range(3)]
    told = [boot.begin(memory, box) for memory in memories]

    assert [faults[0][0] for faults in told] == ["memory"] * 3
    assert len({memory.boot for memory in memories}) == 3
    assert all(boot.UNSAVED <= memory.boot < 2**32 for memory in memories)


def test_commands_are_answered_although_nothing_can_be_kept(flash: Path) -> None:
    """A configuration that finds no room is refused with the reason, and the one in force stays."""
    fill(flash)
    node = Commands(Memory(Slots(str(flash / "m"))), Slots(str(flash / "c")))
    body = b'{"interval_s":60,"instruments":[{"id":"battery","driver":"battery"}]}'

    assert reply(node.take("interval", b'{"id":"1","interval_s":5}')) == {"id": "1", "result": "done"}
    told = reply(node.take("config", envelope(body)))
    assert (told["result"], told["reason"]) == ("refused", "flash is full")
    assert node.accepted is None


@pytest.mark.parametrize("cycles", [3, 60])
def test_a_node_goes_on_with_a_flash_that_others_filled(
    agent: Agent, flash: Path, make_node: MakeNode, cycles: int
) -> None:
    """On the VM, with old packs to give up (60) and without: it starts, goes on numbering and is heard."""
    changes = {"interval_s": 0.02, "segment_bytes": 1024}
    first = make_node(folder=str(flash / "n07"), port=1, cycles=cycles, configuration=changes, journal=False)
    first.start()
    assert first.wait() == 0, first.said()
    for slot in (flash / "n07").glob("memory*"):
        slot.unlink()
    again = make_node(folder=str(flash / "n07"), configuration=changes, journal=False)
    fill(flash)
    again.start()

    until(lambda: max(agent.seqs(), default=0) > cycles + 5, "packs of the second boot")
    again.kill()
