"""Health of a vibrating wire's signal: 1 good, 0.5 weak, 0 noise or damaged, by the worst of its diagnostics.

Source: secondary: signal-to-noise above 10 good and near 1 noise, a fast decay means wire damage (Dam Engineering
XXXIII-3, page 20, not opened); the limits are settings.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from tailings.formulas import Computed, Equation, Example, Given, Input
from tailings.series import Values

INPUTS = (Input("snr", "1"), Input("decay", "1", optional=True))
RESULT = (("health",), "1")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """At or above `good` the signal is good, below `bad` it is noise or damage."""

    good_snr: float = 10.0
    """The signal-to-noise ratio from which on the signal is good."""
    bad_snr: float = 2.0
    """The ratio below which it is noise or damage."""
    good_decay: float | None = None
    """The decay ratio from which on the signal is good."""
    bad_decay: float | None = None
    """The decay ratio below which it is damage."""

    def __post_init__(self) -> None:
        if self.bad_snr > self.good_snr:
            raise ValueError("bad_snr must not be above good_snr")
        if (self.good_decay is None) != (self.bad_decay is None):
            raise ValueError("give both good_decay and bad_decay, or neither")


EXAMPLE = Example(inputs={"snr": 23.0}, result=1.0, tolerance=1e-9, origin="above 10 is good")


def grade(value: Values, good: float, bad: float) -> Values:
    """1 at or above `good`, 0 below `bad`, 0.5 between, NaN where missing; float64[n]."""
    graded = np.where(value >= good, 1.0, np.where(value < bad, 0.0, 0.5))
    return np.where(np.isnan(value), np.nan, graded)


def compute(given: Given) -> Computed:
    """Health at each instant; a missing decay ratio does not count."""
    parameters = given.parameters
    health = grade(given["snr"], parameters.good_snr, parameters.bad_snr)
    decay = given.get("decay")
    if decay is None or parameters.good_decay is None:
        return Computed(health)
    return Computed(
        np.where(np.isnan(decay), health, np.minimum(health, grade(decay, parameters.good_decay, parameters.bad_decay)))
    )


def equation(given: Given) -> Equation:
    """No line: a grade by limits."""
    return Equation(method="grade")
