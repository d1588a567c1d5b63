"""The grammar of options.lark and the values that it makes; what is larger than a limit is refused while it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Final, TypeVar

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from api.http import times
from api.http.errors import BadSyntax, NotSupported, shown
from api.http.parameters import nearest
from api.sensorthings import model
from api.sensorthings.syntax import (
    Arithmetic,
    Call,
    Compared,
    Expansion,
    Joined,
    Literal,
    Negated,
    Node,
    Options,
    Order,
    Path,
)

Read = TypeVar("Read", date, time)

GRAMMAR: Final = FilePath(__file__).with_name("options.lark")
MAX_NODES: Final = 300
MAX_DEPTH: Final = 40
MAX_NUMBER: Final = 10**9
"""Of $top and $skip."""
MAX_DIGITS: Final = 30
KNOWN: Final = ("$filter", "$orderby", "$select", "$expand", "$top", "$skip", "$count", "$resultFormat", "$skiptoken")
FIELDS: Final = {"$resultFormat": "is_data_array", "$skiptoken": "after", "$count": "is_counted"}
"""The fields of Options that are not called as their option."""
PARSED: Final = ("filter", "orderby", "select", "expand")
TRUTHS: Final = {"true": True, "false": False}
DURATION: Final = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,6})?)S)?)?", re.ASCII)
EXPECTED: Final = {
    "NAME": "a name",
    "TEXT": "a text in single quotes",
    "NUMBER": "a number",
    "INSTANT": "a time",
    "COMPARISON": "a comparison (eq, ne, gt, ge, lt, le)",
    "AND": "and",
    "OR": "or",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": "a comma",
    "SEMICOLON": "a semicolon",
    "DIRECTION": "asc or desc",
    "$END": "its end",
}


def parse(name: str, text: str) -> Any:
    """Return what the text of $filter, $orderby, $select or $expand says; raise BadSyntax or NotSupported."""
    if not text:
        raise BadSyntax(f"${name} is empty; leave it out, or say what it is to do.", f"${name}")
    try:
        return _parser().parse(text, start=name)
    except UnexpectedInput as error:
        raise _unreadable(f"${name}", text, error) from error
    except VisitError as error:  # what the callbacks raise
        if isinstance(error.orig_exc, BadSyntax | NotSupported):
            error.orig_exc.field = f"${name}"
            raise error.orig_exc from error
        raise


def _unreadable(option: str, text: str, error: UnexpectedInput) -> BadSyntax | NotSupported:
    is_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    place = len(text) if is_end or error.pos_in_stream is None else error.pos_in_stream
    rest = text[place : place + 20]
    if rest.startswith("(") and text[:place].endswith(("/any", "/all")):
        return NotSupported("any and all are not offered; a comparison holds where it holds for one of many.", option)
    if rest.startswith("$"):
        name = re.split(r"[=;)( ]", rest, maxsplit=1)[0]
        if name not in KNOWN:
            return NotSupported(f"There is no option {shown(name)} within $expand; {nearest(name, KNOWN[:7])}.", option)
    where = f"at character {place + 1}, before {shown(rest)}" if rest else "at its end"
    wanted = (error.accepts or error.expected) if isinstance(error, UnexpectedToken) else _allowed(error)
    words = [EXPECTED[one] for one in EXPECTED if one in wanted]
    return BadSyntax(f"{option} cannot be read {where}; there can be {', '.join(words) or 'nothing'}.", option)


def _allowed(error: UnexpectedInput) -> set[str]:
    return set(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else set()


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR.read_text(), parser="lalr", start=list(PARSED), transformer=_Values(), maybe_placeholders=False)


def count(option: str, text: str) -> int:
    """Return the whole number of an option; raise BadSyntax."""
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and int(text) <= MAX_NUMBER):
        raise BadSyntax(f"{option} must be a whole number from 0 to {MAX_NUMBER}, not {shown(text)}.", option)
    return int(text)


def check_size(node: Node, option: str) -> None:
    """Raise BadSyntax for a tree that is too large or too deep, without going into it by calls."""
    waiting, number = [(node, 1)], 0
    while waiting:
        one, depth = waiting.pop()
        number += 1
        if number > MAX_NODES or depth > MAX_DEPTH:
            raise BadSyntax(f"{option} has more than {MAX_NODES} parts, or {MAX_DEPTH} within each other.", option)
        waiting += [(part, depth + 1) for part in _parts(one)]


def _parts(node: Node) -> Iterator[Node]:
    match node:
        case Call(_, given):
            yield from given
        case Arithmetic(_, left, right) | Compared(_, left, right):
            yield left
            yield right
        case Joined(_, parts):
            yield from parts
        case Negated(condition):
            yield condition


@v_args(inline=True)
class _Values(Transformer[Token, Any]):
    """The values of the grammar's rules, made while they are read."""

    def filter(self, condition: Node) -> Node:
        check_size(condition, "$filter")
        return condition

    def orderby(self, *orders: Order) -> tuple[Order, ...]:
        for one in orders:
            check_size(one.expression, "$orderby")
        return orders

    def select(self, *paths: Path) -> tuple[Path, ...]:
        return paths

    def expand(self, *expansions: Expansion) -> tuple[Expansion, ...]:
        return merged(expansions)

    def order(self, expression: Node, direction: Token | None = None) -> Order:
        return Order(expression, direction is not None and direction.lower() == "desc")

    def expansion(self, *parts: Any) -> Expansion:
        names = [str(one) for one in parts if isinstance(one, Token)]
        told = [one for one in parts if isinstance(one, tuple)]
        if len({name for name, _ in told}) < len(told):
            raise BadSyntax("An option stands twice within one $expand; say it once.", "$expand")
        found = Expansion(names[-1], Options(**dict(told)))
        for name in reversed(names[:-1]):
            found = Expansion(name, Options(expand=(found,)))
        return found

    def filter_option(self, condition: Node) -> tuple[str, Any]:
        return "filter", self.filter(condition)

    def orderby_option(self, *orders: Order) -> tuple[str, Any]:
        return "orderby", self.orderby(*orders)

    def select_option(self, *paths: Path) -> tuple[str, Any]:
        return "select", paths

    def expand_option(self, *expansions: Expansion) -> tuple[str, Any]:
        return "expand", merged(expansions)

    def top_option(self, number: Token) -> tuple[str, Any]:
        return "top", count("$top", str(number))

    def skip_option(self, number: Token) -> tuple[str, Any]:
        return "skip", count("$skip", str(number))

    def count_option(self, truth: Token) -> tuple[str, Any]:
        return FIELDS["$count"], TRUTHS[truth]

    def joined(self, left: Node, operator: Token, right: Node) -> Node:
        before = left.parts if isinstance(left, Joined) and left.operator == operator else (left,)
        return Joined(str(operator), (*before, right))

    def negated(self, _: Token, condition: Node) -> Node:
        return Negated(condition)

    def compared(self, left: Node, operator: Token, right: Node) -> Node:
        return Compared(str(operator), left, right)

    def computed(self, left: Node, operator: Token, right: Node) -> Node:
        return Arithmetic(str(operator), left, right)

    def call(self, name: Token, *given: Node) -> Node:
        return Call(str(name), given)

    def path(self, *segments: tuple[str | int, ...]) -> Path:
        return Path(tuple(name for segment in segments for name in segment))

    def segment(self, name: Token, *indexes: Token) -> tuple[str | int, ...]:
        return (str(name), *(count("An index", str(index)) for index in indexes))

    def number(self, token: Token) -> Literal:
        try:
            value = Decimal(token)
        except InvalidOperation:  # an exponent that is longer than a number may be
            value = Decimal("1e999")
        if not -308 < value.adjusted() < 308 or len(token) > 2 * MAX_DIGITS:
            raise BadSyntax(f"{shown(token)} is out of the range of numbers.")
        return Literal(model.NUMBER, float(value) if "e" in token.lower() or "." in token else value)

    def text(self, token: Token) -> Literal:
        return Literal(model.TEXT, token[1:-1].replace("''", "'"))

    def instant(self, token: Token) -> Literal:
        return Literal(model.TIME, _instant(token))

    def interval(self, token: Token) -> Literal:
        start, _, end = token.partition("/")
        return Literal(model.INTERVAL, (_instant(start), _instant(end)))

    def date(self, token: Token) -> Literal:
        return Literal(model.DAY, _iso(date.fromisoformat, token))

    def clock(self, token: Token) -> Literal:
        return Literal(model.CLOCK, _iso(time.fromisoformat, token))

    def duration(self, token: Token) -> Literal:
        found = DURATION.fullmatch(token[len("duration'") : -1])
        if found is None or not any(found.groups()[1:]) or len(token) > MAX_DIGITS:
            raise BadSyntax(f"{shown(token)} is no duration; write for example duration'PT1H' or duration'P1DT12H'.")
        sign, *parts = found.groups()
        days, hours, minutes, seconds = (float(part or 0) for part in parts)
        try:
            length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError as error:
            raise BadSyntax(f"{shown(token)} is too long.") from error
        return Literal(model.DURATION, -length if sign else length)

    def shape(self, token: Token) -> Literal:
        return Literal(model.SHAPE, token[token.index("'") + 1 : -1])

    def true(self, _: Token) -> Literal:
        return Literal(model.BOOLEAN, True)

    def false(self, _: Token) -> Literal:
        return Literal(model.BOOLEAN, False)

    def null(self, _: Token) -> Literal:
        return Literal(model.NULL, None)


def merged(expansions: tuple[Expansion, ...]) -> tuple[Expansion, ...]:
    """Return each navigation once: `Thing,Thing/Locations` is Thing with its Locations."""
    found: dict[str, Expansion] = {}
    for one in expansions:
        known = found.get(one.name)
        if known is None:
            found[one.name] = one
            continue
        own = [each.options._replace(expand=()) for each in (known, one)]
        if all(options != Options() for options in own):
            raise BadSyntax(f"$expand has options for {shown(one.name)} twice; say them once.", "$expand")
        expand = merged((*known.options.expand, *one.options.expand))
        options = own[0] if own[0] != Options() else own[1]
        found[one.name] = Expansion(one.name, options._replace(expand=expand))
    return tuple(found.values())


def _instant(text: str) -> datetime:
    try:
        return times.parse(text)
    except times.BadTime as error:
        raise BadSyntax(f"{shown(text)} is no time: {error}.") from error


def _iso(read_one: Callable[[str], Read], text: str) -> Read:
    try:
        return read_one(text)
    except ValueError as error:
        raise BadSyntax(f"{shown(text)} is no date or time of day: {error}.") from error
