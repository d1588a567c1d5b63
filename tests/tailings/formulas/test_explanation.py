"""How one result came about: which rows of its inputs it used, and its line in the unit of the datastream."""

import numpy as np
import pytest

from tailings import parse
from tailings.formulas import evaluate, explain, work_out
from tailings.series import Series
from tests.dashboard.water.sonde import SONDE
from tests.tailings.facilities import VALE

VALE_FILE = parse(VALE.read_text())
PRESSURE = VALE_FILE.datastreams["n07:vw1.pressure"]
HOUR_MS = 3_600_000
T_MS = 1_777_636_800_000


def inputs(temperature: Series, barometer: Series) -> dict[str, Series]:
    """One reading of the wire, with what its temperature and the air are."""
    return {"frequency": Series.of([T_MS], [2597.88]), "temperature": temperature, "barometer": barometer}


def at(hours: float, value: float, quality: int = 1) -> Series:
    """One reading some hours before."""
    return Series.of([T_MS - round(hours * HOUR_MS)], [value], [quality])


def test_the_line_gives_what_evaluate_gives() -> None:
    """The numbers of the line are those that the value was made of, in the units of the formula (961 hPa is 96.1)."""
    given = inputs(at(0.5, 14.0), at(1, 955.0))
    explained = explain(PRESSURE, given, VALE_FILE, T_MS)
    (value,) = evaluate(PRESSURE, given, VALE_FILE).series.value

    assert explained.equation is not None
    numbers = {name: one.value for name, one in explained.equation.numbers.items()}
    assert work_out(explained.equation.line, numbers) == pytest.approx(value, rel=1e-12)
    assert numbers["barometer"] == pytest.approx(95.5) and numbers["temperature"] == 14.0


def test_a_rejected_input_is_told_and_not_used() -> None:
    """One that was rejected leaves its term out of the line; one that is too old, and none at all, do so too."""
    told = [
        explain(PRESSURE, inputs(temperature, at(0, 955.0)), VALE_FILE, T_MS)
        for temperature in (at(0, 99.0, 4), at(9, 14.0), Series.empty())
    ]

    assert [one.inputs["temperature"].use for one in told] == ["rejected", "stale", "missing"]
    assert [one.inputs["temperature"].value for one in told] == [99.0, 14.0, None]
    assert all(one.equation and "temperature" not in one.equation.numbers for one in told)


def test_without_its_leading_input_there_is_no_line() -> None:
    """What a formula cannot do without is missing, so nothing is put into a line, least of all a 0."""
    given = inputs(at(0, 14.0), at(0, 955.0)) | {"frequency": Series.of([T_MS], [np.nan], [9])}
    explained = explain(PRESSURE, given, VALE_FILE, T_MS)

    assert explained.equation is None and explained.inputs["frequency"].use == "missing"


def test_a_line_is_in_the_unit_of_its_datastream() -> None:
    """A height in millimetres is a thousand times the line in metres (by hand: 9 mA of 4 to 20 are 0.125 m of 0.4)."""
    name = '[datastreams."n02:weir.height"]\nquantity = "gauge-height"\nunit = '
    assert name + '"m"' in SONDE
    file = parse(VALE.read_text() + SONDE.replace(name + '"m"', name + '"mm"'))
    made = explain(file.datastreams["n02:weir.height"], {"current": Series.of([T_MS], [9.0])}, file, T_MS).equation

    assert made is not None
    value = work_out(made.line, {name: one.value for name, one in made.numbers.items()})
    assert value == pytest.approx(125.0)


@pytest.mark.parametrize(
    "line", ["__import__('os')", "a.b", "[1]", "lambda: 1", "1 if 1 else 2", "sqrt(1, 2)", "1 / 0", "(-1) ** 0.5"]
)
def test_a_line_holds_arithmetic_alone(line: str) -> None:
    """Anything else that Python could work out is refused."""
    with pytest.raises((ValueError, KeyError)):
        work_out(line, {})
