"""Expressions as SQL: each with its kind, so that only what can be compared is compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final, NamedTuple

from api.http.errors import BadSyntax, NotSupported, shown
from api.http.parameters import nearest
from api.sensorthings import geometries
from api.sensorthings.entities import SETS, source
from api.sensorthings.functions import FUNCTIONS, NOT_OFFERED, OF_GEOMETRY
from api.sensorthings.model import (
    BOOLEAN,
    CLOCK,
    DAY,
    DURATION,
    GEOMETRY,
    ID,
    INTERVAL,
    JSON,
    NULL,
    NUMBER,
    SHAPE,
    TEXT,
    TIME,
    EntitySet,
    at,
)
from api.sensorthings.syntax import Arithmetic, Call, Literal, Node, Path

OPERATORS: Final = {"add": "+", "sub": "-", "mul": "*"}
CASTS: Final = {
    TEXT: "text",
    TIME: "timestamptz",
    DAY: "date",
    CLOCK: "time",
    DURATION: "interval",
    BOOLEAN: "boolean",
    JSON: "jsonb",
}
OF_JSON: Final = {
    NUMBER: "(CASE jsonb_typeof({0}) WHEN 'number' THEN ({0})::numeric END)",
    TEXT: "(CASE jsonb_typeof({0}) WHEN 'string' THEN ({0}) #>> '{{}}' END)",
    BOOLEAN: "(CASE jsonb_typeof({0}) WHEN 'boolean' THEN ({0})::boolean END)",
}
"""A value of JSON as one of a kind; null where it is of another."""
ORDERBY: Final = "$orderby"
MAX_INTEGER: Final = 2**63
MAX_JOINS: Final = 30
TIMES: Final = (TIME, INTERVAL)


class Expression(NamedTuple):
    """SQL of a kind; `end` of an interval; is_literal: it is the same for all rows."""

    kind: str
    sql: str
    end: str = ""
    is_literal: bool = False
    shape: geometries.DrawnGeometry | None = None
    number: int | None = None
    """The value of a whole number that is a literal."""
    key_of: tuple[EntitySet, str] | None = None
    """Of an id: the set and alias that it is of."""


class BoundValues:
    """The parameters of one statement; each gets a name of its own, and so does each alias."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self._aliases = 0

    def bind(self, value: object) -> str:
        """Return the placeholder of a value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def alias(self) -> str:
        """Return an alias that is not in use; raise BadSyntax for too many."""
        self._aliases += 1
        if self._aliases > MAX_JOINS:
            raise BadSyntax(f"$filter and $orderby lead over more than {MAX_JOINS} entities; ask for less.")
        return f"t{self._aliases}"


class Scope:
    """What names mean in an expression: an entity set by its alias, and what it leads to, joined once named."""

    def __init__(self, of: EntitySet, alias: str, parameters: BoundValues, option: str) -> None:
        self.of, self.alias, self.parameters, self.option = of, alias, parameters, option
        self._joins: dict[tuple[str, ...], tuple[EntitySet, str]] = {}
        self._froms: list[str] = []
        self._links: list[str] = []

    @contextmanager
    def own_joins(self) -> Iterator[list[tuple[str, str]]]:
        """Give a list that holds, at the end, what was joined within: (FROM, WHERE) once, or nothing."""
        kept = self._joins, self._froms, self._links
        self._joins, self._froms, self._links = {}, [], []
        joined: list[tuple[str, str]] = []
        try:
            yield joined
            if self._froms:
                joined.append((", ".join(self._froms), " AND ".join(self._links)))
        finally:
            self._joins, self._froms, self._links = kept

    def refuse(self, sentence: str) -> BadSyntax:
        """Return the error of this option."""
        return BadSyntax(f"{self.option}: {sentence}", self.option)

    def expression(self, node: Node) -> Expression:
        """Return the SQL of what is no condition; raise BadSyntax or NotSupported."""
        match node:
            case Literal():
                return self._literal(node)
            case Path(names):
                return self._path(names)
            case Call():
                return self._call(node)
            case Arithmetic(operator, left, right):
                return self._computed(operator, self.expression(left), self.expression(right))
        raise self.refuse("a condition cannot stand here; compare values by eq, ne, gt, ge, lt or le.")

    def _literal(self, literal: Literal) -> Expression:
        kind, value = literal
        if kind == NULL:
            return Expression(NULL, "NULL", is_literal=True)
        if kind == SHAPE:
            return Expression(SHAPE, "", is_literal=True, shape=geometries.parse(value))
        if kind == INTERVAL:
            start, end = (f"{self.parameters.bind(one)}::timestamptz" for one in value)
            return Expression(INTERVAL, start, end, is_literal=True)
        if kind == NUMBER:
            cast, whole = number_cast(value)
            return Expression(NUMBER, f"{self.parameters.bind(value)}::{cast}", is_literal=True, number=whole)
        return Expression(kind, f"{self.parameters.bind(value)}::{CASTS[kind]}", is_literal=True)

    def _path(self, names: tuple[str | int, ...]) -> Expression:
        of, alias = self.of, self.alias
        way: tuple[str, ...] = ()
        for place, name in enumerate(names):
            name = ID if name == "@iot.id" else name
            if name in of.navigations:
                way = (*way, str(name))
                of, alias = self._join(way, of, alias)
            elif name in of.properties:
                return self._property(of, alias, str(name), names[place + 1 :])
            else:
                known = (*of.properties, *of.navigations)
                raise self.refuse(f"a {of.entity} has no {shown(name)}; {nearest(str(name), known)}.")
        raise self.refuse(f"{shown('/'.join(map(str, names)))} is an entity; name one of its properties.")

    def _join(self, way: tuple[str, ...], of: EntitySet, alias: str) -> tuple[EntitySet, str]:
        if way not in self._joins:
            lead = of.navigations[way[-1]]
            if lead.is_many and self.option == ORDERBY:
                raise self.refuse(f"a {of.entity} can have many {lead.name}; order by what it has one of.")
            target, other = SETS[lead.target], self.parameters.alias()
            self._froms.append(f"({source(target, lead.is_wider)}) AS {other}")
            self._links.append(at(lead.there, other).replace("{value}", f"{alias}.{lead.here}"))
            self._joins[way] = (target, other)
        return self._joins[way]

    def _property(self, of: EntitySet, alias: str, name: str, rest: tuple[str | int, ...]) -> Expression:
        found = of.properties[name]
        sql = at(found.columns[0], alias)
        if rest:
            if found.kind not in (JSON, GEOMETRY):
                raise self.refuse(f"{name} has no parts; leave out {shown('/'.join(map(str, rest)))}.")
            way = self.parameters.bind([str(one) for one in rest])
            return Expression(JSON, f"(({sql}) #> {way}::text[])")
        if found.kind == GEOMETRY:
            return Expression(GEOMETRY, at(found.point, alias))
        end = at(found.columns[1], alias) if found.kind == INTERVAL else ""
        return Expression(found.kind, sql, end, key_of=(of, alias) if name == ID else None)

    def _call(self, call: Call) -> Expression:
        name = call.name.lower()
        if name in geometries.RELATIONS or name in OF_GEOMETRY:
            return self._geometric(name, [self.expression(one) for one in call.given])
        if name in NOT_OFFERED:
            raise NotSupported(f"The function {name} is not offered here.", self.option)
        if name not in FUNCTIONS:
            known = (*FUNCTIONS, *geometries.RELATIONS, *OF_GEOMETRY)
            raise self.refuse(f"there is no function {shown(call.name)}; {nearest(name, known)}.")
        given = [self.expression(one) for one in call.given]
        fitting = [one for one in FUNCTIONS[name] if len(one.takes) == len(given)]
        if not fitting:
            counts = " or ".join(str(len(one.takes)) for one in FUNCTIONS[name])
            raise self.refuse(f"{name} takes {counts} values, not {len(given)}.")
        taken = [self.of_kind(one, kind, name) for one, kind in zip(given, fitting[0].takes, strict=True)]
        is_literal = all(one.is_literal for one in taken)
        return Expression(fitting[0].gives, fitting[0].sql.format(*(one.sql for one in taken)), is_literal=is_literal)

    def of_kind(self, one: Expression, kind: str, what: str) -> Expression:
        """Return an expression as one of a kind, where it can be; raise BadSyntax."""
        if one.kind == kind:
            return one
        if one.kind == NULL:
            return Expression(kind, f"NULL::{'float8' if kind == NUMBER else CASTS[kind]}", is_literal=True)
        if one.kind == JSON and kind in OF_JSON:
            return Expression(kind, OF_JSON[kind].format(one.sql))
        if one.kind == INTERVAL and kind == TIME:
            return Expression(TIME, one.sql, is_literal=one.is_literal)
        raise self.refuse(f"{what} needs a {kind}, and was given a {one.kind}.{_advice(one, kind)}")

    def _geometric(self, name: str, given: list[Expression]) -> Expression:
        bind = self.parameters.bind
        kinds = sorted(one.kind for one in given)
        if name == "geo.length":
            if len(given) != 1 or given[0].kind not in (GEOMETRY, SHAPE):
                raise self.refuse("geo.length takes a geometry: geo.length(geography'LINESTRING(0 0,1 1)').")
            if given[0].shape is None:
                return Expression(NUMBER, f"(CASE WHEN {given[0].sql} IS NOT NULL THEN 0 END)")
            return Expression(NUMBER, geometries.length(given[0].shape, bind), is_literal=True)
        if kinds != [GEOMETRY, SHAPE]:
            raise self.refuse(
                f"{name} takes a location and a geometry: {name}(location, geography'POLYGON((0 0,1 0,1 1,0 0))')."
            )
        is_turned = given[0].kind == SHAPE
        point, drawn = (given[1], given[0]) if is_turned else given
        assert drawn.shape is not None
        if name == "geo.distance":
            return Expression(NUMBER, geometries.distance(point.sql, drawn.shape, bind))
        relation = geometries.RELATIONS[geometries.TURNED.get(name, name) if is_turned else name]
        return Expression(BOOLEAN, relation(point.sql, drawn.shape, bind))

    def _computed(self, operator: str, left: Expression, right: Expression) -> Expression:
        is_literal = left.is_literal and right.is_literal
        if {left.kind, right.kind} & {TIME, INTERVAL, DURATION}:
            return self._shifted(operator, left, right)
        left, right = (self.of_kind(one, NUMBER, operator) for one in (left, right))
        if operator == "div":
            return Expression(NUMBER, f"(({left.sql})::float8 / nullif(({right.sql})::float8, 0))", "", is_literal)
        if operator == "mod":
            sql = f"mod(({left.sql})::numeric, nullif(({right.sql})::numeric, 0))"
            return Expression(NUMBER, sql, "", is_literal)
        return Expression(NUMBER, f"({left.sql} {OPERATORS[operator]} {right.sql})", "", is_literal)

    def _shifted(self, operator: str, left: Expression, right: Expression) -> Expression:
        """A time and a duration, or two of either."""
        kinds = (TIME if left.kind in TIMES else left.kind, TIME if right.kind in TIMES else right.kind)
        gives = {
            ("add", TIME, DURATION): TIME,
            ("sub", TIME, DURATION): TIME,
            ("sub", TIME, TIME): DURATION,
            ("add", DURATION, DURATION): DURATION,
            ("sub", DURATION, DURATION): DURATION,
        }.get((operator, *kinds))
        if gives is None:
            raise self.refuse(f"{operator} cannot join a {left.kind} and a {right.kind}.")
        sql = f"({left.sql} {OPERATORS[operator]} {right.sql})"
        return Expression(gives, sql, "", left.is_literal and right.is_literal)


def number_cast(value: Any) -> tuple[str, int | None]:
    """Return the type by which a number is sent, and it as a whole number: an index of integers serves no numeric."""
    if isinstance(value, float):
        return "float8", None
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return "numeric", None
    return ("bigint", int(value)) if -MAX_INTEGER <= value < MAX_INTEGER else ("numeric", None)


def _advice(one: Expression, kind: str) -> str:
    if one.kind == DAY and kind == TIME:
        return " Write the time too: 2026-05-01T00:00:00Z."
    return " Put a text in single quotes." if kind == TEXT else ""
