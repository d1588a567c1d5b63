"""Crash: what a program does when something that nobody foresaw is raised: one line, the trace, and the end.

A program of which one thread is dead would be deaf, or follow no alarm; the supervisor starts a new one.
"""

import os
import threading
import traceback
from collections.abc import Mapping

from runtime.log import Log


def end_on_crash(tell: Log, code: int, known: Mapping[type[BaseException], int] | None = None) -> None:
    """End the program with `code` when a thread dies; with another one, and without a trace, for what is `known`."""
    codes = known or {}

    def end(failure: threading.ExceptHookArgs) -> None:
        error = failure.exc_value or failure.exc_type()
        is_known = type(error) in codes
        tell_crash(tell, error, failure.thread.name if failure.thread else "", has_trace=not is_known)
        os._exit(codes.get(type(error), code))

    threading.excepthook = end


def tell_crash(tell: Log, error: BaseException, thread: str = "main", has_trace: bool = True) -> None:
    """Say what was raised, and where."""
    tell("ERROR", "crashed", thread=thread, kind=type(error).__name__, error=error)
    if has_trace:
        traceback.print_exception(error)
