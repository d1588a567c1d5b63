"""Shore and piezometric line; geometry by hand from the test facility's section A."""

import pytest

from tailings import piezometric_line
from tests.tailings.facilities import vale

(GROUND,) = vale().sections["a"].geometry


def test_the_shore_is_where_the_pond_meets_the_beach() -> None:
    """Ground from (-110, 337.46) to (-8, 341.2): 339.33 m is half way, at -59 m; a pond over the crest has no shore."""
    assert piezometric_line.shore(GROUND, 339.33) == (pytest.approx(-59.0), 339.33)
    assert piezometric_line.shore(GROUND, 343.0) is None and piezometric_line.shore(GROUND, 330.0) is None


def test_the_line_runs_from_the_shore_through_the_tips_that_are_known() -> None:
    """A missing level is passed over; of two tips in one hole the upper makes the line; stale is told."""
    heads = [(0.0, 331.0, False), (0.0, 329.0, False), (15.0, None, False), (30.0, 322.0, True)]

    line = piezometric_line.waterline(GROUND, 339.33, heads)

    assert line == [(pytest.approx(-59.0), 339.33, False), (0.0, 331.0, False), (30.0, 322.0, True)]
