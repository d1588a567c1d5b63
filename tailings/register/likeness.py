"""Whether two rows are the same facility: by id, likeness of names and distance. A person decides; this only proposes.

Names are compared by their words without accents (Ratcliff/Obershelp, `difflib`); words that nearly every name has say
nothing.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tailings import great_circle
from tailings.mapped_tables.coordinates import ANGLES
from tailings.mapped_tables.header import same
from tailings.register.columns import BASES, COLUMNS, RegisterColumn
from tailings.register.compared import FieldChange
from tailings.register.search import folded
from tailings.register.values import Value, Values

COMMON: Final = {
    *("mine", "mina", "gruva", "dam", "damm", "presa", "barragem", "tailings", "relaves", "lodos", "escombrera"),
    *(
        "escombreira",
        "pond",
        "balsa",
        "deposito",
        "tsf",
        "de",
        "do",
        "da",
        "del",
        "la",
        "el",
        "los",
        "las",
        "the",
        "of",
    ),
}
WORD: Final = re.compile(r"\w+")
BESIDE_M: Final = 500.0
NEAR_M: Final = 5_000.0
ALIKE: Final = 0.75
EQUAL: Final = 0.95
NOT_COMPARED: Final = ("id", "source", "note", "other_names", *ANGLES)
SAME_NUMBERS: Final = 0.01
"""Registers round: numbers within 1 % of one another do not contradict."""
SAME_PLACE_M: Final = 200.0
UNKNOWN: Final = "unknown"
CLASS: Final = ("consequence_class", "consequence_system")
MASS: Final = ("tonnage_t", "tonnage_basis")
LISTED: Final = "commodities"
BETWEEN: Final = re.compile("[,;/]")
"""As the filter of registers parts commodities."""


class Likeness(Struct, frozen=True):
    """How alike two rows are; distance_m: None where one has no coordinates."""

    is_same_id: bool
    name: float
    distance_m: float | None

    @property
    def is_candidate(self) -> bool:
        """Whether a person should look: our own rule."""
        if self.distance_m is None:
            return self.is_same_id or self.name >= EQUAL
        if self.distance_m > NEAR_M:
            return self.is_same_id
        return self.is_same_id or self.distance_m <= BESIDE_M or self.name >= ALIKE


def likeness(one: Values, other: Values) -> Likeness:
    """Compare two rows."""
    return Likeness(
        same(str(one["id"])) == same(str(other["id"])),
        max(_alike(name, beside) for name in _names(one) for beside in _names(other)),
        distance_m(one, other),
    )


def distance_m(one: Values, other: Values) -> float | None:
    """Along the ground, on a sphere; None where a row has no coordinates."""
    if ANGLES[0] not in one or ANGLES[0] not in other:
        return None
    here, there = ((float(row[ANGLES[0]]), float(row[ANGLES[1]])) for row in (one, other))
    return float(great_circle.distance_m(here, there))


def contradictions(one: Values, other: Values) -> tuple[FieldChange, ...]:
    """The columns that both fill and fill otherwise; what only one knows contradicts nothing.

    Classes of two systems are not compared, for a facility may have one of each; nor is a dry mass with a wet one that
    is no lighter.
    """
    not_compared = {
        *NOT_COMPARED,
        *(CLASS if _are_of_two_systems(one, other) else ()),
        *(MASS if _may_be_dry_and_wet(one, other) else ()),
    }
    found = [
        FieldChange(column.name, one[column.name], other[column.name])
        for column in COLUMNS
        if column.name not in not_compared
        and _says(column, one)
        and _says(column, other)
        and not _agree(column.name, one[column.name], other[column.name])
    ]
    apart_m = distance_m(one, other)
    if apart_m is not None and apart_m > SAME_PLACE_M:
        found += [FieldChange(name, one[name], other[name]) for name in ANGLES]
    return tuple(found)


def _says(column: RegisterColumn, values: Values) -> bool:
    """A register that writes that it does not know says nothing."""
    return column.name in values and not (column.words and values[column.name] == UNKNOWN)


def _are_of_two_systems(one: Values, other: Values) -> bool:
    systems = [folded(str(row[CLASS[1]])) for row in (one, other) if CLASS[1] in row]
    return len(set(systems)) > 1


def _may_be_dry_and_wet(one: Values, other: Values) -> bool:
    """Whether two masses may be of one heap: water only adds to the dry one."""
    of = {str(row[MASS[1]]): float(row[MASS[0]]) for row in (one, other) if all(name in row for name in MASS)}
    return len(of) == len(BASES) and of["dry"] <= of["wet"] * (1 + SAME_NUMBERS)


def _agree(column: str, one: Value, other: Value) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=SAME_NUMBERS)
    first, second = folded(str(one)), folded(str(other))
    return first == second or (column == LISTED and _parts(first) == _parts(second))


def _parts(text: str) -> set[str]:
    """What a list names, in whatever order."""
    return {part for part in map(str.strip, BETWEEN.split(text)) if part}


def _names(values: Values) -> Iterator[str]:
    yield str(values["name"])
    yield from filter(None, (part.strip() for part in str(values.get("other_names", "")).split(";")))


def _alike(one: str, other: str) -> float:
    first, second = (_words(name) for name in (one, other))
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


def _words(name: str) -> str:
    words = WORD.findall(folded(name))
    return " ".join(sorted([word for word in words if word not in COMMON] or words))
