"""What made the difference between two evaluations of one query: causes whose effects add up to it, exactly.

A change of method comes first: the old rows by the method of today. The rest is what became of rows: some were revised,
some came, some went. Wherever the indicator is no plain sum, an effect of one of the three depends on what is changed
before it, so each effect is the mean over all orders in which the three can be made (the value of Shapley, 1953;
secondary), without those orders that pass a state in which the indicator has no value. The order added, revised,
removed never does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, permutations
from typing import Final, Literal

from msgspec import Struct

from tailings.policy.evaluation import Evaluation, measured
from tailings.policy.values import PolicyRow, Value

Cause = Literal["method", "revised", "added", "removed"]
CAUSES: Final[tuple[Cause, ...]] = ("method", "revised", "added", "removed")
OF_ROWS: Final[tuple[Cause, ...]] = ("revised", "added", "removed")
Rows = Mapping[str, PolicyRow]
Valued = Callable[[Sequence[PolicyRow]], Fraction | None]


class RowChange(Struct, frozen=True):
    """A row that made a difference; before and after: the values that differ."""

    cause: Cause
    key: str
    name: str
    versions: tuple[str, str]
    before: dict[str, Value]
    after: dict[str, Value]


class Comparison(Struct, frozen=True):
    """A difference with its causes. None: the indicator has no value before, or none after.

    exact: the effects as fractions, which add up to the total without a rounding.
    """

    total: float | None
    effects: dict[Cause, float]
    exact: dict[Cause, str]
    changes: tuple[RowChange, ...]


class OtherQuery(ValueError):
    """Two evaluations that are not of one query."""


def differences(before: Evaluation, after: Evaluation) -> Comparison:
    """Compare two evaluations of one query; the later one must be by the method of this program. Raise OtherQuery."""
    if before.query != after.query:
        raise OtherQuery("the two are evaluations of different queries; compare those of one.")
    old, new = ({row.key: row for row in one.rows} for one in (before, after))
    changes = _changes(old, new)
    start = None if before.value is None else Fraction(before.value)
    same_method = measured(before.query, before.rows).value
    end = measured(after.query, after.rows).value
    if start is None or same_method is None or end is None:
        return Comparison(None, {}, {}, changes)
    if before.method == after.method:
        start = same_method  # exact, where what is stored is rounded
    of_rows = _effects(old, new, lambda rows: measured(after.query, rows).value)
    ordered: dict[Cause, Fraction] = {"method": same_method - start, **of_rows}
    return Comparison(
        float(end - start),
        {cause: float(effect) for cause, effect in ordered.items()},
        {cause: str(effect) for cause, effect in ordered.items()},
        changes,
    )


def _effects(old: Rows, new: Rows, valued: Valued) -> dict[Cause, Fraction]:
    """The mean effect of each change of rows over all orders of which every state has a value."""
    known: dict[frozenset[Cause], Fraction | None] = {}

    def at(made: frozenset[Cause]) -> Fraction | None:
        if made not in known:
            known[made] = valued(_rows(old, new, made))
        return known[made]

    paths = []
    for order in permutations(OF_ROWS):
        states = [at(frozenset(order[:step])) for step in range(len(order) + 1)]
        steps = [b - a for a, b in pairwise(states) if a is not None and b is not None]
        if len(steps) == len(order):
            paths.append(dict(zip(order, steps, strict=True)))
    return {cause: sum((path[cause] for path in paths), Fraction(0)) / len(paths) for cause in OF_ROWS}


def _rows(old: Rows, new: Rows, made: frozenset[Cause]) -> list[PolicyRow]:
    """The rows when these changes are made and the others are not."""
    both = new if "revised" in made else old
    rows = [both[key] for key in old if key in new]
    rows += [row for key, row in old.items() if key not in new and "removed" not in made]
    rows += [row for key, row in new.items() if key not in old and "added" in made]
    return rows


def _changes(old: Rows, new: Rows) -> tuple[RowChange, ...]:
    found = []
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before is None or after is None or before.values != after.values:
            found.append(_change(key, before, after))
    return tuple(found)


def _change(key: str, before: PolicyRow | None, after: PolicyRow | None) -> RowChange:
    was, now = (one.values if one else {} for one in (before, after))
    cause: Cause = "added" if before is None else "removed" if after is None else "revised"
    differ = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
    one = after or before
    assert one is not None  # a key of either
    return RowChange(
        cause,
        key,
        one.name,
        (before.version if before else "", after.version if after else ""),
        before={name: was[name] for name in differ if name in was},
        after={name: now[name] for name in differ if name in now},
    )
