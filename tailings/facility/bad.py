"""A facility file that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable

from toml_file import text
from toml_file.problems import FileProblem, Report


class BadFacility(ValueError):
    """A facility file that cannot be used. `problems` has all faults found, `line`, `key`, `message` the first."""

    def __init__(self, problems: Iterable[FileProblem], source: str = "facility.toml") -> None:
        self.problems = tuple(sorted(problems))
        self.source = source
        self.line, self.key, self.message = self.problems[0]
        super().__init__("\n".join(f"{source}: {problem}" for problem in self.problems))


def decoded(content: bytes, source: str = "facility.toml") -> str:
    """The text of a facility file, for `parse`; raises BadFacility where it is no UTF-8."""
    try:
        return text.decoded(content)
    except text.NotToml as error:
        raise BadFacility([error.problem], source) from error


def stop_if_bad(report: Report, source: str) -> None:
    """Raise BadFacility when there are problems."""
    if report.problems:
        raise BadFacility(report.problems, source)
