"""Memory: boot, offsets, answered commands and interval outlive a reset. (CPython and VM)"""

from firmware.node.memory import MAX_ANSWERED, Memory
from firmware.node.slots import Slots
from tests.firmware.portable import fresh_folder, write


def test_all_facts_come_back() -> None:
    """As numbers and text, not as something like them."""
    path = fresh_folder() + "/m"
    memory = Memory(Slots(path))
    memory.boot, memory.interval_s = 12, 2.5
    memory.offsets[12] = 1795612418000
    memory.answer("id1", '{"id":"id1"}')

    again = Memory(Slots(path))

    assert (again.boot, again.interval_s, again.offsets) == (12, 2.5, {12: 1795612418000})
    assert again.reply_to("id1") == '{"id":"id1"}'
    assert again.reply_to("id2") is None


def test_only_the_newest_answers_are_kept() -> None:
    """Bounded, oldest first."""
    memory = Memory(Slots(fresh_folder() + "/m"))

    for i in range(MAX_ANSWERED + 3):
        memory.answer("id" + str(i), "{}")

    assert memory.reply_to("id2") is None and memory.reply_to("id3") == "{}"


def test_damaged_memory_is_an_empty_one() -> None:
    """Both slots gone: the boot number starts again, which a new epoch of time does not depend on."""
    path = fresh_folder() + "/m"
    Memory(Slots(path)).save()
    write(path + "1", b"damaged")

    assert Memory(Slots(path)).boot == 0
