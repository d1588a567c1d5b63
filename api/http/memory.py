"""Memory that a long answer took goes back to the system when it is sent.

glibc's malloc learns from the first large block that it frees to keep larger ones for itself (mallopt(3),
M_MMAP_THRESHOLD, "dynamic"): after some pages of 50,000 observations the api then held 13 MB that nobody used.
"""

import ctypes
from typing import Final

M_MMAP_THRESHOLD: Final = -3
"""Of <malloc.h>."""
LARGE_BYTES: Final = 128 * 1024
"""glibc's own first threshold; to set it is to keep it."""


def give_back() -> bool:
    """Let every block of LARGE_BYTES or more be the system's own; False where the C library is another than glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(M_MMAP_THRESHOLD, LARGE_BYTES) == 1
