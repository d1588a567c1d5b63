"""The facility files that the cases make of the plant are ones: a case that only a long run reads would rot unseen."""

from bench import plant
from bench.cases import assess, rederive
from tailings.facility import parse


def test_wires_of_the_derivation_take_the_pressure_of_the_air() -> None:
    """Each of them, so that the case measures the whole chain."""
    facility = rederive.facility_with_air()
    inputs = [one.inputs for name, one in facility.datastreams.items() if name.endswith(".pressure") and one.formula]

    assert len(inputs) == plant.CALIBRATED_NODES * plant.PIEZOMETERS
    assert {one["barometer"] for one in inputs} == {"p000:baro.pressure"}


def test_the_facility_that_is_assessed_has_all_its_plans() -> None:
    """One plan for each ten gauges."""
    facility = parse(assess.facility_text())

    assert len(facility.tarp) == assess.NODES * assess.PER_NODE // assess.PER_PLAN
