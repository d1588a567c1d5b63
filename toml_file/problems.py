"""What is wrong with a TOML file: each problem with its line, its key and a sentence that says the fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

Path = tuple[str | int, ...]
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class FileProblem(NamedTuple):
    """One fault of a file. line counts from 1; 0 when the fault belongs to no line."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.key}: {self.message}" if self.key else f"{where}{self.message}"


def spell(path: Path) -> str:
    """A path as it is written in TOML: instruments."n07:vw1".calibrations[0].kind."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _BARE.fullmatch(step) else f'"{step}"')
    return text


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest part of it that stands in the file; 0 when none does."""
    known = path
    while known and known not in lines:
        known = known[:-1]
    return lines.get(known, 0)


class Report:
    """Collects the problems of one file, so that a person sees all of them at once.

    read_lines: called at the first problem; the lines of a large file take more memory than what stands in it.
    """

    def __init__(self, read_lines: Callable[[], Mapping[Path, int]]) -> None:
        self._lines = cache(read_lines)
        self._problems: list[FileProblem] = []

    def __len__(self) -> int:
        return len(self._problems)

    @property
    def problems(self) -> tuple[FileProblem, ...]:
        """The problems found so far, each once, by line."""
        return tuple(sorted(dict.fromkeys(self._problems)))

    def add(self, path: Path, message: str) -> None:
        """Note a problem at a path; its line is that of the nearest part of the path that stands in the file."""
        self._problems.append(FileProblem(line_at(self._lines(), path), spell(path), message))
