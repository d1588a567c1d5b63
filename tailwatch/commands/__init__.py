"""The commands of `tailwatch`, one file each; the file's name is the command, without a list to edit.

A file offers one of the two:

    app      a typer.Typer: a group of commands (`user.py` with `add`, `list` ... is `tailwatch user add`)
    NAME     the function of the file's own name: one command, whose docstring is its help

`import_.py` is `tailwatch import`, since Python keeps that word for itself; an underscore between words is a hyphen.
Files that begin with an underscore are no commands: they hold what several commands share.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import typer
from typer.core import TyperGroup

from tailings import plugins

ROOM: Final = __name__


class CommandLine(TyperGroup):
    """All commands by name; a file is imported when its command is asked for, and each for the help of all."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = CommandFiles()  # type: ignore[assignment]  # nothing is added to it


class CommandFiles(Mapping[str, Any]):
    """The command of each file, in the order of the alphabet."""

    def __getitem__(self, name: str) -> Any:
        file = _file_of(name)
        if file is None:
            raise KeyError(name)
        return _command(file, name)

    def __iter__(self) -> Iterator[str]:
        return map(_name_of, plugins.names(ROOM))

    def __len__(self) -> int:
        return len(plugins.names(ROOM))


def _name_of(file: str) -> str:
    return file.rstrip("_").replace("_", "-")


def _file_of(name: str) -> str | None:
    return next((file for file in plugins.names(ROOM) if _name_of(file) == name), None)


@cache
def _command(file: str, name: str) -> Any:
    module, line = plugins.find(ROOM, file), typer.Typer(add_completion=False)
    if hasattr(module, "app"):
        line.add_typer(module.app, name=name)
        return typer.main.get_group(line).commands[name]
    line.command(name)(getattr(module, file))
    return typer.main.get_command(line)
