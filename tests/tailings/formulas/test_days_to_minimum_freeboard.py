"""Days to the minimum freeboard: filling, falling, past it."""

import numpy as np

from tailings.formulas import Given
from tailings.formulas import days_to_minimum_freeboard as days
from tailings.formulas.stored_volume import SURVEYED
from tests.tailings.formulas.examples import NEW_YEAR_MS, doubts_of


def test_a_pond_that_does_not_fill_has_no_day() -> None:
    """Inflow of 5,000 m3/d: 69 days; none or outflow: no such day; already at the level: 0."""
    given = Given(
        {"level": np.array([337.0, 337.0, 337.0, 340.0]), "inflow": np.array([5000.0, 0.0, -100.0, 5000.0])},
        days.Parameters(),
        NEW_YEAR_MS + np.arange(4),
        facility=SURVEYED,
    )

    computed = days.compute(given)

    assert np.nan_to_num(computed.value, nan=-1).tolist() == [69, -1, -1, 0]
    assert doubts_of(computed) == {"not-filling": [False, True, True, False]}
