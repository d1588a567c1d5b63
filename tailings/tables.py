"""The table of functions as Markdown, made from the plug-ins themselves: `python -m tailings.tables`."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

from tailings import filters, formulas, instruments, quantities
from tailings.facility import lint
from tailings.formulas import Example, Input
from tailings.geometry import Dated


def document() -> str:
    """All tables, one Markdown text."""
    parts = [
        "# Functions, filters, instruments and quantities\n",
        "Made by `make docs` from the code; do not edit.\n",
        "## Formulas\n",
        '`formula = "name"` of a datastream. An input in brackets may be left out. Dated: keys of its list '
        "`geometry`, and the lists of instrument and facility that it counts from. The vector is a test.\n",
        table(("formula", "what", "inputs", "parameters", "dated", "unit", "vector", "source"), formula_rows()),
        "\n## Filters\n",
        '`[datastreams."...".filters.name]`. Flags: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing (QARTOD).\n',
        table(("filter", "what", "settings", "looks back", "source"), filter_rows()),
        "\n## Instruments\n",
        '`driver = "name"` of an instrument, and the raw channels that it can have.\n',
        table(("driver", "what", "channels"), instrument_rows()),
        "\n## Quantities\n",
        table(("quantity", "what", "unit (UCUM)", "SenML", "digits", "definition"), quantity_rows()),
    ]
    return "\n".join(parts) + "\n"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("-" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def formula_rows() -> list[tuple[str, ...]]:
    """One row a formula."""
    rows: list[tuple[str, ...]] = []
    for name in formulas.names():
        formula = formulas.get(name)
        inputs = ", ".join(_input(declared) for declared in formula.INPUTS)
        example: Example = formula.EXAMPLE
        given = ", ".join(f"{role} {_readings(value)}" for role, value in example.inputs.items())
        vector = f"{given} -> {example.result:.6g} ({example.origin})"
        keys = _keys(formula.Parameters)
        unit, dated = formula.RESULT[1], _dated(formula)
        rows.append((f"`{name}`", summary(formula), inputs, keys, dated, unit, vector, source(formula)))
    return rows


def _readings(value: float | tuple[float, ...]) -> str:
    return f"{value:.6g}" if isinstance(value, float | int) else ", ".join(f"{one:.6g}" for one in value)


def filter_rows() -> list[tuple[str, ...]]:
    """One row a filter."""
    return [
        (
            f"`{name}`",
            summary(module),
            _keys(module.Settings),
            "yes" if hasattr(module, "window") else "no",
            source(module),
        )
        for name, module in ((name, filters.get(name)) for name in filters.names())
    ]


def instrument_rows() -> list[tuple[str, ...]]:
    """One row an instrument kind; numbered channels are shown by their first."""
    rows: list[tuple[str, ...]] = []
    for name in instruments.names():
        kind = instruments.get(name)
        channels = [channel for channel in kind.CHANNELS if not channel.rpartition("-")[2].isdigit()]
        numbered = [f"{channel} ..." for channel in kind.CHANNELS if channel.endswith("-1")]
        rows.append((f"`{name}`", summary(kind), ", ".join([*channels, *numbered]) or "none, all derived"))
    return rows


def quantity_rows() -> list[tuple[str, ...]]:
    """One row a quantity."""
    return [
        (f"`{q.name}`", q.title, f"`{q.unit}`", q.senml or "", str(q.digits), q.definition)
        for q in quantities.QUANTITIES
    ]


def rule_rows() -> list[tuple[str, ...]]:
    """One row a rule of the check of a facility file."""
    of_file = [(one.code, one.severity, " ".join((inspect.getdoc(one.find) or "").split())) for one in lint.RULES]
    return [(f"`{code}`", severity, what) for code, severity, what in (*of_file, *lint.RECIPIENT_RULES)]


def summary(module: ModuleType) -> str:
    """The first paragraph of a plug-in's docstring, on one line."""
    return " ".join((inspect.getdoc(module) or "").partition("\n\n")[0].split())


def source(module: ModuleType) -> str:
    """The source that a plug-in's docstring names, on one line."""
    return " ".join((inspect.getdoc(module) or "").partition("\nSource: ")[2].split())


def _dated(formula: ModuleType) -> str:
    own = [name for name in formulas.names_of(formula) if name != "geometry"]
    shape = getattr(formula, "GEOMETRY", None)
    keys = [field for field in shape.__struct_fields__ if field not in Dated.__struct_fields__] if shape else []
    return ", ".join([*(f"`{key}`" for key in keys), *own]) or "none"


def _input(declared: Input) -> str:
    name = f"{declared.name}_1..." if declared.many else declared.name
    text = f"{name} [{declared.unit}]"
    return f"({text})" if declared.optional else text


def _keys(shape: Any) -> str:
    return ", ".join(f"`{field}`" for field in shape.__struct_fields__) or "none"


if __name__ == "__main__":
    sys.stdout.write(document())
