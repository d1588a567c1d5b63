"""A thread beside a program: it ends when it is told to, begun or not."""

import threading
import time

from runtime.background_thread import BackgroundThread


def test_it_runs_until_it_is_closed() -> None:
    """After `close` no thread of that name is left."""
    ran = threading.Event()

    def run() -> None:
        ran.set()
        thread.stop.wait()

    thread = BackgroundThread("beside", run)
    thread.start()
    assert ran.wait(10)
    thread.close()

    assert "beside" not in [one.name for one in threading.enumerate()]


def test_what_never_began_can_be_closed() -> None:
    """A program that fails while it starts closes all it has made."""
    BackgroundThread("never", lambda: None).close()


def test_one_that_does_not_end_holds_nobody_up() -> None:
    """A serial port that answers late is waited for as long as was said, and no longer."""
    late = threading.Event()
    thread = BackgroundThread("late", lambda: late.wait(30) and None, ends_within_s=0.05)
    thread.start()
    began_s = time.monotonic()
    thread.close()
    took_s = time.monotonic() - began_s
    late.set()

    assert took_s < 20
