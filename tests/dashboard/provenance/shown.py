"""The line that a person reads, read back: units off, signs to operators, and worked out by a reader of its own."""

import ast
import math
import operator
import re
from collections.abc import Callable, Iterable

SIGNS = {"\u2212": "-", "·": "*", "√": "sqrt", "\u2009": "", "^": "**"} | {
    digit: f"**{at}" for at, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")
}
OPERATIONS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
CALLS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "sin": lambda degrees: math.sin(degrees * math.pi / 180),
    "tan": lambda degrees: math.tan(degrees * math.pi / 180),
}


def number(text: str) -> float:
    """The value of a shown expression without units: digits, + - * / **, brackets and CALLS, nothing else."""
    return _of(ast.parse(text, mode="eval").body)


def plain(shown: str, units: Iterable[str]) -> str:
    """A shown side of a line without its units, in the signs of Python."""
    for unit in sorted({unit for unit in units if unit}, key=len, reverse=True):
        shown = re.sub(rf"(?<=\d)\u00a0{re.escape(unit)}(?=[\s)/²³^]|$)", "", shown)
    return "".join(SIGNS.get(sign, sign) for sign in shown)


def _of(node: ast.expr) -> float:
    if isinstance(node, ast.Constant):
        return float(str(node.value))
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](_of(node.left), _of(node.right))
    if isinstance(node, ast.UnaryOp):
        return OPERATIONS[type(node.op)](_of(node.operand))
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name), ast.dump(node)
    return CALLS[node.func.id](_of(node.args[0]))
