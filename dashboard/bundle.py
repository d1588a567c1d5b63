"""Joins scripts that are always needed together into one file, so that a page asks for two instead of seven.

Each script is a module that stands for itself; what it takes from a script of its own file is simply there, what it
takes from another file it takes from the joined one. Comments and indentation stay here, where their readers are.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

JOINED: Final[dict[str, tuple[str, ...]]] = {
    "page.js": ("frame.js", "live.js"),
    "commands.js": ("command.js", "alarms.js", "form.js"),
    "charts.js": ("series.js", "colours.js", "labels.js", "under.js", "chart.js", "panels.js", "facility.js"),
}
"""What every page needs, commands to the centre, and what charts need; each script stands after what it takes."""

IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
DECLARED: Final = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
COMMENT: Final = re.compile(r"^ *(?:/\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
INDENT: Final = re.compile(r"^ +", re.MULTILINE)
TEXT: Final = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"""
    r"""|(?<=[(,=:\[!&|?{};\n])\s*/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)"""
)
"""Texts, and regular expressions, which stand behind an operator and no value: what is in them stays."""
SPACE: Final = re.compile(r" (=>|[=!]==|[<>]=|&&|\|\||\?\?|[-=+*?:<>]) | (?=[(){}\[\]])|(?<=[(){}\[\],;]) |(?<=\w:) ")
"""Spaces around operators and brackets, and behind the name of a field."""
OPEN: Final = re.compile(r"(?<=[;,{(\[])\n")
"""Ends of lines after which none is needed; every statement of ours ends with a semicolon."""


class CannotJoin(Exception):
    """A script declares a name again, takes from one that stands after it, or has a text over lines or in a text."""


def join(scripts: Mapping[str, str], joined: Mapping[str, Sequence[str]] = JOINED) -> dict[str, str]:
    """Return the files to send, by name: the joined ones and the scripts that stay alone; raise CannotJoin."""
    scripts = {name: _bare(name, text) for name, text in scripts.items()}
    place = {script: file for file, members in joined.items() for script in members}
    files = {file: _one(file, [(name, scripts[name]) for name in members], place) for file, members in joined.items()}
    alone = {name: _moved(text, place) for name, text in scripts.items() if name not in place}
    return {name: _small(name, text) for name, text in (files | alone).items()}


def _small(file: str, text: str) -> str:
    """Leave out indentation, spaces around operators and brackets, and ends of lines, outside of texts."""
    pieces = TEXT.split(INDENT.sub("", text))
    if torn := next((code for code in pieces[::2] if "${" in code), None):
        raise CannotJoin(f"{file} has a text in a text: {torn.strip()[:60]}")
    pieces[::2] = [OPEN.sub("", SPACE.sub(lambda found: found[1] or "", code)) for code in pieces[::2]]
    return "".join(pieces)


def _bare(script: str, text: str) -> str:
    """Leave out comments; a text between backticks would lose its spaces if it went over a line's end."""
    if broken := next((line for line in text.splitlines() if line.count("`") % 2), None):
        raise CannotJoin(f"{script} has a text over several lines: {broken.strip()}")
    return COMMENT.sub("", text)


def _one(file: str, members: Sequence[tuple[str, str]], place: Mapping[str, str]) -> str:
    outside: dict[str, set[str]] = {}
    bodies, declared, before = [], set[str](), set[str]()
    for script, text in members:
        for names, source in IMPORT.findall(text):
            taken = {name.strip() for name in names.split(",") if name.strip()}
            if place.get(source) != file:
                outside.setdefault(place.get(source, source), set()).update(taken)
            elif source not in before:
                raise CannotJoin(f"{script} takes from {source}, which stands after it in {file}")
        names_here = set(DECLARED.findall(text))
        if again := sorted(names_here & declared):
            raise CannotJoin(f"{script} declares {again[0]} again in {file}")
        declared |= names_here
        before.add(script)
        bodies.append(IMPORT.sub("", text))
    heads = [f'import {{ {", ".join(sorted(names))} }} from "./{source}";\n' for source, names in outside.items()]
    return "".join(heads + bodies)


def _moved(text: str, place: Mapping[str, str]) -> str:
    """Let a script that stays alone take from the joined files."""
    return IMPORT.sub(lambda found: f'import {{{found[1]}}} from "./{place.get(found[2], found[2])}";\n', text)
