"""Frequency of a vibrating wire from a reading in digits (B units): f = sqrt(1000 R), f in Hz.

Loggers such as Geokon's write digits into their files; the pressure is then derived from the frequency as everywhere
else. A reading below zero is none: the result is missing.

Source: Geokon 4500 manual, section 6.1, equation 1 (R = f^2 / 1000).
"""

from __future__ import annotations

import numpy as np

from tailings.formulas import Computed, Example, Given, Input, NoParameters
from tailings.series import Values

INPUTS = (Input("reading", "{digits}"),)
RESULT = (("frequency",), "Hz")
CALIBRATION = None
Parameters = NoParameters
_HZ2_PER_DIGIT = 1000.0

EQUATION = "sqrt(1000 * reading)"
EXAMPLE = Example(
    inputs={"reading": 7997.584},
    result=2828.0,
    tolerance=1e-6,
    origin="Geokon 4500 manual, section 6.1: 2828 Hz are 8000 digits, printed rounded; exactly 7997.584",
)


def frequency_hz(reading_digits: Values) -> Values:
    """Frequency [Hz], float64[n]; NaN for a reading below zero."""
    return np.sqrt(np.where(reading_digits < 0, np.nan, reading_digits) * _HZ2_PER_DIGIT)


def compute(given: Given) -> Computed:
    """Frequency at each instant."""
    return Computed(frequency_hz(given["reading"]))
