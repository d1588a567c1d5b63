"""The line of a formula: an expression of named numbers, so that a person can follow a value with the numbers it has.

A line has names, numbers, + - * / **, brackets, and the functions of FUNCTIONS; angles are in degrees. A name is that
of an input, of a parameter, of a key of a dated entry, or of a number that the formula states beside the line.
"""

from __future__ import annotations

import ast
import math
import operator
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, Final, NamedTuple

from tailings.formulas._contract import Given, inputs_of

FUNCTIONS: Final[Mapping[str, Callable[[float], float]]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "sin": lambda degrees: math.sin(math.radians(degrees)),
    "tan": lambda degrees: math.tan(math.radians(degrees)),
}
OPERATORS: Final[Mapping[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
UNITS: Final = {
    "_kpa_per_digit2": "kPa/{digit}2",
    "_kpa_per_digit": "kPa/{digit}",
    "_kpa_per_degc": "kPa/Cel",
    "_deg_per_digit": "deg/{digit}",
    "per_degc": "1/Cel",
    "_kg_m3": "kg/m3",
    "_kn_m3": "kN/m3",
    "_m_per_year": "m/a",
    "_mm_d": "mm/d",
    "_digits": "{digits}",
    "_degc": "Cel",
    "_percent": "%",
    "_kpa": "kPa",
    "_deg": "deg",
    "_mm": "mm",
    "_mv": "mV",
    "_m3": "m3",
    "_m2": "m2",
    "_m": "m",
    "_d": "d",
    "_s": "s",
    "_v": "V",
}
"""UCUM unit of a number by the end of its name, the longest first; digit: one step of a readout."""


class Number(NamedTuple):
    """A number of a line, with its UCUM unit ("": none)."""

    value: float
    unit: str


class Equation(NamedTuple):
    """How one result came about. line: the right side; "" for what is no line, and `method` says what it is then.

    numbers: by name, of those that are neither input nor setting; a method's numbers are for its words. method: a code
    ("table-end", "window-sum", ...), by which the words stand in a catalogue.
    """

    line: str = ""
    numbers: Mapping[str, Number] = {}
    method: str = ""


def equation_of(formula: ModuleType, given: Given) -> Equation:
    """The line of a formula with every number in it, as it was worked out for the last row of what it was given.

    A formula has it as `EQUATION`, or as `equation(given)` where the line depends on the case; else it is empty.
    """
    made: Equation = (
        formula.equation(given) if hasattr(formula, "equation") else Equation(getattr(formula, "EQUATION", ""))
    )
    found = {name: made.numbers.get(name) or _number(name, formula, given) for name in names_in(made.line)}
    return made._replace(numbers=made.numbers if made.method else found)


def names_in(line: str) -> list[str]:
    """The names of a line in their order, each once."""
    if not line:
        return []
    names = [node for node in ast.walk(_tree(line)) if isinstance(node, ast.Name) and node.id not in FUNCTIONS]
    return list(dict.fromkeys(node.id for node in sorted(names, key=lambda node: node.col_offset)))


def work_out(line: str, values: Mapping[str, float]) -> float:
    """The value of a line; raises ValueError for what no line may hold, KeyError for a name without a number."""
    try:
        return _value(_tree(line), values)
    except (ArithmeticError, ValueError) as fault:
        raise ValueError(f"{line}: {fault}") from fault


def between(
    role: str, value: float, points: Sequence[float], results: Sequence[float], *, units: tuple[str, str]
) -> Equation:
    """The straight line between the two points of a table that a value lies between; beyond its ends, the end."""
    at = bisect_right(points, value) - 1
    if math.isnan(value) or at < 0 or (at == len(points) - 1 and value > points[at]):
        end = results[0] if at < 0 else results[-1]
        return Equation(method="table-end", numbers={"end": Number(float(end), units[1])})
    at = min(at, len(points) - 2)
    names = {"x0": points[at], "x1": points[at + 1]}, {"y0": results[at], "y1": results[at + 1]}
    numbers = {
        name: Number(float(x), unit) for unit, part in zip(units, names, strict=True) for name, x in part.items()
    }
    return Equation(f"y0 + ({role} - x0) / (x1 - x0) * (y1 - y0)", numbers)


def in_unit(line: str, factor: float, offset: float) -> str:
    """A line times a factor plus an offset: in another unit."""
    if not line or (factor == 1.0 and not offset):
        return line
    is_sum = isinstance(_tree(line), ast.BinOp) and isinstance(_tree(line).op, ast.Add | ast.Sub)
    scaled = f"{factor:.12g} * {f'({line})' if is_sum else line}" if factor != 1.0 else line
    return f"{scaled} + {offset:.12g}" if offset else scaled


def last(given: Given, role: str) -> float:
    """The value of an input at the last row; NaN where it has none, or is not configured."""
    column = given.get(role)
    return math.nan if column is None else float(column[-1])


def _tree(line: str) -> Any:
    return ast.parse(line, mode="eval").body


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](_value(inner, values))
    raise ValueError(f"a line holds no {type(node).__name__}")


def _number(name: str, formula: ModuleType, given: Given) -> Number:
    """A number by its name: of an input, else of a parameter or a dated entry."""
    if name in given.values:
        return Number(last(given, name), inputs_of(formula, given.values)[name].unit)
    for holder in (given.parameters, *given.dated.values()):
        if name in holder.__struct_fields__:
            return Number(float(getattr(holder, name)), unit_of(name))
    raise KeyError(f"{name} of the equation of {formula.__name__} is no input, parameter or dated key")


def unit_of(name: str) -> str:
    """The UCUM unit that the end of a name says; "" for none."""
    return next((unit for end, unit in UNITS.items() if name.endswith(end)), "")
