"""Memory of a long-lived program, by glibc's malloc (mallopt(3)): what each of its threads keeps, and large blocks.

Threads get heaps of their own (M_ARENA_MAX), so that they need not wait for one another. Those of a program in Python
seldom allocate at once, and each heap keeps what its thread needed at most: 4 MB in ingest, 1 in the edge agent.

From the first large block that it frees malloc learns to keep larger ones for itself (M_MMAP_THRESHOLD, "dynamic"):
after some pages of 50,000 observations the api then held 13 MB that nobody used. Not so where columns of thousands of
rows come and go all the time: to get each anew from the system cost ingest a tenth of a replay.
"""

import ctypes
import gc
from typing import Final

M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8
"""Both of <malloc.h>."""
LARGE_BYTES: Final = 128 * 1024
"""glibc's own first threshold; to set it is to keep it."""


def share_heap() -> bool:
    """Let all threads share one heap, called before the first; False where the C library is another than glibc."""
    return _set(M_ARENA_MAX, 1)


def give_back() -> bool:
    """Let every block of LARGE_BYTES or more be the system's own; False where the C library is another than glibc."""
    return _set(M_MMAP_THRESHOLD, LARGE_BYTES)


def look_for_cycles_after(objects: int) -> None:
    """Look for cycles of objects after so many more that are still in use, and never among those of now.

    Python looks after 2,000. Where a group of messages in hand is more than that, and none of it in a cycle, it looks
    through it again and again. What errors leave in cycles is found so much later.
    """
    gc.freeze()
    gc.set_threshold(objects)


def _set(what: int, value: int) -> bool:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(what, value) == 1
