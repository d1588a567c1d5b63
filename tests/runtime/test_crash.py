"""A crash ends the whole program, whichever thread it was in."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading, time
from runtime.crash import end_on_crash
from runtime.log import log_of

class Told(Exception): pass

end_on_crash(log_of("ingest"), 70, {Told: 2})

def die():
    raise {"told": Told, "bug": KeyError}[sys.argv[1]]("why")

threading.Thread(target=die, name="keeper").start()
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("kind", "code", "name", "has_trace"), [("told", 2, "Told", False), ("bug", 70, "KeyError", True)]
)
def test_a_thread_that_dies_ends_the_program(kind: str, code: int, name: str, has_trace: bool) -> None:
    """The line names thread and error; the trace of a bug follows; the exit code says who must act."""
    words = [sys.executable, "-c", PROGRAM, kind]
    done = subprocess.run(words, capture_output=True, text=True, timeout=50, check=False)

    assert done.returncode == code
    assert f"ERROR ingest crashed thread=keeper kind={name} error=" in done.stderr.splitlines()[0]
    assert ("Traceback" in done.stderr) == has_trace
