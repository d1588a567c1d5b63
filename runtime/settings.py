"""The settings of a program: one TOML file, checked as a whole before anything starts, in one frozen value.

Relative paths start at the settings file's folder, so that a program may be started from anywhere.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import msgspec

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Shape = TypeVar("Shape")


class BadSettings(Exception):
    """The settings cannot be used; the sentence names the file, the key and the fix."""

    def __init__(self, file: Path | str, message: str) -> None:
        self.file, self.message = file, message
        super().__init__(f"{file}: {message}")


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A broker and who we are there. `ca_file` (the broker's certificate authority) is required outside loopback."""

    host: str
    port: Port
    user: str
    password_file: Path
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if self.ca_file is None and self.host not in LOOPBACK:
            raise ValueError(f"ca_file: needed for {self.host!r}, nothing leaves this machine without TLS")


def read(file: Path, shape: type[Shape]) -> Shape:
    """Read and check a settings file; raises BadSettings."""
    return convert(file, read_table(file), shape)


def read_table(file: Path) -> dict[str, Any]:
    """Read a settings file that is looked into before it is converted; raises BadSettings."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadSettings(file, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, or what tomllib does not catch of its own
        raise BadSettings(file, str(error)) from error


def convert(file: Path | str, table: Any, shape: type[Shape]) -> Shape:
    """Check a table of a settings file; raises BadSettings with the key that is unknown, missing or wrong.

    file: a name instead of a path stands for what is read on more than one machine; its paths must be whole.
    """
    try:
        return msgspec.convert(table, shape, dec_hook=_from_folder(file.parent if isinstance(file, Path) else None))
    except msgspec.ValidationError as error:
        raise BadSettings(file, _in_words(str(error))) from error


def _from_folder(folder: Path | None) -> Callable[[type, object], object]:
    def path(wanted: type, value: object) -> object:
        if wanted is Path and isinstance(value, str):
            if folder is None and not Path(value).is_absolute():
                raise ValueError(f"{value!r} begins nowhere; write the whole path, from / on")
            return Path(value) if folder is None else folder / value
        raise TypeError(f"Expected `{wanted.__name__}`, got `{type(value).__name__}`")

    return path


def _in_words(error: str) -> str:
    """Turn msgspec's `... - at `$.uplink.port`` into `uplink.port: ...`."""
    message, _, place = error.partition(" - at `$.")
    if missing := re.fullmatch(r"Object missing required field `(.*)`", message):
        message = f"the key {missing[1]!r} is missing; add it"
    return f"{place.rstrip('`')}: {message}" if place else message
