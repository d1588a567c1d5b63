"""docs/operating/commands.md and the manual page tailwatch.1: made of the commands themselves."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, Final

from tailings.tables import table
from tailwatch.__main__ import app
from tailwatch.commands import CommandFiles
from tailwatch.commands._panels import PANELS
from tailwatch.exit_codes import MEANINGS
from tailwatch.owner import STATE_DEFAULT
from tests.tailwatch.commands.tree import commands

INTRO: Final = """# The commands

Made by `make docs` from the commands themselves; do not edit. `tailwatch --help` lists them in groups, and each has its
own `--help` (or `-h`); `man tailwatch` has all of this page. `tailwatch --version` prints the release.
`tailwatch --install-completion` lets the shell complete names and options (bash, zsh, fish, PowerShell).

A command is a noun and a verb: `tailwatch device provision`, `tailwatch user add`. These are a verb alone, because what
they act on is the whole site, or (`verify`) no site at all: ALONE. A name of an earlier release is answered with the
one of now.

Whatever shows a list or a state has `--json`: one document on standard output (`gateway status`: one for each agent, a
line each), and errors stay on standard error. An option means the same in every command that has it.

## Exit codes
"""
SYNOPSIS: Final = "tailwatch NOUN VERB [OPTIONS] [ARGUMENTS]"
HEAD: Final = rf""".\" Made by make docs from the commands themselves; do not edit.
.TH TAILWATCH 1 "" Tailwatch "User commands"
.SH NAME
tailwatch \- watch mine\-waste facilities
.SH SYNOPSIS
.B {SYNOPSIS}
.SH DESCRIPTION
"""
KINDS: Final = {"str": "text", "int": "integer", "float": "number", "Path": "path", "datetime": "instant"}
PARAGRAPHS: Final = re.compile(r"\n\s*\n")


def document() -> str:
    """docs/operating/commands.md: exit codes, then the commands in the groups of the help."""
    rows = [(f"`{code.value}`", meaning) for code, meaning in MEANINGS.items()]
    *most, last = (f"`tailwatch {words}`" for words in _alone())
    intro = INTRO.replace("ALONE", f"{', '.join(most)} and {last}")
    parts = [f"{intro}\n{table(('exit code', 'what it says'), rows)}\n"]
    for panel in PANELS:
        parts.append(f"## {panel}\n")
        parts += (_section(words, command) for words, command in _of_panel(panel))
    return "\n".join(parts)


def manual() -> str:
    """The manual page, in the macros of man(7)."""
    lines = [HEAD + _roff(" ".join(app.registered_callback.callback.__doc__.split()))]
    lines += [
        ".PP",
        _roff(f"A command is a noun and a verb; these act on the whole site, or on none: {', '.join(_alone())}."),
    ]
    for panel in PANELS:
        lines.append(f".SH {panel.upper()}")
        for words, command in _of_panel(panel):
            lines += _entry(words, command)
    lines.append(".SH EXIT STATUS")
    for code, meaning in MEANINGS.items():
        lines += [".TP", f".B {code.value}", _roff(meaning)]
    lines += [".SH ENVIRONMENT", ".TP", ".B TAILWATCH_STATE", _roff(f"The state folder: {STATE_DEFAULT}.")]
    return "\n".join(lines) + "\n"


def _alone() -> list[str]:
    return [words for words in commands() if " " not in words]


def _of_panel(panel: str) -> Iterator[tuple[str, Any]]:
    """The commands of a group of the help, with the words by which each is called."""
    nouns = {name for name, command in CommandFiles().items() if command.rich_help_panel == panel}
    yield from ((words, command) for words, command in commands().items() if words.split()[0] in nouns)


def _section(words: str, command: Any) -> str:
    rows = [(f"`{name}`", kind, default, text) for name, kind, default, text in _parameters(command)]
    text = "\n\n".join(_paragraphs(command))
    options = f"\n{table(('', 'type', 'default', 'what'), rows)}\n" if rows else ""
    return f"### `{_usage(words, command)}`\n\n{text}\n{options}"


def _entry(words: str, command: Any) -> Iterator[str]:
    yield f".SS {_roff(_usage(words, command))}"
    for number, paragraph in enumerate(_paragraphs(command)):
        yield from ([".PP"] if number else [])
        yield _roff(paragraph)
    for name, kind, default, text in _parameters(command):
        yield from (".TP", f".B {_roff(name)}{f' <{kind}>' if kind else ''}")
        yield _roff(f"{text}{f' [{default}]' if default else ''}")


def _usage(words: str, command: Any) -> str:
    arguments = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    return " ".join(["tailwatch", words, *arguments])


def _argument(one: Any) -> str:
    name = (one.metavar or one.name.rstrip("_").upper()).strip("[]")
    many = "..." if one.nargs == -1 else ""
    return f"{name}{many}" if one.required else f"[{name}]{many}"


def _paragraphs(command: Any) -> list[str]:
    """The paragraphs of a command's help, each in one line."""
    return [" ".join(one.split()) for one in PARAGRAPHS.split(inspect.cleandoc(command.help or "")) if one.strip()]


def _parameters(command: Any) -> Iterator[tuple[str, str, str, str]]:
    """Name, type, default and help of each argument and option."""
    for one in command.params:
        is_option = one.param_type_name == "option"
        name = ", ".join(one.opts) if is_option else _argument(one)
        kind = "" if getattr(one, "is_flag", False) else _kind(one)
        yield name, kind, _default(one), one.help or ""


def _kind(one: Any) -> str:
    name = one.bare_type()
    inner = name.removeprefix("list[").rstrip("]")
    return f"{KINDS[inner]}{'' if inner == name else ', again for more'}"


def _default(one: Any) -> str:
    if isinstance(one.show_default, str):
        return one.show_default
    if one.required:
        return "required"
    return "" if one.default in (None, False, "", ()) else str(one.default)


def _roff(text: str) -> str:
    """Escape what roff would take as its own, and show code as bold."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    bold = re.sub(r"`([^`]+)`", r"\\fB\1\\fP", plain)
    return re.sub(r"^([.'])", r"\\&\1", bold)
