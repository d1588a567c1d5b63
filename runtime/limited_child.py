"""What strangers send is read in a child process, which may have so much memory and time and nothing else of ours.

A parser that a crafted file makes grow or turn for ever then ends alone. The child gets the bytes and gives bytes back:
`run("tailings.mapped_tables.tables:encoded", content)`; `stream` gives back piece by piece what a function yields, and
waits when nobody takes it. As a program, `python -m runtime.limited_child MODULE:FUNCTION`, it is that child.
"""

import importlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

MEMORY_BYTES: Final = 1 << 30
"""Of addresses: what the libraries map (0.3 GB with numpy) and what the file may cost."""
SECONDS: Final = 30
NO_MEMORY: Final = 75
SIZE_BYTES: Final = 8
ENVIRONMENT: Final = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}


class TooCostly(Exception):
    """The content would take more memory or time than one file may."""


def run(function: str, content: bytes, memory_bytes: int = MEMORY_BYTES, seconds: int = SECONDS) -> bytes:
    """Return what a function (`module:name`, bytes in and out) gives for a content; raise TooCostly.

    A function that raises is a bug: RuntimeError with the end of its trace.
    """
    command = _command(function, memory_bytes, seconds)
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=2 * seconds, env=ENVIRONMENT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooCostly(f"reading it takes longer than {2 * seconds} s; send it in parts") from error
    _check(done.returncode, done.stderr, memory_bytes, seconds)
    return done.stdout


def stream(function: str, content: bytes, memory_bytes: int = MEMORY_BYTES, seconds: int = SECONDS) -> Iterator[bytes]:
    """Yield what a function (`module:name`, bytes in, an iterator of bytes out) yields for a content; as `run` else."""
    command = _command(function, memory_bytes, seconds)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=ENVIRONMENT) as child:
        assert child.stdin is not None and child.stdout is not None and child.stderr is not None
        try:
            child.stdin.write(content)
            child.stdin.close()
            while size := child.stdout.read(SIZE_BYTES):
                yield child.stdout.read(int.from_bytes(size, "big"))
            told = child.stderr.read()
            _check(child.wait(), told, memory_bytes, seconds)
        finally:
            child.kill()


def _command(function: str, memory_bytes: int, seconds: int) -> list[str]:
    return [sys.executable, "-P", "-m", __name__, function, str(memory_bytes), str(seconds)]


def _check(code: int, told: bytes, memory_bytes: int, seconds: int) -> None:
    if code == NO_MEMORY:
        raise TooCostly(f"reading it takes more than {memory_bytes >> 20} MB; send it in parts")
    if code < 0:
        raise TooCostly(f"reading it takes longer than {seconds} s of a processor, or all its memory; send it in parts")
    if code:
        raise RuntimeError(told.decode("utf-8", "replace")[-2000:])


def main(function: str, memory_bytes: int, seconds: int) -> int:
    """Read the content from standard input, within limits; write what the function gives."""
    module, _, name = function.partition(":")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    out = sys.stdout.buffer
    try:
        given: bytes | Iterator[bytes] = getattr(importlib.import_module(module), name)(sys.stdin.buffer.read())
        if isinstance(given, bytes):
            out.write(given)
            return 0
        for piece in given:
            out.write(len(piece).to_bytes(SIZE_BYTES, "big") + piece)
            out.flush()
    except MemoryError:
        return NO_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
