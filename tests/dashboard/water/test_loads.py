"""Figures of loads as the water page writes them."""

import pytest

from dashboard.water import loads


@pytest.mark.parametrize(
    ("value", "text"), [(0.0043217, "0.00432"), (12.5, "12.5"), (0.0, "0"), (86412.0, "86\u2009400")]
)
def test_figures_have_three_digits(value: float, text: str) -> None:
    """No exponents, whatever the size."""
    assert loads.number(value) == text
