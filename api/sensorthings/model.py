"""The kinds of things that an entity set is made of: properties, navigations, the source of its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tailings.instants import rfc3339

NUMBER: Final = "number"
TEXT: Final = "text"
TIME: Final = "time"
DAY: Final = "day"
CLOCK: Final = "clock"
INTERVAL: Final = "interval"
"""Has a beginning and an end."""
DURATION: Final = "duration"
BOOLEAN: Final = "boolean"
JSON: Final = "json"
GEOMETRY: Final = "geometry"
"""Of an entity: a point."""
SHAPE: Final = "shape"
"""A geometry that the caller drew."""
NULL: Final = "null"
ID: Final = "id"
HERE: Final = "{t}"
"""Stands in the SQL of the model for the alias of the source."""


class Property(NamedTuple):
    """A property: the SQL of its columns (two of an interval), and for a geometry that of its point."""

    name: str
    kind: str
    columns: tuple[str, ...]
    point: str = ""

    def write(self, values: tuple[Any, ...]) -> Any:
        """Return what stands in a document, of the values of the columns."""
        return WRITERS.get(self.kind, _as_is)(values)


class Navigation(NamedTuple):
    """From an entity to others: those whose SQL `there` holds for the `{value}` of the column `here`.

    is_wider: it also leads to what belongs to other facilities. counted: to observations, the column of their counter.
    """

    name: str
    target: str
    is_many: bool
    here: str
    there: str
    is_wider: bool = False
    counted: str = ""


class EntitySet(NamedTuple):
    """An entity set: the SQL of its rows, which gives only what `{seen}` lets through, and what each row has."""

    name: str
    entity: str
    source: str
    key: dict[str, str]
    """The columns that order it by id, with their kinds."""
    key_of: Callable[[int], dict[str, Any]]
    """The value of each key column for an id."""
    properties: dict[str, Property]
    navigations: dict[str, Navigation]


def at(sql: str, alias: str) -> str:
    """Return SQL of the model for an alias."""
    return sql.replace(HERE, alias)


def _as_is(values: tuple[Any, ...]) -> Any:
    return values[0]


def _number(values: tuple[Any, ...]) -> Any:
    return int(values[0]) if isinstance(values[0], Decimal) else values[0]


def _time(values: tuple[Any, ...]) -> Any:
    return None if values[0] is None else rfc3339(values[0])


def _interval(values: tuple[datetime | None, ...]) -> Any:
    start, end = values
    return None if start is None or end is None else f"{rfc3339(start)}/{rfc3339(end)}"


WRITERS: Final[dict[str, Callable[[tuple[Any, ...]], Any]]] = {NUMBER: _number, TIME: _time, INTERVAL: _interval}
