"""Boot: gives a start its number, on flash before anything is measured; times without a clock hang on it."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .memory import Memory
    from .outbox import Outbox

UNSAVED = 0x40000000


def begin(memory: "Memory", box: "Outbox") -> list[tuple[str, str]]:
    """Counts a boot, and returns faults to tell. Where flash is full the oldest packs go, as long as there are any.

    A number that cannot be saved would be that of the next boot too, which would then date this one's packs by its own
    clock: such a boot takes one of 16 million others at random.
    """
    memory.boot += 1
    while not memory.save():
        if not box.make_room():
            memory.boot = UNSAVED + int.from_bytes(os.urandom(3), "big")
            return [("memory", "flash is full: what this boot learns is forgotten at the next reset")]
    return []
