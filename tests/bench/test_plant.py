"""The facility of the benchmarks is a valid one."""

from bench import plant
from tailings.facility import parse


def test_the_facility_file_is_valid() -> None:
    """It has 2,000 plain datastreams, and five for each calibrated piezometer, three of them derived."""
    facility = parse(plant.text())
    derived = [one for one in facility.datastreams.values() if not one.is_raw]

    assert len(facility.datastreams) == 2000 + 8 * 10 * 5
    assert len(derived) == 8 * 10 * 3
    assert set(facility.agents[plant.AGENT].nodes) == {*plant.nodes(), *plant.calibrated_nodes()}
