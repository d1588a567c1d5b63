"""What strangers send is read in a child process, which may have so much memory and time and nothing else of ours.

A parser that a crafted file makes grow or turn for ever then ends alone. The child gets the bytes and gives bytes back:
`run("tailings.laboratory.tables:encoded", content)`. As a program, `python -m runtime.limited_child MODULE:FUNCTION`,
it is that child.
"""

import importlib
import os
import resource
import subprocess
import sys
from typing import Final

MEMORY_BYTES: Final = 1 << 30
"""Of addresses: what the libraries map (0.3 GB with numpy) and what the file may cost."""
SECONDS: Final = 30
NO_MEMORY: Final = 75
ENVIRONMENT: Final = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}


class TooCostly(Exception):
    """The content would take more memory or time than one file may."""


def run(function: str, content: bytes, memory_bytes: int = MEMORY_BYTES, seconds: int = SECONDS) -> bytes:
    """Return what a function (`module:name`, bytes in and out) gives for a content; raise TooCostly.

    A function that raises is a bug: RuntimeError with the end of its trace.
    """
    command = [sys.executable, "-P", "-m", __name__, function, str(memory_bytes), str(seconds)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=2 * seconds, env=ENVIRONMENT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooCostly(f"reading it takes longer than {2 * seconds} s; send it in parts") from error
    if done.returncode == NO_MEMORY:
        raise TooCostly(f"reading it takes more than {memory_bytes >> 20} MB; send it in parts")
    if done.returncode < 0:
        raise TooCostly(f"reading it takes longer than {seconds} s of a processor, or all its memory; send it in parts")
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace")[-2000:])
    return done.stdout


def main(function: str, memory_bytes: int, seconds: int) -> int:
    """Read the content from standard input, within limits; write what the function gives."""
    module, _, name = function.partition(":")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    try:
        given: bytes = getattr(importlib.import_module(module), name)(sys.stdin.buffer.read())
    except MemoryError:
        return NO_MEMORY
    sys.stdout.buffer.write(given)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
