"""Options as the text of a query again: the address of the next page of expanded entities carries them."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from api.sensorthings import model
from api.sensorthings.syntax import Arithmetic, Call, Compared, Expansion, Joined, Literal, Negated, Node, Options, Path
from tailings.instants import rfc3339


def spell(options: Options) -> str:
    """Return the query string of options."""
    return urlencode([(f"${name}", text) for name, text in _spelled(options)])


def _spelled(options: Options) -> list[tuple[str, str]]:
    orders = [node(one.expression) + (" desc" if one.is_descending else "") for one in options.orderby]
    told: dict[str, str | None] = {
        "filter": None if options.filter is None else node(options.filter),
        "orderby": ",".join(orders) or None,
        "select": None if options.select is None else ",".join(map(path, options.select)),
        "expand": ",".join(map(_expansion, options.expand)) or None,
        "top": None if options.top is None else str(options.top),
        "skip": None if options.skip is None else str(options.skip),
        "count": None if options.is_counted is None else str(options.is_counted).lower(),
        "skiptoken": options.after,
    }
    return [(name, text) for name, text in told.items() if text is not None]


def _expansion(expansion: Expansion) -> str:
    inside = ";".join(f"${name}={text}" for name, text in _spelled(expansion.options))
    return f"{expansion.name}({inside})" if inside else expansion.name


def path(one: Path) -> str:
    """Return a path as it is written, indexes in brackets."""
    return "/".join(str(name) if isinstance(name, str) else f"[{name}]" for name in one.names).replace("/[", "[")


def node(one: Node) -> str:
    """Return an expression as it is written, in brackets wherever there could be a doubt."""
    match one:
        case Literal():
            return _literal(one)
        case Path():
            return path(one)
        case Call(name, given):
            return f"{name}({','.join(map(node, given))})"
        case Arithmetic(operator, left, right) | Compared(operator, left, right):
            return f"({node(left)} {operator} {node(right)})"
        case Joined(operator, parts):
            return f"({f' {operator} '.join(map(node, parts))})"
        case Negated(condition):
            return f"(not {node(condition)})"


def _literal(literal: Literal) -> str:
    kind, value = literal
    text: str
    match kind:
        case model.TEXT:
            text = "'" + value.replace("'", "''") + "'"
            return text
        case model.TIME:
            return rfc3339(value)
        case model.INTERVAL:
            return "/".join(map(rfc3339, value))
        case model.DURATION:
            return f"duration'{'-' if value < ZERO else ''}PT{abs(value).total_seconds():.6f}S'"
        case model.SHAPE:
            return f"geography'{value}'"
        case model.BOOLEAN | model.NULL:
            return "null" if value is None else str(value).lower()
        case model.NUMBER:
            return repr(value) if isinstance(value, float) else str(value)
    return str(value.isoformat())


ZERO: Final = datetime.min - datetime.min
