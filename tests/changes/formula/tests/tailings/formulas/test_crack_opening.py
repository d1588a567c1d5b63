"""The opening of a crack: nothing at the zero reading, the whole stroke at the supply."""

import pytest

from tailings.formulas import crack_opening
from tests.tailings.formulas.examples import given_of


def test_the_whole_stroke_lies_between_zero_and_supply() -> None:
    """By the definition of a voltage divider; a voltage above the supply is doubted."""
    chosen = {"supply_v": 3.0, "stroke_mm": 50.0}
    given = given_of("crack_opening", chosen, dated={"geometry": {"zero_v": 0.0}}, voltage=[0.0, 1.5, 3.0, 3.1])
    computed = crack_opening.compute(given)

    assert computed.value[:3] == pytest.approx([0.0, 25.0, 50.0])
    assert [doubt.where.tolist() for doubt in computed.doubts] == [[False, False, False, True]]
