"""Conditions as SQL: true or false for each row, also where a value is missing, as OData 4 (part 2, 5.1.1.1) has it.

A comparison that names what an entity leads to holds where it holds for one of those (EXISTS), so that a Thing with ten
Datastreams comes once.
"""

from __future__ import annotations

from typing import Final

from api.http.errors import shown
from api.sensorthings.expressions import OF_JSON, TIMES, Expression, Scope
from api.sensorthings.model import BOOLEAN, DAY, GEOMETRY, JSON, NULL, SHAPE, TEXT, at
from api.sensorthings.syntax import Call, Compared, Joined, Literal, Negated, Node, Path

SIGNS: Final = {"eq": "=", "ne": "IS DISTINCT FROM", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
NOTHING: Final = Literal(NULL, None)
COLLATION: Final = ' COLLATE "C"'
"""Texts are in order by their code points, on every machine."""


def condition(scope: Scope, node: Node, *, is_exact: bool = False) -> str:
    """Return the SQL of a condition; raise BadSyntax or NotSupported.

    is_exact: false, and not null, where a value is missing; without it an index can serve.
    """
    if isinstance(node, Joined):
        parts = [condition(scope, part, is_exact=is_exact) for part in node.parts]
        return f"({f' {node.operator.upper()} '.join(parts)})"
    if isinstance(node, Negated):
        return f"(NOT {condition(scope, node.condition, is_exact=True)})"
    with scope.own_joins() as joined:
        sql = _predicate(scope, node)
    for tables, links in joined:
        if _asks_for_nothing(node):
            return f"(NOT EXISTS (SELECT FROM {tables} WHERE {links} AND NOT {sql}))"
        return f"EXISTS (SELECT FROM {tables} WHERE {links} AND {sql})"
    return f"coalesce({sql}, false)" if is_exact else sql


def _predicate(scope: Scope, node: Node) -> str:
    if isinstance(node, Compared):
        return _compared(scope, node)
    if isinstance(node, Call | Literal) and (found := scope.expression(node)).kind == BOOLEAN:
        return found.sql
    if isinstance(node, Path) and (found := scope.expression(node)).kind == JSON:
        return OF_JSON[BOOLEAN].format(found.sql)
    raise scope.refuse(f"{shown(_said(node))} is no condition; compare it by eq, ne, gt, ge, lt or le.")


def _asks_for_nothing(node: Node) -> bool:
    """Whether it is `... eq null`, which also holds where there is no such entity at all."""
    return isinstance(node, Compared) and node.operator == "eq" and NOTHING in (node.left, node.right)


def _said(node: Node) -> str:
    if isinstance(node, Call):
        return f"{node.name}(...)"
    return str(node.value) if isinstance(node, Literal) else str(node) if isinstance(node, Path) else "this"


def _side(scope: Scope, node: Node) -> Expression:
    if isinstance(node, Compared | Joined | Negated):
        return Expression(BOOLEAN, condition(scope, node, is_exact=True))
    return scope.expression(node)


def _compared(scope: Scope, node: Compared) -> str:
    left, right = _side(scope, node.left), _side(scope, node.right)
    operator = node.operator
    if SHAPE not in (left.kind, right.kind) and NULL in (left.kind, right.kind):
        return _with_null(operator, left, right)
    if operator == "eq" and (found := _by_key(scope, left, right) or _by_key(scope, right, left)):
        return found
    if left.kind in TIMES and right.kind in TIMES:
        return _in_time(operator, left, right)
    left, right = _alike(scope, operator, left, right)
    if operator == "eq" and not (left.is_literal or right.is_literal):
        return f"({left.sql} IS NOT DISTINCT FROM {right.sql})"
    collation = COLLATION if left.kind == TEXT else ""
    return f"({left.sql}{collation} {SIGNS[operator]} {right.sql}{collation})"


def _by_key(scope: Scope, id: Expression, value: Expression) -> str:
    """An id against a number, by the columns that the id is made of; "" where it is something else."""
    if id.key_of is None or value.number is None:
        return ""
    of, alias = id.key_of
    if not 0 <= value.number < 2**63:
        return "false"
    columns = of.key_of(value.number).items()
    return "(" + " AND ".join(f"{at(column, alias)} = {scope.parameters.bind(one)}" for column, one in columns) + ")"


def _with_null(operator: str, left: Expression, right: Expression) -> str:
    other = right if left.kind == NULL else left
    if operator not in ("eq", "ne"):
        return "false"
    sql = other.sql if other.kind != JSON else f"nullif({other.sql}, 'null')"
    is_null = "true" if other.kind == NULL else f"({sql}) IS NULL"
    return f"({is_null})" if operator == "eq" else f"(NOT ({is_null}))"


def _in_time(operator: str, left: Expression, right: Expression) -> str:
    """An instant is an interval that ends where it begins; the end of a longer one is not part of it.

    lt and gt: one lies before the other. le and ge: neither beginning nor end is later, or earlier.
    """
    left_end, right_end = left.end or left.sql, right.end or right.sql
    if operator == "lt":
        return f"({left_end} {'<=' if left.end else '<'} {right.sql})"
    if operator == "gt":
        return f"({left.sql} {'>=' if right.end else '>'} {right_end})"
    if operator in ("le", "ge"):
        return f"({left.sql} {SIGNS[operator]} {right.sql} AND {left_end} {SIGNS[operator]} {right_end})"
    if not (left.end or right.end):
        sign = "IS NOT DISTINCT FROM" if operator == "eq" and not (left.is_literal or right.is_literal) else "="
        return f"({left.sql} {SIGNS['ne'] if operator == 'ne' else sign} {right.sql})"
    pairs = ((left.sql, right.sql), (left_end, right_end))
    same = " AND ".join(f"{one} IS NOT DISTINCT FROM {other}" for one, other in pairs)
    return f"({same})" if operator == "eq" else f"(NOT ({same}))"


def _alike(scope: Scope, operator: str, left: Expression, right: Expression) -> tuple[Expression, Expression]:
    """Return both as of one kind; raise BadSyntax."""
    if {left.kind, right.kind} & {GEOMETRY, SHAPE}:
        raise scope.refuse(
            f"a geometry is not compared by {operator}; write st_equals(location, geography'POINT(0 0)')."
        )
    if left.kind == right.kind:
        return left, right
    if left.kind == JSON:
        return scope.of_kind(left, right.kind, operator), right
    if right.kind == JSON:
        return left, scope.of_kind(right, left.kind, operator)
    if DAY in (left.kind, right.kind) and {left.kind, right.kind} & set(TIMES):
        raise scope.refuse(f"{operator} compares a time with a date; write the time too, 2026-05-01T00:00:00Z.")
    raise scope.refuse(f"{operator} cannot compare a {left.kind} with a {right.kind}.")
