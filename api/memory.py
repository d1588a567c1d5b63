"""The api's memory: what nobody here uses is not loaded, and what a long answer took goes back when it is sent.

glibc's malloc learns from the first large block that it frees to keep larger ones for itself (mallopt(3),
M_MMAP_THRESHOLD, "dynamic"): after some pages of 50,000 observations the api then held 13 MB that nobody used.
"""

import ctypes
import sys
from typing import Final

M_MMAP_THRESHOLD: Final = -3
"""Of <malloc.h>."""
LARGE_BYTES: Final = 128 * 1024
"""glibc's own first threshold; to set it is to keep it."""


def give_back() -> bool:
    """Let every block of LARGE_BYTES or more be the system's own; False where the C library is another than glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(M_MMAP_THRESHOLD, LARGE_BYTES) == 1


UNUSED: Final = ("pydantic.v1", "watchfiles")
"""What FastAPI loads to refuse models of Pydantic 1 and uvicorn to watch source files; both go on without. 2.4 MB."""


def leave_out() -> None:
    """Let nothing load UNUSED: None in `sys.modules` is for the import system a module that is not installed."""
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
