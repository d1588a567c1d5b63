"""The commands of `tailwatch`, one file each; the file's name is the command, without a list to edit.

A file is a noun, and its verbs are what can be done with the thing; what acts on the whole site, or on none, is a verb
alone:

    app      a typer.Typer: the verbs of a noun (`user.py` with `add`, `list` ... is `tailwatch user add`)
    NAME     the function of the file's own name (`backup.py`): one command, whose docstring is its help

and says by PANEL (`_panels.py`) in which group of the help it stands.

`import_.py` is `tailwatch import`, since Python keeps that word for itself; an underscore between words is a hyphen.
Files that begin with an underscore are no commands: they hold what several commands share.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

import typer
from typer.core import TyperGroup

from tailings import plugins
from tailwatch.commands import _panels
from tailwatch.commands._renamed import renamed
from tailwatch.exit_codes import ExitCode

ROOM: Final = __name__


class CommandLine(TyperGroup):
    """All commands by name; a file is imported when its command is asked for, and each for the help of all."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = CommandFiles()  # type: ignore[assignment]  # nothing is added to it

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the words name; what an earlier release called it is refused with the name of now."""
        if not ctx.resilient_parsing and not self._is_known(args) and (name := renamed(args)):
            ctx.fail(f"`tailwatch {name[0]}` is `tailwatch {name[1]}` now.")
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, group by group of the help; those of no group come last."""
        place = {panel: place for place, panel in enumerate(_panels.PANELS)}
        panel_of = {name: getattr(command, "rich_help_panel", None) for name, command in self.commands.items()}
        return sorted(panel_of, key=lambda name: place.get(panel_of[name] or "", len(place)))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a question that is answered with no, or by Ctrl-C, is a refusal."""
        try:
            return super().invoke(ctx)
        except typer.Abort:
            typer.echo("tailwatch: ended at the question; nothing was changed", err=True)
            raise typer.Exit(ExitCode.REFUSED) from None

    def _is_known(self, words: list[str]) -> bool:
        """Whether the words begin with a command: a noun with one of its verbs, or nearly, or asked for help."""
        command = self.commands.get(words[0])
        if command is None or not hasattr(command, "commands"):
            return command is not None
        return not words[1:] or bool(get_close_matches(words[1], [*command.commands, "--help", "-h"]))


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
    panel = getattr(module, "PANEL", None)
    if hasattr(module, "app"):
        line.add_typer(module.app, name=name, rich_help_panel=panel)
        return typer.main.get_group(line).commands[name]
    line.command(name, rich_help_panel=panel)(getattr(module, file))
    return typer.main.get_command(line)
