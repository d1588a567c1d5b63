"""What a query says, as values: conditions and options, before anybody knows whether their names exist."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

Scalar = str | int | float | bool | datetime | date | time | timedelta | None


class Literal(NamedTuple):
    """A value: its kind is one of model.KINDS, `null`, `duration`, or `shape` (a WKT text)."""

    kind: str
    value: Any


class Path(NamedTuple):
    """Names and indexes, as in Datastream/unitOfMeasurement/name or location/coordinates[0]."""

    names: tuple[str | int, ...]

    def __str__(self) -> str:
        return "/".join(map(str, self.names))


class Call(NamedTuple):
    """A function and what it is given."""

    name: str
    given: tuple[Node, ...]


class Arithmetic(NamedTuple):
    """add, sub, mul, div or mod of two."""

    operator: str
    left: Node
    right: Node


class Compared(NamedTuple):
    """eq, ne, gt, ge, lt or le of two."""

    operator: str
    left: Node
    right: Node


class Joined(NamedTuple):
    """Several conditions, by `and` or `or`."""

    operator: str
    parts: tuple[Node, ...]


class Negated(NamedTuple):
    """The opposite of a condition."""

    condition: Node


Node = Literal | Path | Call | Arithmetic | Compared | Joined | Negated
"""A condition, or what stands in one."""


class Order(NamedTuple):
    """One expression of $orderby."""

    expression: Node
    is_descending: bool


class Options(NamedTuple):
    """What one level is asked for; None where it was not said."""

    filter: Node | None = None
    orderby: tuple[Order, ...] = ()
    select: tuple[Path, ...] | None = None
    expand: tuple[Expansion, ...] = ()
    top: int | None = None
    skip: int | None = None
    is_counted: bool | None = None
    after: str | None = None
    """Of $skiptoken: where the page before ended."""
    is_data_array: bool = False


class Expansion(NamedTuple):
    """A navigation whose entities come with those that have it, by options of their own."""

    name: str
    options: Options


NOTHING: Final = Options()
