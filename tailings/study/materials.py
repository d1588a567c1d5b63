"""Which materials of Annexes I and II of Regulation (EU) 2024/1252 the assays of a study tell of, point by point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from tailings.commodities.lists import Entry, lists
from tailings.study.sampled import Sampled
from tailings.study.statements import Statement

State = Literal["assayed", "below_limit", "partly", "not_assayed", "stated"]
UNKNOWN: Final = frozenset({"partly", "not_assayed"})
"""States in which nobody can say how much of a material there is."""


class Assayed(Struct, frozen=True):
    """How many intervals have a result of an element, and how many of these results are below their limit."""

    element: str
    intervals: int
    below: int = 0


class StatedMaterial(Statement, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a person answers for about a material that assays do not tell of: coking coal, feldspar, helium."""

    material: Annotated[str, Meta(min_length=2, max_length=120)]

    def __post_init__(self) -> None:
        known = {one.name for one in (*lists().strategic, *lists().critical)}
        if self.material not in known:
            raise ValueError(f"material: {self.material!r} is on no annex; the names are {', '.join(sorted(known))}")


class AnnexMaterial(Struct, frozen=True):
    """A point of an annex, the elements that count for it, those without a result, and what the assays say.

    assayed: each element has results, one or more of them above a limit; below_limit: none of them; partly: an element
    has none; stated: a person answers for it. note: why these elements count, where the annex names a group only.
    """

    annex: Literal["I", "II"]
    point: str
    name: str
    state: State
    elements: tuple[str, ...]
    without: tuple[str, ...]
    intervals: int
    note: str


def count(samples: Iterable[Sampled]) -> tuple[Assayed, ...]:
    """Count the intervals with a result of each element, by its symbol."""
    intervals: dict[str, int] = {}
    below: dict[str, int] = {}
    for one in samples:
        for element in one.grades:
            intervals[element] = intervals.get(element, 0) + 1
            below[element] = below.get(element, 0) + (element in one.below)
    return tuple(Assayed(element, intervals[element], below[element]) for element in sorted(intervals))


def materials(assayed: Sequence[Assayed], stated: Sequence[StatedMaterial] = ()) -> tuple[AnnexMaterial, ...]:
    """Every point of Annex I, then of Annex II."""
    known, said = {one.element: one for one in assayed}, {one.material for one in stated}
    annexes: tuple[tuple[Literal["I", "II"], tuple[Entry, ...]], ...] = (
        ("I", lists().strategic),
        ("II", lists().critical),
    )
    return tuple(_material(annex, entry, known, entry.name in said) for annex, entries in annexes for entry in entries)


def _material(annex: Literal["I", "II"], entry: Entry, known: Mapping[str, Assayed], is_stated: bool) -> AnnexMaterial:
    found = [known[symbol] for symbol in entry.symbols if symbol in known]
    without = tuple(symbol for symbol in entry.symbols if symbol not in known)
    return AnnexMaterial(
        annex,
        entry.point,
        entry.name,
        state="stated" if is_stated else _state(found, without),
        elements=entry.symbols,
        without=without,
        intervals=min((one.intervals for one in found), default=0),
        note=entry.symbols_note,
    )


def _state(found: Sequence[Assayed], without: Sequence[str]) -> State:
    if not found:
        return "not_assayed"
    if without:
        return "partly"
    return "below_limit" if all(one.below == one.intervals for one in found) else "assayed"


def unknown(of: Iterable[AnnexMaterial]) -> tuple[AnnexMaterial, ...]:
    """Those that nobody can say anything of."""
    return tuple(one for one in of if one.state in UNKNOWN)


def document(of: Sequence[AnnexMaterial], stated: Sequence[StatedMaterial]) -> dict[str, Any]:
    """The content of the record's field: each point with its state, and what persons state."""
    return {
        "points": [
            {"annex": one.annex, "point": one.point, "name": one.name, "state": one.state}
            | {"elements": list(one.elements), "without_result": list(one.without), "intervals": one.intervals}
            | ({"note": one.note} if one.note else {})
            for one in of
        ],
        "stated": [
            {"material": one.material, "says": one.says, "author": one.author, "dated": one.dated.isoformat()}
            for one in stated
        ],
    }
