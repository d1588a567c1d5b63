"""Error band: the maker's worked example and its growth."""

import pytest

from tailings.formulas.chain_displacement_band import band_mm


def test_the_makers_example() -> None:
    """Slope Indicator: 0.007 sqrt(50) + 0.005 x 50 = 0.0495 + 0.250 = 0.2995 in."""
    assert band_mm(50, 0.007, 0.005) == pytest.approx(0.2995, abs=0.0001)


def test_one_segment_has_both_errors() -> None:
    """0.007 + 0.005 in for a single reading."""
    assert band_mm(1, 0.007, 0.005) == pytest.approx(0.012)
