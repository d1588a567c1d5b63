"""Symbols of KiCad's libraries and of hardware/lib: S-expressions read and written, derived symbols made whole, pins.

KiCad's libraries are CC-BY-SA 4.0 with an exception for what is made with them; they come with Debian's kicad-symbols.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from hardware.tools.design import HARDWARE, BadDesign

KICAD: Final = Path("/usr/share/kicad")
OWN: Final = "tailwatch"
LONGEST: Final = 400_000  # letters of a symbol
Tree = list[Any]  # nested lists of words; a quoted word keeps its quotes


class SymbolPin(NamedTuple):
    """A pin as drawn: place in mm (y up), angle towards the body, electrical type, unit (0 belongs to all)."""

    number: str
    name: str
    kind: str
    x: float
    y: float
    angle: int
    unit: int


class Symbol(NamedTuple):
    """A symbol as it goes into a schematic's own library, and its pins."""

    tree: Tree
    pins: tuple[SymbolPin, ...]

    def units(self) -> list[int]:
        """Numbers of the units that a part of this symbol has."""
        return sorted({pin.unit for pin in self.pins} - {0}) or [1]


def parse(text: str) -> Tree:
    """The first S-expression of a text."""
    stack: list[Tree] = [[]]
    for word in re.findall(r'"(?:\\.|[^"\\])*"|[()]|[^\s()]+', text):
        if word == "(":
            stack.append([])
        elif word == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(word)
    tree: Tree = stack[0][0]
    return tree


def written(tree: Any) -> str:
    """An S-expression as text."""
    return tree if isinstance(tree, str) else "(" + " ".join(written(branch) for branch in tree) + ")"


def quoted(text: str) -> str:
    """A word in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def bare(word: str) -> str:
    """A word without its quotes."""
    return word[1:-1].replace('\\"', '"').replace("\\\\", "\\") if word[:1] == '"' else word


def children(tree: Tree, name: str) -> list[Tree]:
    """The branches of that name."""
    return [branch for branch in tree if isinstance(branch, list) and branch[0] == name]


def child(tree: Tree, name: str) -> Tree:
    """The first branch of that name."""
    return children(tree, name)[0]


@cache
def library(name: str) -> str:
    """The text of a library."""
    path = HARDWARE / "lib" / f"{OWN}.kicad_sym" if name == OWN else KICAD / "symbols" / f"{name}.kicad_sym"
    return path.read_text()


def entry(from_library: str, short: str) -> Tree:
    """A symbol as its library has it; only that part of the text is parsed. Raises BadDesign where there is none."""
    text = library(from_library)
    begin = re.search(rf'^[\t ]+\(symbol "{re.escape(short)}"', text, re.MULTILINE)
    if not begin:
        raise BadDesign(f"no symbol {from_library}:{short}")
    return parse(text[begin.start() : end_of(text, begin.start())])


def end_of(text: str, start: int) -> int:
    """Where the parenthesis that opens at `start` closes."""
    depth = 0
    for word in re.finditer(r'"(?:\\.|[^"\\])*"|[()]', text[start : start + LONGEST]):
        depth += {"(": 1, ")": -1}.get(word[0], 0)
        if word[0] == ")" and depth == 0:
            return start + word.end()
    return len(text)


@cache
def symbol(name: str) -> Symbol:
    """The symbol `library:name`; raises BadDesign where there is none."""
    from_library, _, short = name.partition(":")
    whole = flattened(from_library, short)
    tree = ["symbol", quoted(name), *whole[2:]]
    return Symbol(tree, tuple(pins_of(tree)))


def flattened(from_library: str, short: str) -> Tree:
    """A derived symbol with what it inherits; properties of its own win."""
    own = entry(from_library, short)
    if not children(own, "extends"):
        return own
    parent = flattened(from_library, bare(child(own, "extends")[1]))
    properties = {branch[1]: branch for branch in children(own, "property")}
    out: Tree = ["symbol", quoted(short)]
    for branch in parent[2:]:
        if isinstance(branch, list) and branch[0] == "property" and branch[1] in properties:
            out.append(properties.pop(branch[1]))
        elif isinstance(branch, list) and branch[0] == "symbol":
            out += [
                *properties.values(),
                ["symbol", quoted(short + bare(branch[1])[len(bare(parent[1])) :]), *branch[2:]],
            ]
            properties = {}
        else:
            out.append(branch)
    return out


def pins_of(tree: Tree) -> list[SymbolPin]:
    """Pins of the normal body; De Morgan bodies are left out."""
    found = []
    for body in children(tree, "symbol"):
        unit, style = map(int, bare(body[1]).rsplit("_", 2)[1:])
        if style > 1:
            continue
        for pin in children(body, "pin"):
            at = child(pin, "at")
            number, name = bare(child(pin, "number")[1]), bare(child(pin, "name")[1])
            x, y, angle = (float(word) for word in at[1:4])
            found.append(SymbolPin(number, name, pin[1], x=x, y=y, angle=int(angle), unit=unit))
    return found
