"""The settings of a program: one TOML file, checked as a whole before anything starts, in one frozen value.

Relative paths start at the settings file's folder, so that a program may be started from anywhere.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import msgspec

from toml_file import problems, shapes
from toml_file import text as toml_text
from toml_file.lines import key_lines

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Shape = TypeVar("Shape")
_KINDS: Final[dict[type, str]] = {int: "int", float: "float", bool: "bool", list: "array", str: "str"}


class BadSettings(Exception):
    """The settings cannot be used; each sentence names the file, the line and key where known, and the fix."""

    def __init__(self, file: Path | str, *messages: object) -> None:
        self.file, self.message = file, "; ".join(map(str, messages))
        super().__init__("\n".join(f"{file}: {message}" for message in messages))


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A broker and who we are there. `ca_file` (the broker's certificate authority) is required outside loopback.

    `further_hosts` are the other brokers of a cluster: any of them serves, and the next one is tried when one is gone.
    """

    host: str
    """Its name or address."""
    port: Port
    """Its port: 8883 with TLS, mostly."""
    user: str
    """Who we are there."""
    password_file: Path
    """The file with the password, mode 600."""
    ca_file: Path | None = None
    """The certificate authority that its certificate must come from; without it no broker elsewhere is used."""
    further_hosts: tuple[str, ...] = ()
    """The other brokers of a cluster: any of them serves."""

    def __post_init__(self) -> None:
        for host in self.hosts:
            if self.ca_file is None and host not in LOOPBACK:
                raise ValueError(f"ca_file: needed for {host!r}, nothing leaves this machine without TLS")
        if len(set(self.hosts)) < len(self.hosts):
            raise ValueError("further_hosts: a host stands there twice; name each once, and not the one of `host`")

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return all hosts, each of which serves."""
        return (self.host, *self.further_hosts)


class SettingsFile(NamedTuple):
    """A settings file on its way to values: its table, and what is wrong with it so far."""

    file: Path | str
    """A name instead of a path stands for what is read on more than one machine: its paths must be whole."""
    table: dict[str, Any]
    report: problems.Report

    def convert(self, table: Any, shape: type[Shape], path: problems.Path = ()) -> Shape | None:
        """A table of the file as a shape; None, and a problem in the report, where it does not fit."""
        folder = self.file.parent if isinstance(self.file, Path) else None
        value: Shape | None = shapes.read(self.report, path, table, shape, hook=_from_folder(folder))
        return value

    def stop_if_bad(self) -> None:
        """Raise BadSettings with every problem found."""
        if self.report.problems:
            raise BadSettings(self.file, *self.report.problems)


def read(file: Path, shape: type[Shape]) -> Shape:
    """Read and check a settings file; raises BadSettings."""
    opened = read_file(file)
    settings = opened.convert(opened.table, shape)
    opened.stop_if_bad()
    assert settings is not None
    return settings


def read_file(file: Path) -> SettingsFile:
    """Read a settings file that is looked into before it is converted; raises BadSettings."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadSettings(file, f"cannot be read: {error.strerror}") from error
    try:
        text = toml_text.decoded(content)
        return SettingsFile(file, toml_text.tables(text), problems.Report(lambda: key_lines(text)))
    except toml_text.NotToml as error:
        raise BadSettings(file, error.problem) from error


def _from_folder(folder: Path | None) -> Callable[[type, object], object]:
    def path(wanted: type, value: object) -> object:
        if wanted is Path and isinstance(value, str):
            if folder is None and not Path(value).is_absolute():
                raise ValueError(f"{value!r} begins nowhere; write the whole path, from / on")
            return Path(value) if folder is None else folder / value
        raise TypeError(f"Expected `{wanted.__name__}`, got `{_KINDS.get(type(value), 'object')}`")

    return path
