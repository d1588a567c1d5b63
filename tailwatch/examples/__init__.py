"""Facility files to begin with: each is whole, and is written out by `tailwatch facility new --example NAME`.

A file is the entry, its first line says what it is of.
"""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The names of the examples."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def text(name: str) -> str:
    """The text of an example; raises KeyError."""
    if name not in names():
        raise KeyError(name)
    return (FOLDER / f"{name}.toml").read_text("utf-8")
