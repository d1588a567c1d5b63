"""Memory of a long-lived program: what it no longer needs goes back to the system, and its threads share one heap.

glibc's malloc learns from the first large block that it frees to keep larger ones for itself (mallopt(3),
M_MMAP_THRESHOLD, "dynamic"): after some pages of 50,000 observations the api then held 13 MB that nobody used. And it
gives threads heaps of their own (M_ARENA_MAX), so that they need not wait for one another; the threads of a program
in Python seldom allocate at once, and each heap keeps what its thread needed at most: 4 MB in ingest, 1 in the agent.
"""

import ctypes
from typing import Final

M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8
"""Both of <malloc.h>."""
LARGE_BYTES: Final = 128 * 1024
"""glibc's own first threshold; to set it is to keep it."""


def keep_little() -> bool:
    """Let all threads share one heap, and let every block of LARGE_BYTES or more be the system's own.

    To be called before the first thread. False where the C library is another than glibc: then nothing is changed.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(
        mallopt(what, value) == 1 for what, value in ((M_ARENA_MAX, 1), (M_MMAP_THRESHOLD, LARGE_BYTES))
    )
