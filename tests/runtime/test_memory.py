"""Tests of memory: what a long answer took is not kept, and threads keep no heaps of their own."""

import subprocess
import sys

# glibc's own account (mallinfo2(3), malloc_info(3)): `hblkhd` is what lies in blocks of the system's own.
PROGRAM = """
import ctypes, sys, threading
from runtime import memory
assert all(getattr(memory, word)() for word in sys.argv[1:])
class Account(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
        ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]
libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Account
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
libc.free(libc.malloc(8_000_000))
before = libc.mallinfo2().hblkhd
block = libc.malloc(4_000_000)
print(libc.mallinfo2().hblkhd - before >= 4_000_000, flush=True)
for _ in range(3):
    thread = threading.Thread(target=lambda: libc.malloc(1000))
    thread.start()
    thread.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
"""


def said(*words: str) -> str:
    """What the program prints, in a process of its own: the setting is one of the process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_a_large_block_is_the_systems_also_after_a_larger_one() -> None:
    """By glibc's account: left alone it keeps 4 MB for itself after 8 MB were freed, told so it does not."""
    assert (said().split()[0], said("give_back").split()[0]) == ("False", "True")


def test_threads_share_one_heap() -> None:
    """By glibc's account: left alone a thread has a heap of its own, told so it has not."""
    assert (said().count("<heap nr="), said("share_heap").count("<heap nr=")) == (2, 1)


OBJECTS = """
import gc, sys
from runtime import memory
for after in sys.argv[1:]:
    memory.look_for_cycles_after(int(after))
before = gc.get_stats()[0]["collections"]
kept = [[number] for number in range(50_000)]
print(gc.get_stats()[0]["collections"] - before)
"""


def test_cycles_are_looked_for_after_so_many_objects_in_use() -> None:
    """By Python's own account of its searches while 50,000 objects are made and kept: none below the number."""
    searches = []
    for after in ([], ["20000"], ["100000"]):
        done = subprocess.run(
            [sys.executable, "-c", OBJECTS, *after], capture_output=True, text=True, timeout=60, check=True
        )
        searches.append(int(done.stdout))

    assert searches[0] > 10
    assert searches[1:] == [2, 0]
