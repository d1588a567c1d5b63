"""Tests of domains."""

import numpy as np
import pytest

from tailings.estimate import domains


def test_lift_and_beach_make_the_domain() -> None:
    """Lifts end at 336 m and 339 m, the beach after 60 m; numbers and words by hand."""
    found = domains.label(np.array([335.0, 336.0, 336.5, 341.0]), np.array([10.0, 90, 60, 61]), (336.0, 339.0), 60.0)

    assert list(found) == [0, 1, 2, 5]
    assert [domains.words(int(number)) for number in found] == [
        "lift 1, beach",
        "lift 1, pond",
        "lift 2, beach",
        "lift 3, pond",
    ]


def test_lifts_must_rise() -> None:
    """Tops out of order are refused."""
    with pytest.raises(ValueError, match="rise"):
        domains.label(np.zeros(1), np.zeros(1), (339.0, 336.0), 60.0)
