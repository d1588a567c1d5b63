"""Frequency from digits: the maker's example, and there and back."""

import numpy as np
import pytest

from tailings.formulas.frequency_from_reading import frequency_hz
from tailings.formulas.vw_pressure import digits


def test_the_makers_example_there_and_back() -> None:
    """8000 digits are 2828.4 Hz (Geokon 4500 manual, section 6.1, rounds to 2828), and digits of a frequency return."""
    frequency = np.array([400.0, 2828.0, 6000.0])

    assert frequency_hz(np.array([8000.0]))[0] == pytest.approx(2828.427, abs=1e-3)
    assert frequency_hz(digits(frequency)) == pytest.approx(frequency, rel=1e-12)


def test_a_reading_below_zero_is_none() -> None:
    """A logger's word for a failed read never becomes a frequency."""
    assert np.isnan(frequency_hz(np.array([-999.0, np.nan]))).all()
