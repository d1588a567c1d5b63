"""What tests need that run on CPython and on the MicroPython VM alike: a fresh folder, and `refuses`."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

IS_VM = sys.implementation.name == "micropython"
_base = [sys.argv[-1]] if IS_VM else []
_made = [0]


def fresh_folder() -> str:
    """A new, empty folder that the run removes."""
    if not _base:
        _base.append(_temporary())
    _made[0] += 1
    folder = _base[0] + "/" + str(_made[0])
    os.mkdir(folder)
    return folder


def _temporary() -> str:
    import atexit
    import shutil
    import tempfile

    base = tempfile.mkdtemp(prefix="tailwatch-node-")
    atexit.register(shutil.rmtree, base)
    return base


def refuses(kind: type[Exception], call: "Callable[..., object]", *values: object) -> str:
    """Calls `call` with `values`, which must raise `kind`; returns the error's text."""
    try:
        call(*values)
    except kind as error:
        return str(error)
    raise AssertionError("not refused")


def read(path: str) -> bytes:
    """A file's bytes."""
    with open(path, "rb") as file:
        return file.read()


def write(path: str, data: bytes) -> None:
    """Replaces a file."""
    with open(path, "wb") as file:
        file.write(data)
