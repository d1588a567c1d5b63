"""Shutdown: what a program does when SIGTERM or SIGINT asks it to end."""

import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue


def on_signal(end: Callable[[], None]) -> None:
    """Call `end` once, in a thread of its own, when a signal asks for it; call this from the main thread.

    A handler interrupts the main thread anywhere, also in its own earlier run (a parent that dies sends one signal for
    each of its threads). A lock that is held there is waited for for ever, and an Event has one. What a handler may
    call is SimpleQueue.put, which is reentrant (Python manual, queue).
    """
    asked: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: asked.put(number))

    def wait() -> None:
        asked.get()
        end()

    threading.Thread(target=wait, name="shutdown", daemon=True).start()
