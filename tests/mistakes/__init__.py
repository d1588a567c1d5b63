"""Mistakes that people make in facility files, maps and settings: what each is told, with line, key and choices.

`cases.toml` has the mistakes: each is one change to a good file, and what must be said of it. `document` is the page
that people read, made by making the mistakes.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import msgspec

import edge_agent
import ingest.settings
from api import settings as api_settings
from runtime.settings import BadSettings
from tailings.facility import BadFacility, lint, parse
from tailings.tables import table

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
FACILITIES: Final = {"vale": ROOT / "tests/data/vale.toml", "dam": ROOT / "tailwatch/demo/dam.toml"}
GOOD: Final = {name: HERE / f"{name}.toml" for name in ("edge_agent", "ingest", "api", "map")}
Base = Literal["vale", "dam", "edge_agent", "ingest", "api", "map"]
TITLES: Final[dict[str, str]] = {
    "facility": "In the facility file",
    "map": "In the map of an import",
    "edge_agent": "In the settings of an edge agent",
    "ingest": "In the settings of ingest",
    "api": "In the settings of the api",
}


class Mistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mistake: `old` of a good file is written as `new`; `says` must be in what is told, under `key`.

    on: the line is the first with these words; without it that of `new`. "" where there is no line to name.
    """

    mistake: str
    base: Base
    old: str
    new: str
    says: tuple[str, ...]
    key: str = ""
    on: str | None = None
    severity: Literal["error", "warning"] = "error"

    @property
    def text(self) -> str:
        """The file with the mistake in it."""
        good = good_file(self.base)
        assert good.count(self.old) >= 1, f"{self.old!r} does not stand in {self.base}"
        return good.replace(self.old, self.new, 1)

    @property
    def line(self) -> int:
        """The line that must be named; 0 for none."""
        words = self.new.strip().splitlines()[0] if self.on is None else self.on
        return self.text[: self.text.index(words)].count("\n") + 1 if words else 0


@cache
def good_file(base: Base) -> str:
    """The file that a mistake is made in."""
    return (FACILITIES.get(base) or GOOD[base]).read_text()


@cache
def mistakes() -> tuple[Mistake, ...]:
    """All of cases.toml."""
    return tuple(msgspec.convert(tomllib.loads((HERE / "cases.toml").read_text())["case"], tuple[Mistake, ...]))


def told(one: Mistake) -> list[str]:
    """What Tailwatch says of a file, a sentence a line, without the file's name; [] where it says nothing."""
    return _of_facility(one.text) if one.base in FACILITIES else _of_settings(one)


def _of_facility(text: str) -> list[str]:
    try:
        facility = parse(text)
    except BadFacility as error:
        return [f"error: {problem}" for problem in error.problems]
    found = lint.find(facility, text)
    return [f"{one.severity}: line {one.line}: {one.key}: {' '.join(lint.describe(one))}" for one in found]


def _of_settings(one: Mistake) -> list[str]:
    read: dict[str, Callable[[Path], object]] = {
        "edge_agent": edge_agent.load,
        "ingest": ingest.settings.read,
        "api": api_settings.load,
        "map": edge_agent.load_mapping,
    }
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{one.base}.toml"
        file.write_text(one.text)
        try:
            read[one.base](file)
        except BadSettings as error:
            return [f"error: {line.removeprefix(f'{file}: ')}" for line in str(error).splitlines()]
    return []


def answer(one: Mistake) -> str:
    """Of all that is told, the sentence that is about the mistake; "" where none is."""
    return next((said for said in told(one) if all(word in said for word in (one.severity, *one.says))), "")


def document() -> str:
    """The page that people read."""
    parts = [
        "# Mistakes, and what Tailwatch says\n",
        "Made by `make docs`: each mistake is made in a good file, and what is said of it stands here. "
        "`tailwatch facility check` says it of a facility file, `tailwatch gateway check` of the settings of an edge "
        "agent, every program of its own settings at its start. An error is refused, with everything else that is "
        "wrong in the file; a warning is taken.\n",
    ]
    for kind, title in TITLES.items():
        rows = [_row(one) for one in mistakes() if one.base == kind or (kind == "facility" and one.base in FACILITIES)]
        parts.append(f"## {title}\n\n{table(('mistake', 'as written', 'what is said'), rows)}\n")
    return "\n".join(parts)


def _row(one: Mistake) -> tuple[str, str, str]:
    written = " ".join(one.new.split()) if one.new.strip() else "(left out)"
    return one.mistake, f"`{written}`", answer(one).replace("<", "&lt;")
