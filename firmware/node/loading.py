"""Loading: modules that are needed for a moment, and must not stay in a small heap."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_IS_BOARD = sys.implementation.name == "micropython"


def borrowed(name: str) -> "Any":
    """The module `name` of this package, for the caller alone: on MicroPython it is freed with his last reference."""
    package = __name__[: __name__.rfind(".")]
    whole = package + "." + name
    module = __import__(whole, None, None, ("x",))
    if _IS_BOARD:
        del sys.modules[whole]
        delattr(sys.modules[package], name)
    return module
