"""On which line each key of a TOML text stands (tomllib does not say)."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict

from toml_file.problems import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_TEXT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'", re.DOTALL
)
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[Path, int]:
    """Map the path of every key and table to its line, counted from 1.

    The text must be TOML that tomllib accepts; the scan relies on that and checks nothing again.
    """
    return _Scan(text).document()


class _Scan:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = defaultdict(lambda: -1)
        self.newlines = 0
        self.counted = 0

    def document(self) -> dict[Path, int]:
        self.skip(_BLANK)
        table: Path = ()
        while self.at < len(self.text):
            table = self.header() if self.text[self.at] == "[" else self.pair(table)
            self.skip(_BLANK)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"not TOML at line {self.line()}")
        self.at = found.end()
        return found.group()

    def line(self) -> int:
        self.newlines += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.newlines + 1

    def note(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def key(self) -> Path:
        steps: list[str | int] = []
        while True:
            self.skip(_SPACE)
            word = self.skip(_KEY)
            steps.append(tomllib.loads(f"key = {word}")["key"] if word[0] in "\"'" else word)
            self.skip(_SPACE)
            if self.text[self.at] != ".":
                return tuple(steps)
            self.at += 1

    def indexed(self, path: Path) -> Path:
        """The path with the index of the open element behind each array of tables in it."""
        done: Path = ()
        for step in path:
            done = (*done, step)
            if done in self.tables:
                done = (*done, self.tables[done])
        return done

    def header(self) -> Path:
        line, brackets = self.line(), 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        path = self.key()
        self.at += brackets
        parent = (*self.indexed(path[:-1]), path[-1])
        if brackets == 2:
            self.tables[parent] += 1
            parent = (*parent, self.tables[parent])
        else:
            parent = self.indexed(path)
        self.note(parent, line)
        return parent

    def pair(self, table: Path) -> Path:
        line = self.line()
        path = (*table, *self.key())
        self.note(path, line)
        self.at += 1
        self.skip(_SPACE)
        self.value(path)
        return table

    def value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "{":
            self.inside(path, "}")
        elif first == "[":
            self.inside(path, "]")
        elif first in "\"'":
            self.skip(_TEXT)
        else:
            self.skip(_BARE_VALUE)

    def inside(self, path: Path, end: str) -> None:
        self.at += 1
        index = 0
        self.skip(_BLANK)
        while self.text[self.at] != end:
            if end == "}":
                self.pair(path)
            else:
                self.note((*path, index), self.line())
                self.value((*path, index))
                index += 1
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self.skip(_BLANK)
        self.at += 1
