"""Redox potential: the maker's table and the lines between its points."""

import numpy as np
import pytest

from tailings.formulas import redox_potential
from tests.tailings.formulas.examples import doubts_of, given_of

ELECTRODE = "silver-chloride-3m-kcl"


@pytest.mark.parametrize(("degc", "mv"), [(5, 221), (20, 210), (40, 196), (22.5, 208.5)])
def test_electrode_potential(degc: float, mv: float) -> None:
    """Aquaread AM-100 manual, section 13.8; half way between two points the mean of both."""
    assert redox_potential.electrode_mv(ELECTRODE, np.array([degc]))[0] == pytest.approx(mv)


def test_outside_the_table_is_doubted() -> None:
    """Colder or warmer than the table: suspect."""
    given = given_of("redox_potential", {"electrode": ELECTRODE}, reading=[400, 400, 400], temperature=[4, 25, 41])

    assert doubts_of(redox_potential.compute(given))["outside-temperature-range"] == [True, False, True]
