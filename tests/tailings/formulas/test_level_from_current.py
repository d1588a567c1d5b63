"""Level from current: ends of the loop, saturation and failure."""

import numpy as np
import pytest

from tailings.formulas import level_from_current
from tests.tailings.formulas.examples import doubts_of, given_of


def test_a_broken_loop_gives_no_level() -> None:
    """0 mA (cut cable) and 22 mA (short) have no level; 3.7 mA is at the end of the range."""
    ends = {"geometry": {"low_m": 335, "high_m": 340}}
    given = given_of("level_from_current", {}, dated=ends, current=[4, 20, 0, 22, 3.7])

    computed = level_from_current.compute(given)

    assert computed.value[:2] == pytest.approx([335, 340])
    assert np.isnan(computed.value[2:4]).all()
    assert doubts_of(computed)["loop-saturated"][4]
