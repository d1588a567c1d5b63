"""Load: a day's worth."""

import numpy as np
import pytest

from tailings.formulas.load import load_kg_d


def test_one_gram_a_second() -> None:
    """1 L/s of 1000 mg/L is a gram a second, 86.4 kg a day."""
    assert load_kg_d(np.array([1.0]), np.array([1000.0]))[0] == pytest.approx(86.4)
