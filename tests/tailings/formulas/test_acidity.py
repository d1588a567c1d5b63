"""Acidity: each part of the sum on its own."""

import numpy as np
import pytest

from tailings.formulas.acidity import acidity_mg_l

NONE = np.zeros(1)


def test_protons_alone() -> None:
    """pH 3 is 1 meq/L of protons: 50 mg/L as CaCO3; pH 7 next to nothing."""
    assert acidity_mg_l(np.array([3.0]), NONE, NONE, NONE, NONE)[0] == pytest.approx(50.0)
    assert acidity_mg_l(np.array([7.0]), NONE, NONE, NONE, NONE)[0] == pytest.approx(0.005)


def test_against_the_published_equation() -> None:
    """Kirby and Cravotta's rounded masses (56, 55, 27) give the same to 0.3 %."""
    ph, aluminium, iron_2, iron_3, manganese = (np.array([value]) for value in (3.8, 75.0, 2.0, 1.0, 12.0))
    published = 50 * (1000 * 10**-3.8 + (2 * 2 + 3 * 1) / 56 + 2 * 12 / 55 + 3 * 75 / 27)

    assert acidity_mg_l(ph, aluminium, iron_2, iron_3, manganese)[0] == pytest.approx(published, rel=0.003)
