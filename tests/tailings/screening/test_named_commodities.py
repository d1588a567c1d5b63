"""Which elements a register names, in words of several languages."""

from __future__ import annotations

import pytest

from tailings.screening.named_commodities import symbols


@pytest.mark.parametrize(
    ("text", "named", "unknown"),
    [
        ("Copper, zinc; Gold", ("Cu", "Zn", "Au"), ()),
        ("Volfrâmio e estanho", ("W", "Sn"), ()),
        ("wolframio / estaño", ("W", "Sn"), ()),
        ("WO3 + Sn (Cu)", ("W", "Sn", "Cu"), ()),
        ("CaF2, SiO2", ("F", "Si"), ()),
        ("aggregates, Cu, Cu", ("Cu",), ("aggregates",)),
        ("", (), ()),
    ],
)
def test_words_symbols_and_formulas_name_elements(text: str, named: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    """In the order of the cell, each once, as a laboratory's heading names it (CaF2 is fluorspar); what names none is
    told."""
    found = symbols(text)

    assert found == (named, unknown)
