"""Which datastreams of rain say what fell."""

import pytest

from tailings import formulas
from tailings.assess.gauges import MEASURE_RAIN, RAIN, is_rain_gauge


@pytest.mark.parametrize(
    ("quantity", "formula", "is_gauge"),
    [
        ("rain", None, True),
        ("rain", "rain_from_tips", True),
        ("rain", "rain_from_total", True),
        ("rain", "rain_sum", False),
        ("rain", "antecedent_rain", False),
        ("rain-intensity", None, False),
        ("rain", "of-a-later-release", False),
    ],
)
def test_sums_of_rain_are_no_gauges(quantity: str, formula: str | None, is_gauge: bool) -> None:
    """A sum of 72 h has each storm three days long."""
    assert is_rain_gauge(quantity, formula) is is_gauge


def test_every_formula_that_measures_rain_is_named() -> None:
    """The names are those of the formulas that give rain without taking any."""
    found = {name: formulas.get(name) for name in formulas.names()}

    gives_rain = {name for name, one in found.items() if RAIN in one.RESULT[0]}
    assert {name for name in gives_rain if all(given.name != RAIN for given in found[name].INPUTS)} == MEASURE_RAIN
