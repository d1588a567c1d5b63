"""What simulated nodes read in a drill, against the chain that reads it and the current loop's own line."""

import pytest

from tailings.drill import BadScenario, DrillScenario
from tailings.drill.readings import DrillReadings, calm_of, simulated_nodes, value_of
from tailings.drill.scenario import Inject, Participant
from tailings.facility import parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.drill.site import DRIVERS, plans_in_force

from . import pond

MA_PER_M = 16 / 8
"""The pond's transducer: 335 to 343 m over 4 to 20 mA (pond.toml)."""


def played(*injects: Inject) -> DrillScenario:
    return DrillScenario(
        "short", "The pond rises", "A culvert is blocked.", 60.0, injects=injects, people=(Participant("Ana"),)
    )


def test_calm_is_below_every_level_of_the_plans() -> None:
    """The first level is 339.5 m and clears at 339.4 m; a minimum freeboard of 1.5 m below 342 m asks for no less."""
    calm = calm_of(pond.pond(), pond.DRIVERS, pond.PLANS)

    assert 336.0 < calm.values["n01:pond.level"] < 339.4
    assert calm.values["n01:pond.level"] == pytest.approx(calm.values["n02:pond.level"])


def test_every_datastream_of_the_demos_plans_has_calm_readings() -> None:
    """Piezometers with thermistors and barometer, a weir, a chain of tilts: no plan looks at what reads nothing."""
    facility = parse(FACILITY_FILE.read_text())
    plans = plans_in_force(facility)
    calm = calm_of(facility, DRIVERS, plans)

    looked = {name for plan in plans for name in facility.tarp[plan].datastreams()}
    assert looked <= set(calm.values)
    assert calm.values["n03:vw1.level"] < 330.1 and calm.values["n06:weir.flow"] < 9.0


@pytest.mark.parametrize(("minutes", "level_m"), [(0.0, None), (2.0, 339.2), (4.0, 340.0), (9.0, 340.0), (12.0, 337.0)])
def test_the_loop_has_the_current_of_the_value(minutes: float, level_m: float | None) -> None:
    """By the transducer's own line; up to 340 m within four minutes from 338.4 m, and down again to 337 m at once."""
    facility = pond.pond()
    calm = calm_of(facility, pond.DRIVERS, pond.PLANS)
    up, down = (
        Inject(0.0, "It rises.", {"n01:pond.level": 340.0}, 4.0),
        Inject(10.0, "Down.", {"n01:pond.level": 337.0}),
    )
    found = DrillReadings(facility, calm, played(up, down)).at(minutes * 60)

    expected_m = calm.values["n01:pond.level"] if level_m is None else level_m
    assert found["n01:pond.current"] == pytest.approx(4 + (expected_m - 335.0) * MA_PER_M, abs=0.002)
    assert found["n02:pond.current"] == calm.raw["n02:pond.current"]


def test_a_piezometer_is_moved_through_its_whole_chain() -> None:
    """Frequency, temperature and barometer: the real formulas read back the level that was asked for."""
    facility = parse(FACILITY_FILE.read_text())
    calm = calm_of(facility, DRIVERS, plans_in_force(facility))
    found = DrillReadings(facility, calm, played(Inject(0.0, "Water rises.", {"n03:vw1.level": 331.2}))).at(60.0)

    assert value_of(facility, "n03:vw1.level", found) == pytest.approx(331.2, abs=0.005)


def test_an_instrument_that_does_not_answer_has_no_channel() -> None:
    """From its inject on, and its neighbour has all."""
    facility = pond.pond()
    calm = calm_of(facility, pond.DRIVERS, pond.PLANS)
    readings = DrillReadings(facility, calm, played(Inject(5.0, "It is lost.", unread=("n02:pond",))))

    assert set(readings.at(0.0)) - set(readings.at(301.0)) == {"n02:pond.current"}


def test_a_node_that_a_logger_reads_in_part_is_not_simulated() -> None:
    """No driver of the firmware reads a weather station, so nothing of its node is read; the others are."""
    more = '[nodes.n03]\nexpected_interval_s = 300\n[instruments."n03:station"]\ndriver = "weather_station"\n'
    more += '[instruments."n03:battery"]\ndriver = "battery"\n[datastreams."n03:battery.voltage"]\n'
    more += 'quantity = "voltage"\nunit = "V"\n'
    facility = parse(pond.text().replace('nodes = ["n01", "n02"]', 'nodes = ["n01", "n02", "n03"]') + more)

    assert simulated_nodes(facility, pond.DRIVERS) == ("n01", "n02")
    assert {name.partition(":")[0] for name in calm_of(facility, pond.DRIVERS, pond.PLANS).raw} == {"n01", "n02"}


def test_readings_go_up_and_down_where_a_filter_waits_for_flat_lines() -> None:
    """By twice the filter's tolerance, from one reading to the next; the demo's wires have one of 0.005 Hz."""
    facility = parse(FACILITY_FILE.read_text())
    calm = calm_of(facility, DRIVERS, plans_in_force(facility))
    readings = DrillReadings(facility, calm, played(Inject(0.0, "Nothing.")))
    first, second = (readings.at(at)["n03:vw1.frequency"] for at in (0.0, 10.0))

    assert abs(second - first) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"n01:pond.volume": 5e6}, "no reading of n01:pond.current brings n01:pond.volume to 5e+06; take a value from"),
        ({"n01:pond.level": 340.0, "n01:pond.freeboard": 2.0}, "both follow from n01:pond.current; name one of them"),
    ],
)
def test_a_value_that_nothing_brings_about_is_refused(values: dict[str, float], said: str) -> None:
    """Stage-storage ends at 870000 m3; level and freeboard are one reading."""
    facility = pond.pond()
    calm = calm_of(facility, pond.DRIVERS, pond.PLANS)
    with pytest.raises(BadScenario) as refused:
        DrillReadings(facility, calm, played(Inject(0.0, "It rises.", values)))

    assert said in str(refused.value)
