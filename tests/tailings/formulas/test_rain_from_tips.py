"""Rain from tips: no tips are no rain, a failed count is missing."""

import numpy as np

from tailings.formulas import rain_from_tips
from tests.tailings.formulas.examples import given_of


def test_no_tips_are_no_rain() -> None:
    """Zero stays zero, missing stays missing."""
    depth = rain_from_tips.compute(given_of("rain_from_tips", {"tip_mm": 0.2}, tips=[0, 5, np.nan])).value

    assert depth[:2].tolist() == [0.0, 1.0]
    assert np.isnan(depth[2])
