"""Statements: one for the rows of a level, whatever the number of entities above it, and one for their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from api.sensorthings import skip_tokens
from api.sensorthings.entities import source
from api.sensorthings.expressions import ORDERBY, BoundValues, Scope
from api.sensorthings.filters import COLLATION, condition
from api.sensorthings.model import BOOLEAN, ID, INTERVAL, JSON, NUMBER, TEXT, TIME, EntitySet, Navigation, at
from api.sensorthings.sources import QUANTITIES
from api.sensorthings.syntax import Options, Order, Path

T: Final = "t"
"""The alias of what a statement selects from."""
TIMES: Final = f"{T}.phenomenon_time"
WINDOWS: Final = ("10 minutes", "3 hours", "2 days", "30 days")
ORDERED: Final = (NUMBER, TEXT, TIME, INTERVAL, JSON, BOOLEAN)


class OrderKey(NamedTuple):
    """What rows are ordered by; `can_miss`: it may be null, which comes first, or last where it is descending."""

    sql: str
    kind: str
    is_descending: bool
    can_miss: bool


class SelectedColumns:
    """The columns of a statement, each once, and where each is in a row."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def add(self, sql: str) -> int:
        """Return the place of a column in a row."""
        return self._places.setdefault(sql, len(self._places))

    def __str__(self) -> str:
        return ", ".join(f"{sql} AS c{place}" for sql, place in self._places.items())


class SqlStatement(NamedTuple):
    """SQL with its parameters."""

    sql: str
    values: dict[str, Any]


def made(sql: str, parameters: BoundValues, seen: list[str] | None) -> SqlStatement:
    """Return a statement. Its text is of the model, of filters and of functions alone: values are parameters."""
    return SqlStatement(sql, {**QUANTITIES, "seen": seen, **parameters.values})


class Selection:
    """The rows of one entity set that one level is asked for: where they are, in which order, how many."""

    def __init__(self, of: EntitySet, options: Options, *, is_limited: bool, is_of_one: bool = False) -> None:
        """is_limited: to what the caller may see. is_of_one: observations of one datastream."""
        self.of, self.options, self.is_limited = of, options, is_limited
        self.parameters = BoundValues()
        self.columns = SelectedColumns()
        self.conditions: list[str] = []
        if options.filter is not None:
            self.conditions.append(condition(Scope(of, T, self.parameters, "$filter"), options.filter))
        self.keys = self._keys()
        self.key_places = [self.columns.add(key.sql) for key in self.keys]
        self._is_in_windows = of.name == "Observations" and not is_of_one and self.keys[0].sql == TIMES
        self._begin: str | None = None

    @property
    def beginning(self) -> str | None:
        """The SQL of the time at which the first page begins; None where it is not needed, or known."""
        if not self._is_in_windows or self._begin is not None:
            return None
        time = "max(l.phenomenon_time)" if self.keys[0].is_descending else "min(l.first_time)"
        seen = "d.facility_id = ANY (%(seen)s::text[])" if self.is_limited else "true"
        return f"SELECT {time} FROM latest l JOIN datastream d ON d.id = l.datastream_id WHERE {seen}"

    def begin(self, at_time: datetime) -> None:
        """Begin at the time that `beginning` was found to be: known when planned, it leaves out whole chunks."""
        self._begin = f"{self.parameters.bind(at_time)}::timestamptz"

    def _keys(self) -> list[OrderKey]:
        keys = [key for order in self.options.orderby for key in self._of_order(order)]
        keys += self._by_id(False)
        first: dict[str, OrderKey] = {}
        for key in keys:
            first.setdefault(key.sql, key)
        return list(first.values())

    def _of_order(self, order: Order) -> list[OrderKey]:
        expression, is_descending = order
        if isinstance(expression, Path) and expression.names in ((ID,), ("@iot.id",)):
            return self._by_id(is_descending)
        scope = Scope(self.of, T, self.parameters, ORDERBY)
        with scope.own_joins() as joined:
            found = scope.expression(expression)
        if found.kind not in ORDERED:
            raise scope.refuse(f"nothing can be in order of a {found.kind}.")
        sql = found.sql + (COLLATION if found.kind == TEXT else "")
        for tables, links in joined:
            sql = f"(SELECT {sql} FROM {tables} WHERE {links})"
        kind = TIME if found.kind == INTERVAL else found.kind
        return [OrderKey(sql, kind, is_descending, sql not in {key.sql for key in self._by_id(False)})]

    def _by_id(self, is_descending: bool) -> list[OrderKey]:
        return [OrderKey(at(column, T), kind, is_descending, False) for column, kind in self.of.key.items()]

    def token(self, scope: str, row: Sequence[Any]) -> str:
        """Return the token of a page that ended with a row."""
        kinds = [key.kind for key in self.keys]
        return skip_tokens.encode(scope, kinds, [row[place] for place in self.key_places])

    def after(self, scope: str, token: str) -> None:
        """Begin behind the page that a token was made of."""
        values = [self._sent(one) for one in skip_tokens.decode(scope, token, [key.kind for key in self.keys])]
        self.conditions.append(_behind(self.keys, values))
        self._begin = values[0]

    def _sent(self, value: skip_tokens.Typed) -> str | None:
        if value is None:
            return None
        return f"{self.parameters.bind(value[1])}::{skip_tokens.TYPES[value[0]].cast}"

    def rows(self, more: Sequence[str], limit: int) -> str:
        """Return the SQL of at most `limit` rows that fulfil `more` too."""
        skipped = int(self.options.skip or 0)
        if not self._is_in_windows:
            return f"{self._ordered(more)} LIMIT {int(limit)} OFFSET {skipped}"
        parts = [f"({self._ordered([*more, part])} LIMIT {int(limit) + skipped})" for part in self._windows()]
        return f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS windows LIMIT {int(limit)} OFFSET {skipped}"

    def _ordered(self, more: Sequence[str]) -> str:
        order = ", ".join(f"{key.sql}{_direction(key)}" for key in self.keys)
        return f"SELECT {self.columns} FROM {self.table()} WHERE {self._where(more)} ORDER BY {order}"

    def _windows(self) -> list[str]:
        """Return conditions of times that follow one another from where the page begins, each wider than those before.

        No index has the times of many datastreams in order, and what a window sorts is little. A union takes its parts
        in turn, as the api plans without parallel workers (api.http.database), and none after the page is full.
        """
        is_descending = self.keys[0].is_descending
        sign, following, back = ("<=", ">", "-") if is_descending else (">=", "<", "+")
        ends = [f"{self._begin} {back} interval '{width}'" for width in WINDOWS]
        starts = [f"{TIMES} {sign} {self._begin}", *(f"{TIMES} {sign} {end}" for end in ends)]
        return [f"{start} AND {TIMES} {following} {end}" for start, end in zip(starts, ends, strict=False)] + starts[
            -1:
        ]

    def number(self, more: Sequence[str], limit: int) -> str:
        """Return the SQL of the number of rows, counted up to a limit."""
        return f"SELECT count(*) FROM (SELECT FROM {self.table()} WHERE {self._where(more)} LIMIT {int(limit)}) counted"

    def table(self) -> str:
        """Return what it selects from."""
        return f"({source(self.of, self.is_limited)}) AS {T}"

    def _where(self, more: Sequence[str]) -> str:
        return " AND ".join([*self.conditions, *more]) or "true"


def linked(navigation: Navigation, value: str) -> str:
    """Return the condition of what a navigation leads to, for the value (SQL) of the column that it begins at."""
    return at(navigation.there, T).replace("{value}", value)


def for_each(rows: str, values: str) -> str:
    """Return the SQL of rows for each of some values; within `rows` a value is `p.value`, and it comes first."""
    return f"SELECT p.value, c.* FROM unnest({values}::bigint[]) AS p (value) CROSS JOIN LATERAL ({rows}) AS c"


def _direction(key: OrderKey) -> str:
    if not key.can_miss:
        return " DESC" if key.is_descending else ""
    return " DESC NULLS LAST" if key.is_descending else " NULLS FIRST"


def _behind(keys: Sequence[OrderKey], values: Sequence[str | None]) -> str:
    """Return the condition of rows that come after one with these values."""
    sure = [value for value in values if value is not None]
    if len(sure) == len(keys) and not any(key.can_miss or key.is_descending for key in keys):
        return f"({', '.join(key.sql for key in keys)}) > ({', '.join(sure)})"
    sql = "false"
    for key, value in zip(reversed(keys), reversed(values), strict=True):
        same = f"{key.sql} IS NULL" if value is None else f"{key.sql} = {value}"
        sql = f"({_greater(key, value)} OR ({same} AND {sql}))"
    first, value = keys[0], values[0]
    if value is not None and not first.can_miss:
        sql = f"({first.sql} {'<=' if first.is_descending else '>='} {value} AND {sql})"
    return sql


def _greater(key: OrderKey, value: str | None) -> str:
    if value is None:
        return "false" if key.is_descending else f"{key.sql} IS NOT NULL"
    if key.is_descending:
        return f"({key.sql} < {value}{f' OR {key.sql} IS NULL' if key.can_miss else ''})"
    return f"{key.sql} > {value}"
