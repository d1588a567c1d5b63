"""Conductivity at 25 degC: the maker's example, the reference, the range."""

import numpy as np
import pytest

from tailings.formulas import conductivity_25
from tests.tailings.formulas.examples import doubts_of, given_of


def test_the_makers_example() -> None:
    """A solution of 5 mS/cm at 25 degC has about 4 mS/cm at 15 degC (Van Essen CTD-Diver manual, section 1.5)."""
    result = conductivity_25.conductivity_at_25(np.array([4.0]), np.array([15.0]), 0.0191)

    assert result[0] == pytest.approx(5.0, rel=0.02)


def test_at_25_degrees_nothing_changes() -> None:
    """The reference temperature; frost and hot water are doubted."""
    computed = conductivity_25.compute(
        given_of("conductivity_25", {}, conductivity=[1800] * 3, temperature=[25.0, -1.0, 41.0])
    )

    assert computed.value[0] == 1800
    assert doubts_of(computed)["outside-temperature-range"] == [False, True, True]
