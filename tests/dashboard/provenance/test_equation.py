"""The line of every formula, as it is shown, gives the formula's value: read back and worked out by another reader.

What a formula should give is `compute`, which the tests of each formula hold against its source.
"""

import ast
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import texts
from api.provenance.models import DerivationStep, EquationNumber, InputUsed, WorkedEquation
from dashboard.provenance import equation
from tailings import formulas, quantities
from tailings.digits import decimals, digits
from tailings.formulas import Given
from tests.dashboard.provenance import shown
from tests.tailings.formulas.examples import NEW_YEAR_MS, dated_of
from texts.units import unit_words

EN = texts.load()
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Case(NamedTuple):
    """A formula with what it is given."""

    name: str
    inputs: Mapping[str, Any]
    parameters: Mapping[str, Any] = {}
    dated: Mapping[str, Mapping[str, Any]] = {}

    def __str__(self) -> str:
        return self.name


SHEET = {"convention": "geokon", "zero_reading_digits": 9082.0, "zero_temperature_degc": 12.0}
LINEAR = SHEET | {"kind": "linear", "gauge_factor_kpa_per_digit": -0.1795, "thermal_factor_kpa_per_degc": 0.05}
POLYNOMIAL = SHEET | {"kind": "polynomial", "a_kpa_per_digit2": -1.2e-6, "b_kpa_per_digit": -0.17}
VW = {"frequency": 2600.0, "temperature": 14.0, "barometer": 95.0}
SEASON = {"season_m": [0.1, -0.05, 0.02, 0.01]}
CASES = [
    *(
        Case(name, one.inputs, one.parameters, one.dated)
        for name in formulas.names()
        for one in [formulas.get(name).EXAMPLE]
    ),
    Case("vw_pressure", VW, dated={"calibration": LINEAR | {"zero_barometer_kpa": 96.1}}),
    Case("vw_pressure", VW, dated={"calibration": LINEAR | {"convention": "roctest"}}),
    Case("vw_pressure", VW, dated={"calibration": LINEAR | {"convention": "rst"}}),
    Case("vw_pressure", VW, dated={"calibration": POLYNOMIAL | {"zero_barometer_kpa": 96.1}}),
    Case(
        "level_from_current",
        {"current": 11.0, "barometer": 95.0},
        {"density_kg_m3": 1020.0},
        {"geometry": {"low_m": 335.0, "high_m": 340.0, "zero_barometer_kpa": 96.0}},
    ),
    Case(
        "barometer_at_elevation",
        {"barometer": 98.0, "temperature": 9.0},
        dated={"geometry": {"from_m": 640.0, "to_m": 420.5}},
    ),
    Case("thermistor", {"resistance": 9000.0}, {"set": "geokon-10k"}),
    Case(
        "chain_displacement",
        {"tilt_1": 0.4, "tilt_2": 0.9, "tilt_3": -0.3},
        dated={"geometry": {"length_m": [0.5, 1.0, 2.0], "zero_deg": [0.1, -0.2, 0.0]}},
    ),
    Case(
        "hst_residual",
        {"level": 331.0, "pond": 339.0, "rain": 40.0},
        dated={"geometry": formulas.get("hst_residual").EXAMPLE.dated["geometry"] | SEASON},
    ),
    Case("v_notch_flow", {"height": 0.21}, dated={"geometry": {"angle_deg": 60.0}}),
]
NO_LINE = {"antecedent_rain", "dust_mean", "node_health", "rain_sum", "vw_signal_health"}
"""Sums over a window, and grades."""
WITH_LINE = [case for case in CASES if case.name not in NO_LINE]


def given_of(case: Case, values: Mapping[str, Any]) -> Given:
    """What a formula is given: readings an hour apart."""
    formula = formulas.get(case.name)
    columns = {role: np.atleast_1d(np.array(value, dtype=np.float64)) for role, value in values.items()}
    time_ms = NEW_YEAR_MS + np.arange(next(iter(columns.values())).size) * 3_600_000
    parameters = msgspec.convert(dict(case.parameters), formula.Parameters)
    return Given(columns, parameters, time_ms, dated_of(case.name, case.dated), formula.EXAMPLE.facility)


def quantity_in(unit: str, names: tuple[str, ...] = ()) -> str:
    """A quantity with this unit."""
    if unit == "m" and not names:
        return "pond-level"
    known = names or [name for name in quantities.names() if quantities.get(name).unit == unit]
    return next(iter(known), "nothing")


def step_of(case: Case, of: Given, value: float) -> DerivationStep:
    """The step of the api for a value of a formula."""
    formula, made = formulas.get(case.name), formulas.equation_of(formulas.get(case.name), of)
    numbers = [EquationNumber(name=name, value=one.value, unit=one.unit) for name, one in made.numbers.items()]
    plain = {key: msgspec.to_builtins(entry) for key, entry in of.dated.items()}
    used = [
        InputUsed(
            role=role,
            datastream=f"vale:n01:{role}",
            quantity=quantity_in(kind.unit),
            unit=kind.unit,
            use="used",
            time=NOW,
            value=float(of[role][-1]),
            quality=1,
        )
        for role, kind in formulas.inputs_of(formula, of.values).items()
    ]
    return DerivationStep(
        datastream="vale:n01:one",
        id=1,
        quantity=quantity_in(formula.RESULT[1], formula.RESULT[0]),
        unit=formula.RESULT[1],
        time=NOW,
        result=value,
        quality=1,
        tests=None,
        filters=[],
        formula=case.name,
        says="",
        source="",
        parameters=msgspec.to_builtins(of.parameters),
        calibration=plain.pop("calibration", None),
        geometry=list(plain.values()),
        inputs={},
        as_of=NOW,
        used=used,
        equation=WorkedEquation(line=made.line, method=made.method, numbers=numbers),
        recomputed=value,
        is_equal=True,
    )


def lines_of(step: DerivationStep) -> equation.Lines:
    """What the panel shows of a step."""
    assert step.equation is not None
    result = equation.result(step.recomputed, step.quantity, step.unit, EN)
    return equation.lines(step.equation, result, step, EN)


def is_true(step: DerivationStep) -> bool:
    """Whether the numbers that are shown give the value, to the last digit that is shown of it."""
    assert step.equation is not None and step.recomputed is not None
    units = [unit_words(one.unit) for one in step.equation.numbers] + [unit_words(step.unit)]
    left, right = (shown.number(shown.plain(side, units)) for side in lines_of(step).numbers.split(" = "))
    last_digit = 10.0 ** -decimals(step.recomputed, digits(step.quantity))
    if digits(step.quantity).decimals is None and left:
        last_digit = max(last_digit, 10.0 ** (np.floor(np.log10(abs(left))) - 2))
    return abs(right - step.recomputed) <= last_digit >= abs(left - step.recomputed)


def moved(value: Any, by: float, unit: str) -> Any:
    """An input somewhere else: an elevation within the survey, anything else by its share."""
    if isinstance(value, tuple):
        return tuple(moved(one, by * (-1) ** at, unit) for at, one in enumerate(value))
    return value + 1.4 * by if unit == "m" and value > 100 else value * (1 + 0.4 * by)


@pytest.mark.parametrize("case", WITH_LINE, ids=str)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_line_that_is_shown_gives_the_value(case: Case, data: st.DataObject) -> None:
    """For inputs of every kind; where there is no value or no line, no numbers are shown."""
    declared = formulas.inputs_of(formulas.get(case.name), case.inputs)
    values = {
        role: moved(value, data.draw(st.floats(-1, 1), role), declared[role].unit)
        for role, value in case.inputs.items()
    }
    of = given_of(case, values)
    value = float(formulas.get(case.name).compute(of).value[-1])
    step = step_of(case, of, value)

    assert step.equation and (step.equation.line or step.equation.method in EN["provenance"]["methods"])
    assert is_true(step) if step.equation.line and np.isfinite(value) else True


@pytest.mark.parametrize("case", WITH_LINE, ids=str)
def test_a_line_with_another_sign_is_found_out(case: Case) -> None:
    """The control: each line with its first operator exchanged shows numbers that do not give the value."""
    of = given_of(case, case.inputs)
    step = step_of(case, of, float(formulas.get(case.name).compute(of).value[-1]))
    assert step.equation is not None
    wrong = step.equation.model_copy(update={"line": exchanged(step.equation.line)})

    assert is_true(step) and not is_true(step.model_copy(update={"equation": wrong}))


def exchanged(line: str) -> str:
    """A line with its outermost operator exchanged."""
    tree = ast.parse(line, mode="eval")
    if isinstance(tree.body, ast.Call):
        return f"2 * {line}"
    assert isinstance(tree.body, ast.BinOp)
    others: dict[type[ast.operator], type[ast.operator]] = {
        ast.Add: ast.Sub,
        ast.Sub: ast.Add,
        ast.Mult: ast.Div,
        ast.Div: ast.Mult,
    }
    tree.body.op = others[type(tree.body.op)]()
    return ast.unparse(tree)


@pytest.mark.parametrize("name", sorted(NO_LINE))
def test_what_is_no_line_is_said_in_words(name: str) -> None:
    """A sum over a window or a grade names its method, whose words are filled with its numbers."""
    example = formulas.get(name).EXAMPLE
    made = formulas.equation_of(
        formulas.get(name), given_of(Case(name, example.inputs, example.parameters), example.inputs)
    )
    words = EN["provenance"]["methods"][made.method]

    assert not made.line and texts.say(words, **dict.fromkeys(made.numbers, "12")).count("12") == len(made.numbers)


def test_a_freeboard_reads_as_on_paper() -> None:
    """The line of the field, then the same line with its numbers and units (by hand: 402.50 - 400.68 = 1.82)."""
    case = Case("freeboard", {"level": 400.68}, dated={"crest": {"crest_m": 402.5}})
    lines = lines_of(step_of(case, given_of(case, case.inputs), 402.5 - 400.68))

    assert lines.formula == "freeboard = crest \u2212 pond level"
    assert lines.numbers.replace("\u00a0", " ") == "1.82 m = 402.50 m \u2212 400.68 m"


def test_a_pressure_reads_as_on_the_sheet() -> None:
    """G (R1 - R0) with a negative G, and the corrections (Geokon 4500 manual, section 6)."""
    case = next(case for case in CASES if case.name == "vw_pressure" and len(case.inputs) == 3)
    of = given_of(case, case.inputs)
    lines = lines_of(step_of(case, of, float(formulas.get("vw_pressure").compute(of).value[-1])))

    assert lines.formula == "pore pressure = G · (f² / 1000 \u2212 R0) + K · (T1 \u2212 T0) \u2212 (S1 \u2212 S0)"
    assert "\u22120.1795 kPa/digit · ((2600.00 Hz)² / 1000 \u2212 9082 digits)" in lines.numbers.replace("\u00a0", " ")


def test_a_number_that_is_missing_leaves_the_line_without_numbers() -> None:
    """Never a 0 in its place."""
    case = Case("freeboard", {"level": np.nan}, dated={"crest": {"crest_m": 402.5}})
    step = step_of(case, given_of(case, case.inputs), 1.0)
    assert step.equation is not None
    without = [one.model_copy(update={"value": None}) for one in step.equation.numbers]
    lines = lines_of(step.model_copy(update={"equation": step.equation.model_copy(update={"numbers": without})}))

    assert lines.formula and lines.numbers == ""
