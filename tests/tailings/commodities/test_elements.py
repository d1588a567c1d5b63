"""Tests of factors; expected from atomic weights worked out by hand (W 183.84, O 15.999, Li 6.94, C 12.011)."""

import pytest

from tailings.commodities import elements
from tailings.commodities.elements import UnknownSubstance


@pytest.mark.parametrize(
    ("element", "formula", "expected"),
    [
        ("W", "WO3", 183.84 / 231.837),
        ("Li", "Li2CO3", 13.88 / 73.888),
        ("V", "V2O5", 101.883 / 181.878),
        ("Ta", "Ta2O5", 361.89576 / 441.89076),
        ("Cu", "Cu", 1.0),
    ],
)
def test_the_share_of_an_element(element: str, formula: str, expected: float) -> None:
    """Mass of the atoms of the element over the mass of all."""
    assert elements.mass_share(element, formula) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("formula", ["", "wo3", "Xx2", "W O3", "W0", "W1000O3", "WO" + "9" * 5000, "WO٣"])
def test_what_is_no_formula_is_refused(formula: str) -> None:
    """The error quotes it."""
    with pytest.raises(UnknownSubstance):
        elements.parts(formula)
