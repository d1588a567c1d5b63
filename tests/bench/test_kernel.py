"""Peak memory and processor time as the kernel counts them."""

import os
import threading
import time

from bench import kernel


def test_the_peak_is_seen_and_forgotten() -> None:
    """200 MB that are given back stay in the peak until it is forgotten."""
    kernel.forget_peak(os.getpid())
    before_mb = kernel.peak_mb(os.getpid())
    block = bytearray(200_000_000)
    del block
    after_mb = kernel.peak_mb(os.getpid())
    kernel.forget_peak(os.getpid())

    assert 190 < after_mb - before_mb < 260
    assert kernel.peak_mb(os.getpid()) < after_mb - 100


def test_processor_time_is_that_of_python_itself() -> None:
    """What the kernel tells equals Python's own clock of the process, within its steps."""
    while time.process_time() < 0.5:
        sum(range(10_000))

    assert abs(kernel.cpu_s(os.getpid()) - time.process_time()) < 0.1


def test_the_main_thread_is_counted_alone() -> None:
    """Its time equals Python's own clock of the thread, and that of another thread is not in it."""
    other = threading.Thread(target=lambda: sum(range(3_000_000)))
    other.start()
    other.join()

    assert abs(kernel.main_thread_s(os.getpid()) - time.thread_time()) < 0.01
