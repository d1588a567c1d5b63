"""Which rows of registers are one facility by the words of people: the one rule, also by way of further rows.

A person decides on two at a time. That a row is a second one and the second a third makes all three one facility, but
two that a person found to be different are never joined by way of others, and facilities of this site stay apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

Member = int | str
"""The number of a row, or the id of a facility of this site."""


class Decision(NamedTuple):
    """The newest word of a person on a row and another one, or a facility of this site."""

    entry: int
    other: int | None
    facility: str | None
    is_same: bool

    @property
    def beside(self) -> Member:
        """What the row was compared with."""
        if self.facility is not None:
            return self.facility
        assert self.other is not None  # the database holds one of both
        return self.other


def groups(decisions: Iterable[Decision]) -> list[frozenset[Member]]:
    """Return what is one facility, two members or more each; what is said of a facility of this site counts first."""
    said = sorted(decisions, key=lambda one: (one.facility is None, one.entry, one.facility or "", one.other or 0))
    apart = {frozenset((one.entry, one.beside)) for one in said if not one.is_same}
    of: dict[Member, set[Member]] = {}
    for one in said:
        first, second = (of.setdefault(member, {member}) for member in (one.entry, one.beside))
        if one.is_same and first is not second and _may_join(first, second, apart):
            first |= second
            of.update(dict.fromkeys(second, first))
    return list(dict.fromkeys(frozenset(group) for group in of.values() if len(group) > 1))


def _may_join(first: set[Member], second: set[Member], apart: Collection[frozenset[Member]]) -> bool:
    if sum(isinstance(one, str) for one in first | second) > 1:
        return False
    return not any(frozenset((one, other)) in apart for one in first for other in second)


def apart(found: Iterable[frozenset[Member]], decisions: Iterable[Decision]) -> set[frozenset[Member]]:
    """Return the pairs that are not one facility: those of which a person said so, and what is one with either."""
    of = {member: group for group in found for member in group}
    denied = [(one.entry, one.beside) for one in decisions if not one.is_same]
    return {
        frozenset((one, other))
        for first, second in denied
        for one in of.get(first, {first})
        for other in of.get(second, {second})
    }


def facilities(found: Iterable[frozenset[Member]]) -> dict[int, str]:
    """Return the facility of this site that a row is, by the row."""
    return {
        row: facility
        for group in found
        for facility in group
        if isinstance(facility, str)
        for row in group
        if isinstance(row, int)
    }


def standing(found: Iterable[frozenset[Member]], gone: Collection[int] = ()) -> dict[int, int]:
    """Return the row that stands for another one, by that: the first of those that are one facility and not gone.

    Rows of a facility of this site have none: it stands for them.
    """
    rows: dict[int, int] = {}
    for group in found:
        if not any(isinstance(one, str) for one in group):
            first, *others = sorted(one for one in group if isinstance(one, int) and one not in gone) or [0]
            rows |= dict.fromkeys(others, first)
    return rows
