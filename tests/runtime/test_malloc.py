"""Tests of malloc: what a long answer took is not kept, and threads share what is free."""

import subprocess
import sys

# glibc's own account (mallinfo2(3)): `hblkhd` is what lies in blocks of the system's own.
PROGRAM = """
import ctypes, sys
from runtime import malloc
assert len(sys.argv) == 1 or malloc.give_back()
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
# glibc's own list of its arenas (malloc_info(3)) has a `heap` for each.
THREADS = """
import ctypes, sys, tempfile, threading
from pathlib import Path
from runtime import malloc
assert len(sys.argv) == 1 or malloc.one_arena()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.fopen.restype, libc.fopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p] * 2
libc.fclose.argtypes, libc.malloc_info.argtypes = [ctypes.c_void_p], [ctypes.c_int, ctypes.c_void_p]
together = threading.Barrier(4)
def work():
    together.wait()
    libc.malloc(5_000)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
[one.start() for one in threads]
[one.join() for one in threads]
with tempfile.NamedTemporaryFile() as told:
    file = libc.fopen(told.name.encode(), b"w")
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(Path(told.name).read_text().count("<heap ") == 1)
"""


def said(program: str, *words: str) -> str:
    """What a program prints, in a process of its own: the setting is one of the process."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def test_a_large_block_is_the_systems_also_after_a_larger_one() -> None:
    """By glibc's account: left alone it keeps 4 MB for itself after 8 MB were freed, told so it does not."""
    assert (said(PROGRAM), said(PROGRAM, "give back")) == ("False", "True")


def test_threads_share_one_arena() -> None:
    """By glibc's account: left alone four threads have arenas of their own, told so they have one together."""
    assert (said(THREADS), said(THREADS, "one arena")) == ("False", "True")
