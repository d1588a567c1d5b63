"""The line of a formula in the field's notation, and the same line with the numbers that were used.

A number has the digits of its quantity, and so many more as it takes for the line to give the value that is shown.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from api.provenance.models import DerivationStep, EquationNumber, WorkedEquation
from dashboard import ages, numbers
from dashboard.view_models import quantity_words
from tailings.digits import Digits, decimals, digits
from tailings.formulas import work_out
from texts import Texts
from texts.writing import MINUS

MOST_DIGITS: Final = 9
"""So many digits more than its quantity has a number is written with at most."""
GIVEN: Final = 15
"""Figures of a setting: all that were given."""
UNKNOWN: Final = Digits(significant=4)
KEPT: Final = "\u00a0"
"""The space before a unit, where no line ends."""
SUPERSCRIPT: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SUM, PRODUCT, NUMBER, POWER, SINGLE = range(1, 6)
"""How tightly what is written holds together (NUMBER: one with its unit); brackets go around what holds less than its
place asks for. What begins with a minus holds as a sum does."""

Word = Callable[[str], tuple[str, int]]
"""What stands for a name, and how tightly it holds together."""


class Lines(NamedTuple):
    """The formula, and the formula with its numbers: '' where one of them is missing."""

    formula: str
    numbers: str


class WorkedValue(NamedTuple):
    """What a line gives: the value, its quantity and unit, and what it is called."""

    value: float | None
    quantity: str
    unit: str
    name: str


def lines(equation: WorkedEquation, result: WorkedValue, step: DerivationStep | None, texts: Texts) -> Lines:
    """Write the line of a formula by symbols and by numbers; step: whose inputs and settings they are."""
    tree = ast.parse(equation.line, mode="eval").body
    formula = _text(tree, lambda name: (symbol(name, step, texts), SINGLE))[0]
    value = numbers.number(result.value, result.quantity, result.unit)
    if not value or any(one.value is None for one in equation.numbers):
        return Lines(f"{result.name} = {formula}", "")
    written = _written(equation, result, step)
    filled = _text(tree, lambda name: written[name])[0]
    return Lines(f"{result.name} = {formula}", f"{_with_unit(value, result.unit)} = {filled}")


def difference(whole: str, whole_m: float, part: str, part_m: float, *, quantity: str, texts: Texts) -> tuple[str, ...]:
    """Write how a length is one elevation less another, by the keys of their signs."""
    pair = ((whole, whole_m), (part, part_m))
    made = [EquationNumber(name=name, value=value, unit="m") for name, value in pair]
    of = result(whole_m - part_m, quantity, "m", texts)
    return tuple(lines(WorkedEquation(line=f"{whole} - {part}", method="", numbers=made), of, None, texts))


def result(value: float | None, quantity: str, unit: str, texts: Texts) -> WorkedValue:
    """A value of a quantity, by the name of the quantity."""
    return WorkedValue(value, quantity, unit, _lower(quantity_words(quantity, texts)))


def amount(one: EquationNumber) -> str:
    """A number beside a line, with its unit; a time in its largest unit."""
    if one.unit == "s":
        return ages.age_words(one.value)
    return _with_unit(numbers.short(one.value or 0.0), one.unit)


def symbol(name: str, step: DerivationStep | None, texts: Texts) -> str:
    """The sign of an input, a setting or a number of a formula: of this formula, of all, else its own name."""
    signs = _signs(name, step, texts)
    if signs:
        return signs[0]
    quantities = {one.role: one.quantity for one in step.used} if step else {}
    if list(quantities.values()).count(quantities.get(name, "")) == 1:
        return _lower(quantity_words(quantities[name], texts))
    return name.replace("_", " ")


def has_sign(name: str, step: DerivationStep, texts: Texts) -> bool:
    """Whether a key of the facility file is called by a sign."""
    return bool(_signs(name, step, texts))


def _signs(name: str, step: DerivationStep | None, texts: Texts) -> list[str]:
    known = texts["provenance"]["symbols"]
    return [str(known[key]) for key in ((f"{step.formula}.{name}" if step else ""), name) if key in known]


def _lower(words: str) -> str:
    """Words within a line: pH stays pH."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _written(equation: WorkedEquation, result: WorkedValue, step: DerivationStep | None) -> dict[str, tuple[str, int]]:
    """Each number with its unit, with the fewest digits by which the line gives the value as it is shown."""
    settings = _settings(equation, step)
    shown = numbers.number(result.value, result.quantity, result.unit)
    for more in range(MOST_DIGITS + 1):
        places = {one.name: _places(one, step, settings, result) + more for one in equation.numbers}
        values = {
            one.name: one.value or 0.0 if one.name in settings else round(one.value or 0.0, places[one.name])
            for one in equation.numbers
        }
        if numbers.number(_given(equation.line, values), result.quantity, result.unit) == shown:
            break
    return {
        one.name: _one(one, places[one.name] - (more if one.name in settings else 0), settings)
        for one in equation.numbers
    }


def _given(line: str, values: Mapping[str, float]) -> float:
    """What a line gives with numbers as they are shown; NaN where they are too coarse for it (a zero below a line)."""
    try:
        return work_out(line, values)
    except ValueError:
        return math.nan


def _settings(equation: WorkedEquation, step: DerivationStep | None) -> set[str]:
    """The numbers that a person gave, which have no digits to spare: all but inputs and the formula's own."""
    if step is None:
        return set()
    entries = [step.parameters, step.calibration or {}, *step.geometry]
    given = {key for entry in entries for key, value in entry.items() if isinstance(value, int | float)}
    return {one.name for one in equation.numbers} & given


def _places(one: EquationNumber, step: DerivationStep | None, settings: set[str], result: WorkedValue) -> int:
    """The decimals that a number has at least."""
    value = one.value or 0.0
    if one.name in settings:
        return decimals(value, digits(result.quantity, result.unit)) if one.unit == result.unit else 0
    if step is None:
        return decimals(value, digits(result.quantity, result.unit))
    quantities = {used.role: used.quantity for used in step.used if used.unit == one.unit}
    return decimals(value, digits(quantities[one.name], one.unit) if one.name in quantities else UNKNOWN)


def _one(one: EquationNumber, places: int, settings: set[str]) -> tuple[str, int]:
    value = one.value or 0.0
    if one.name in settings:
        text = numbers.short(value, GIVEN)
        fixed = numbers.fixed(value, places)
        text = fixed if len(fixed) > len(text) else text
    else:
        text = numbers.fixed(value, places)
    written = _with_unit(text, one.unit)
    if written.startswith(MINUS):
        return written, SUM
    return written, SINGLE if written == text else PRODUCT if set("/·") & set(written) else NUMBER


def _with_unit(text: str, unit: str) -> str:
    return f"{text}{KEPT}{numbers.unit_words(unit)}".strip()


def _text(node: ast.expr, word: Word) -> tuple[str, int]:
    """Write a part of a line, and say how tightly it holds together."""
    match node:
        case ast.Constant(value=value):
            return numbers.short(float(str(value)), GIVEN), SINGLE
        case ast.Name(id=name):
            return word(name)
        case ast.UnaryOp(operand=inner):
            return f"{MINUS}{_in(inner, PRODUCT, word)}", SUM
        case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
            return f"√({_text(inner, word)[0]})", SINGLE
        case ast.Call(func=ast.Name(id=name), args=[inner]):
            return f"{name}({_text(inner, word)[0]})", SINGLE
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"{_in(left, SINGLE, word)}{_exponent(right, word)}", POWER
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            sign = "+" if isinstance(op, ast.Add) else MINUS
            return f"{_text(left, word)[0]} {sign} {_in(right, PRODUCT, word)}", SUM
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            sign, place = ("·", PRODUCT) if isinstance(op, ast.Mult) else ("/", NUMBER)
            text = f"{_factor(left, word)} {sign} {_in(right, place, word)}"
            return text, SUM if text.startswith(MINUS) else PRODUCT
    raise ValueError(f"a line holds no {type(node).__name__}")


def _factor(node: ast.expr, word: Word) -> str:
    """What a product begins with: a negative number needs no brackets there."""
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    return _in(node, PRODUCT, word) if is_sum else _text(node, word)[0]


def _exponent(node: ast.expr, word: Word) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return str(node.value).translate(SUPERSCRIPT)
    return f"^{_in(node, SINGLE, word)}"


def _in(node: ast.expr, least: int, word: Word) -> str:
    text, tightness = _text(node, word)
    return f"({text})" if tightness < least else text
