"""Units against the IANA registry "SenML Units" (RFC 8428 section 12.1, RFC 8798 section 2)."""

import pytest

from codec import units


@pytest.mark.parametrize("symbol", ["m", "Pa", "Cel", "S/m", "pH", "m3/s", "%RH", "Ohm", "/", "deg", "kg/m3"])
def test_registered_symbols_are_units(symbol: str) -> None:
    """What the field uses and the registry has."""
    assert units.is_unit(symbol)


@pytest.mark.parametrize("symbol", ["", " ", "kPa", "mV", "NTU", "hz", "m/s2 m3/s", "Hz ", "mm", "degC"])
def test_other_symbols_are_not(symbol: str) -> None:
    """Secondary units, wrong case, spaces and pieces of the list are refused."""
    assert not units.is_unit(symbol)


def test_the_registry_has_66_symbols() -> None:
    """RFC 8428 registers 58 and RFC 8798 another 8, each once."""
    assert len(units.symbols()) == len(set(units.symbols())) == 58 + 8
