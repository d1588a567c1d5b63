"""Shutdown by a signal, in a process of its own."""

import subprocess
import sys

PROGRAM = """
import os, signal, threading
from runtime.shutdown import on_signal
lock, stop = threading.Lock(), threading.Event()
def end():
    with lock:
        stop.set()
on_signal(end)
with lock:
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGTERM)
stop.wait()
"""
WITHIN_S = 60


def test_a_signal_that_finds_its_lock_held_ends_the_program() -> None:
    """The main thread holds what the end needs while three signals come; a handler that took it would wait for ever."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], timeout=WITHIN_S, check=False)

    assert done.returncode == 0
