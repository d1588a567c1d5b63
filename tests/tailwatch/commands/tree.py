"""All commands of `tailwatch`, each with the words by which it is called."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import typer

from tailwatch.__main__ import app


@cache
def commands() -> dict[str, Any]:
    """By its words, such as `user add`, the command with its parameters."""
    return dict(_below(typer.main.get_command(app), ()))


def _below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield " ".join(words), command
        return
    for name, one in command.commands.items():
        yield from _below(one, (*words, name))


def options(command: Any) -> dict[str, Any]:
    """The options of a command by their names; `--help` is none of them."""
    return {name: one for one in command.params if one.param_type_name == "option" for name in one.opts}
