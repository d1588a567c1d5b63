"""Fields by which a list is chosen: of overview, region and register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FilterField:
    """One field of the form: its name, what is chosen, and what can be: (value, words); none: any text."""

    name: str
    value: str
    options: tuple[tuple[str, str], ...] = ()


def fields(asked: Mapping[str, str], options: Mapping[str, Sequence[tuple[str, str]]]) -> list[FilterField]:
    """Those that there is something to choose by: a search, two values or more, and what was chosen."""
    found = [FilterField(name, value, tuple(options.get(name, ()))) for name, value in asked.items()]
    return [one for one in found if one.name == "search" or len(one.options) > 1 or one.value]
