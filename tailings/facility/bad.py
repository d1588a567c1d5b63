"""What is wrong with a facility file: each problem with its line, its key and a sentence that says the fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple

Path = tuple[str | int, ...]
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class FileProblem(NamedTuple):
    """One fault of a facility file. line counts from 1; 0 when the fault belongs to no line."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.key}: {self.message}" if self.key else f"{where}{self.message}"


class BadFacility(ValueError):
    """A facility file that cannot be used. `problems` has all faults found, `line`, `key`, `message` the first."""

    def __init__(self, problems: Iterable[FileProblem], source: str = "facility.toml") -> None:
        self.problems = tuple(sorted(problems))
        self.source = source
        self.line, self.key, self.message = self.problems[0]
        super().__init__("\n".join(f"{source}: {problem}" for problem in self.problems))


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

    read_lines: called at the first problem; the lines of a large file take more memory than the facility in it.
    """

    def __init__(self, read_lines: Callable[[], Mapping[Path, int]], source: str) -> None:
        self._lines, self._source = cache(read_lines), source
        self._problems: list[FileProblem] = []

    def __len__(self) -> int:
        return len(self._problems)

    def add(self, path: Path, message: str) -> None:
        """Note a problem at a path; its line is that of the nearest part of the path that stands in the file."""
        self._problems.append(FileProblem(line_at(self._lines(), path), spell(path), message))

    def stop_if_bad(self) -> None:
        """Raise BadFacility when there are problems."""
        if self._problems:
            raise BadFacility(dict.fromkeys(self._problems), self._source)
