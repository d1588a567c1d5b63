"""Signal health: the worst diagnostic that is there."""

import numpy as np

from tailings.formulas import vw_signal_health
from tests.tailings.formulas.examples import given_of

LIMITS = {"good_decay": 0.8, "bad_decay": 0.4}


def test_the_worst_counts() -> None:
    """Good; weak; noise; good signal that dies away; decay not measured."""
    given = given_of("vw_signal_health", LIMITS, snr=[23, 5, 1.2, 23, 23], decay=[0.9, 0.9, 0.9, 0.3, np.nan])

    assert vw_signal_health.compute(given).value.tolist() == [1.0, 0.5, 0.0, 0.0, 1.0]
