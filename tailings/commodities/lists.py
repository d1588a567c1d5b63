"""The lists of strategic and critical raw materials, with version and date, and where an element stands on them."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from typing import Literal

import msgspec
from msgspec import Struct

from tailings.commodities.elements import DATA

Standing = Literal["strategic", "critical", "unlisted"]


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One point of an annex; `grade` is the quality that alone is listed (battery grade)."""

    point: str
    name: str
    symbols: tuple[str, ...]
    grade: str = ""
    strategic_note: str = ""
    symbols_note: str = ""


class Lists(Struct, frozen=True, forbid_unknown_fields=True):
    """Both annexes of one version of the regulation."""

    version: str
    dated: dt.date
    source: str
    checked: str
    not_looked_up: str
    strategic: tuple[Entry, ...]
    critical: tuple[Entry, ...]


class Status(Struct, frozen=True):
    """Where an element stands; `condition` is what the list asks of its grade, "" when nothing."""

    standing: Standing
    is_critical: bool
    condition: str
    version: str

    @property
    def words(self) -> str:
        """Say it ("strategic, critical (battery grade)")."""
        if self.standing == "unlisted":
            return "not listed"
        said = "strategic, critical" if self.standing == "strategic" else "critical"
        return f"{said} ({self.condition})" if self.condition else said


@cache
def lists() -> Lists:
    """The lists in force as far as they were read; `not_looked_up` says what was not."""
    return msgspec.convert(tomllib.loads((DATA / "crma.toml").read_text()), Lists)


def status(element: str) -> Status:
    """Look an element up on both lists."""
    known = lists()
    strategic = next((entry for entry in known.strategic if element in entry.symbols), None)
    critical = next((entry for entry in known.critical if element in entry.symbols), None)
    standing: Standing = "strategic" if strategic else "critical" if critical else "unlisted"
    listed = strategic or critical
    is_critical = critical is not None or strategic is not None
    return Status(standing, is_critical, listed.grade if listed else "", known.version)
