"""Quantities: each has a unit that is known and a definition."""

import pytest

from tailings import quantities


def test_every_quantity_has_a_known_unit_and_one_name() -> None:
    """No quantity stands twice, and its unit is in the table of units."""
    names = quantities.names()

    assert len(set(names)) == len(quantities.QUANTITIES)
    assert all(quantities.get(name).dimension for name in names)


def test_a_quantity_names_its_senml_unit_only_if_registered() -> None:
    """Hz is in the IANA SenML registry, kPa is not."""
    assert quantities.get("frequency").senml == "Hz"
    assert quantities.get("pore-pressure").senml is None
    with pytest.raises(quantities.UnknownQuantity):
        quantities.get("pore_pressure")


def test_definition_is_a_qudt_uri() -> None:
    """The definition can be looked up."""
    assert quantities.get("frequency").definition == "http://qudt.org/vocab/quantitykind/Frequency"
