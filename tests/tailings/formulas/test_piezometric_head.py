"""Head: known heights of water."""

import numpy as np
import pytest

from tailings.formulas.piezometric_head import head_m


def test_one_metre_of_water() -> None:
    """9.80665 kPa are one metre of water at 1000 kg/m3 (UCUM m[H2O]); heavier process water stands lower."""
    assert head_m(np.array([9.80665]))[0] == pytest.approx(1.0, abs=1e-12)
    assert head_m(np.array([9.80665]), 1250.0)[0] == pytest.approx(0.8, abs=1e-12)
