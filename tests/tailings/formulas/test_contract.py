"""Every formula keeps the contract of the room and reproduces its golden vector."""

import ast
from pathlib import Path

import pytest

from tailings import formulas, plugins, quantities, units
from tests.tailings.formulas.examples import compute_example, given_example


@pytest.mark.parametrize("name", formulas.names())
def test_golden_vector(name: str) -> None:
    """A formula gives the result that its source prints."""
    result, expected, tolerance = compute_example(name)

    assert result == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("name", formulas.names())
def test_declarations_are_known(name: str) -> None:
    """Units of inputs and result exist, the quantities have the result's dimension, the docstring names a source."""
    formula = formulas.get(name)
    dimension = units.get(formula.RESULT[1]).dimension

    assert all(units.get(declared.unit) for declared in formula.INPUTS)
    assert {quantities.get(quantity).dimension for quantity in formula.RESULT[0]} == {dimension}
    assert "\nSource: " in (ast.get_docstring(ast.parse(Path(str(formula.__file__)).read_text())) or "")


def test_unknown_formula_names_the_nearest() -> None:
    """A wrong name is answered with the right one."""
    with pytest.raises(plugins.UnknownPlugin, match=r"no formula .vw_presure.; did you mean .vw_pressure"):
        formulas.get("vw_presure")


def test_furniture_is_no_formula() -> None:
    """Files that begin with an underscore are not offered."""
    assert not any(name.startswith("_") for name in formulas.names())


@pytest.mark.parametrize("name", formulas.names())
def test_dated_lists_are_declared(name: str) -> None:
    """A formula with a GEOMETRY counts from it, one with DATED counts from lists that there are, and none of them looks
    at a window: a window would be cut at each date."""
    formula = formulas.get(name)
    lists = set(formulas.names_of(formula))

    assert lists <= {"calibration", "geometry", "tip", "crest", "stage_storage"}
    assert not hasattr(formula, "GEOMETRY") or lists & {"geometry", "crest"}
    assert not lists or not hasattr(formula, "history_s")


@pytest.mark.parametrize("name", formulas.names())
def test_every_formula_says_how_it_is_worked_out(name: str) -> None:
    """Each of ours has a line or the method that it is instead; a line has only numbers that are known."""
    formula, of = formulas.get(name), given_example(name)
    made = formulas.equation_of(formula, of)

    assert hasattr(formula, "EQUATION") != hasattr(formula, "equation")
    assert bool(made.line) != bool(made.method) and set(formulas.names_in(made.line)) <= set(made.numbers)
