"""Tests of known substances; expected values from the periodic table (IUPAC) and from what laboratories print."""

import pytest

from tailings.commodities import substances
from tailings.commodities.elements import UnknownSubstance

# Two-letter symbols that written in capitals read as a formula of two other elements.
IN_CAPITALS = {
    "CO": "Co",
    "CS": "Cs",
    "CU": "Cu",
    "HF": "Hf",
    "HO": "Ho",
    "IN": "In",
    "NB": "Nb",
    "NI": "Ni",
    "OS": "Os",
    "PB": "Pb",
    "SC": "Sc",
    "SI": "Si",
    "SN": "Sn",
    "YB": "Yb",
    "BI": "Bi",
}


@pytest.mark.parametrize(("printed", "element"), IN_CAPITALS.items())
def test_capitals_are_the_symbol_and_not_a_formula(printed: str, element: str) -> None:
    """CU is copper, not carbon and uranium; in small letters as well."""
    assert {substances.find(word).element for word in (printed, printed.lower(), element)} == {element}


@pytest.mark.parametrize(
    ("printed", "name", "element", "share"),
    [
        ("wo3", "WO3", "W", 183.84 / 231.837),
        ("FE2O3T", "Fe2O3T", "Fe", 111.69 / 159.687),
        ("SO4", "SO4", "S", 32.06 / 96.056),
        ("Stot", "Stot", "S", 1.0),
        ("CaF2", "CaF2", "F", 37.996806 / 78.074806),
        ("MGO", "MgO", "Mg", 24.305 / 40.304),
    ],
)
def test_a_compound_is_so_much_of_its_element(printed: str, name: str, element: str, share: float) -> None:
    """Mass of the atoms of the element over the mass of all, from standard atomic weights by hand."""
    found = substances.find(printed)

    assert (found.name, found.element) == (name, element)
    assert found.share == pytest.approx(share, rel=1e-5)


@pytest.mark.parametrize(("printed", "kind"), [("LOI", "loss"), ("PPC", "loss"), ("GV", "loss"), ("TREO", "sum")])
def test_what_is_no_element_is_called_what_it_is(printed: str, kind: str) -> None:
    """Loss on ignition, also as Spanish (PPC) and German (GV) laboratories print it, and sums; PPC is no phosphorus."""
    found = substances.find(printed)

    assert (found.kind, found.element) == (kind, "")


@pytest.mark.parametrize(("printed", "near"), [("Cux", "Cu"), ("W03", "WO3"), ("TRO", "TREO"), ("Xx", "")])
def test_what_is_not_known_is_refused_with_the_nearest(printed: str, near: str) -> None:
    """Never taken apart into letters that happen to be symbols."""
    with pytest.raises(UnknownSubstance, match=f"{printed}.*{near}"):
        substances.find(printed)


def test_no_two_are_written_alike() -> None:
    """In any case of letters a word means one substance."""
    words = [one.name.lower() for one in substances.known()]

    assert len(words) == len(set(words)) > 150
