"""glibc's malloc, told how a program uses memory (mallopt(3)); another C library is left as it is.

give_back: memory that a long answer took goes back to the system when it is sent. malloc learns from the first large
block that it frees to keep larger ones for itself (M_MMAP_THRESHOLD, "dynamic"): after some pages of 50,000
observations the api then held 13 MB that nobody used.

one_arena: threads that compute in turn share what is free. Else each thread has an arena (M_ARENA_MAX) and keeps what
its largest piece of work took: ingest with eight threads held 3 MB more before its first batch.
"""

import ctypes
from typing import Final

M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8
"""Of <malloc.h>."""
LARGE_BYTES: Final = 128 * 1024
"""glibc's own first threshold; to set it is to keep it."""


def give_back() -> bool:
    """Let every block of LARGE_BYTES or more be the system's own; False where the C library is another than glibc."""
    return _mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def one_arena() -> bool:
    """Let all threads that begin from now on take from one arena; False where the C library is another than glibc."""
    return _mallopt(M_ARENA_MAX, 1)


def _mallopt(parameter: int, value: int) -> bool:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(parameter, value) == 1
