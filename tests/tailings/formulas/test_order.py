"""Order of formulas: inputs first; a circle is an error."""

import pytest
from msgspec.structs import replace

from tailings import BadFacility, formulas
from tests.tailings.facilities import vale


def test_order_covers_each_derived_datastream_once() -> None:
    """Every derived datastream is in the order, no raw one."""
    facility = vale()

    derived = sorted(name for name, datastream in facility.datastreams.items() if not datastream.is_raw)

    assert sorted(formulas.order(facility)) == derived


def test_a_circle_is_an_error() -> None:
    """A facility made by hand with a circle is refused as a file would be."""
    facility = vale()
    temperature = facility.datastreams["n07:vw1.temperature"]
    circular = replace(temperature, inputs={"resistance": temperature.name})
    broken = replace(facility, datastreams={**facility.datastreams, temperature.name: circular})

    with pytest.raises(BadFacility, match=r"circle: n07:vw1\.temperature -> n07:vw1\.temperature"):
        formulas.order(broken)
