"""Tests of memory: what a long answer took is not kept."""

import subprocess
import sys

# glibc's own account (mallinfo2(3)): `hblkhd` is what lies in blocks of the system's own.
PROGRAM = """
import ctypes, sys
from api.http import memory
assert len(sys.argv) == 1 or memory.give_back()
class Account(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
        ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]
libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Account
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
libc.free(libc.malloc(8_000_000))
before = libc.mallinfo2().hblkhd
block = libc.malloc(4_000_000)
print(libc.mallinfo2().hblkhd - before >= 4_000_000)
"""


def said(*words: str) -> str:
    """What the program prints, in a process of its own: the setting is one of the process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def test_a_large_block_is_the_systems_also_after_a_larger_one() -> None:
    """By glibc's account: left alone it keeps 4 MB for itself after 8 MB were freed, told so it does not."""
    assert (said(), said("give back")) == ("False", "True")
