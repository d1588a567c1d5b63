"""What a cycle takes: worked examples of two makers' manuals, an own second calculation, and what must not happen."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from firmware.node import drivers, settings
from hardware.tools import pins
from tailings.facility import parse
from tailwatch.energy import NodePlan, of_facility, read, wake_times
from tailwatch.energy import consumption as of
from tests.tailings.facilities import VALE
from tests.tailwatch.energy import NO_TIMES, of_an_example, planned

FIGURES, TIMES = read(), wake_times()
KINDS = sorted(TIMES.drivers)


def day_mah(interval_s: float, kinds: tuple[str, ...], case: str = "typical") -> float:
    return sum(of.cycle(planned(interval_s, kinds), FIGURES, TIMES, case).per_day_mah.values())


def test_the_worked_example_of_a_logger_of_kipp_and_zonen() -> None:
    """LOGBOX SD manual, page 49, example 3: 12 mA for 5 s and 0.020 mA for 55 s are 1.018 mA; 168 h take 0.1711 Ah."""
    figures = of_an_example(asleep_ma=0.020, awake_ma=12.0, awake_s=5.0)

    cycle = of.cycle(planned(60.0, ()), figures, NO_TIMES, "typical")

    assert cycle.total_mah / 60 * 3600 == pytest.approx(1.018, abs=5e-4)
    assert sum(cycle.per_day_mah.values()) * 7 / 1000 == pytest.approx(0.1711, abs=1e-4)


def test_the_worked_example_of_a_camera_of_campbell_scientific() -> None:
    """CCFC manual, page 118: 24 times 55 s at 250 mA and the rest of the day at 6 mA are 0.2335 Ah a day."""
    figures = of_an_example(asleep_ma=6.0, awake_ma=250.0, awake_s=55.0)

    day = of.cycle(planned(3600.0, ()), figures, NO_TIMES, "typical").per_day_mah

    assert day["sleep"] == pytest.approx(141.8, abs=0.05) and day["wake"] == pytest.approx(91.67, abs=0.05)


def test_a_piezometer_added_up_by_hand() -> None:
    """An own second calculation of one cycle at 600 s, figure by figure of the file, in coulombs of the battery."""
    rail_s = 0.05 + 0.225 + TIMES.drivers["vw_piezometer"].computed_s * 30 + 0.156
    awake_s = 0.5 + TIMES.boot_computed_s * 30 + rail_s + TIMES.pack_computed_s * 30
    joules_33 = 3.3 * (0.0399 * awake_s + 0.0092 * 0.15 + 0.011 * rail_s + 0.095 * 2.95 + 0.286 * 0.05)
    joules_33 += 3.3 * 7e-6 * (600 - awake_s - 3.0)
    coulombs = joules_33 / 0.85 / 12.8 + 80e-6 * 600

    cycle = of.cycle(planned(600.0, ("vw_piezometer",)), FIGURES, TIMES, "typical")

    assert cycle.total_mah == pytest.approx(coulombs / 3.6, rel=1e-6)
    assert cycle.awake_s == pytest.approx(awake_s + 3.0)


@pytest.mark.parametrize("case", ["typical", "worst"])
def test_a_node_that_counts_pulses_does_not_boot(case: str) -> None:
    """It sleeps lightly and goes on (docs/operating/energy.md): it is awake to read, to pack, and for its link."""
    factor, join_s, exchange_s = {"typical": (30, 2.0, 1.0), "worst": (100, 5.0, 3.0)}[case]
    reads_s = (TIMES.drivers["rain_gauge"].computed_s + TIMES.pack_computed_s) * factor

    cycle = of.cycle(planned(300.0, ("rain_gauge",)), FIGURES, TIMES, case)

    assert cycle.awake_s == pytest.approx(reads_s + join_s + exchange_s)


@examples(deadline=None, max_examples=40)
@given(
    st.floats(1, 86_400),
    st.floats(1, 86_400),
    st.lists(st.sampled_from(KINDS), max_size=5),
    st.sampled_from(["typical", "worst"]),
)
def test_more_readings_never_cost_less(one: float, other: float, kinds: list[str], case: str) -> None:
    """Whatever is read, and on either side of the interval from which on the link is held."""
    assert day_mah(min(one, other), tuple(kinds), case) >= day_mah(max(one, other), tuple(kinds), case) * (1 - 1e-9)


@examples(deadline=None, max_examples=40)
@given(st.floats(120, 86_400), st.lists(st.sampled_from(KINDS), max_size=4), st.sampled_from(KINDS))
def test_one_more_instrument_never_costs_less(interval_s: float, kinds: list[str], further: str) -> None:
    """As long as a cycle fits into its interval."""
    assert day_mah(interval_s, (*kinds, further)) >= day_mah(interval_s, tuple(kinds))


def test_the_worst_case_is_never_the_cheaper_one() -> None:
    """For each kind of instrument alone."""
    assert all(day_mah(600.0, (kind,), "worst") > day_mah(600.0, (kind,)) for kind in KINDS)


def test_a_current_in_the_wrong_unit_is_seen() -> None:
    """7 uA written as 7 mA: sleep becomes the largest part of a node that hardly does anything else."""
    wrong = msgspec.structs.replace(FIGURES.currents.deep_sleep, typical=7.0, worst=8.2)
    figures = msgspec.structs.replace(FIGURES, currents=msgspec.structs.replace(FIGURES.currents, deep_sleep=wrong))

    day = of.cycle(planned(3600.0, ("vw_piezometer",)), figures, TIMES, "typical").per_day_mah

    assert day["sleep"] > 10 * sum(charge for state, charge in day.items() if state != "sleep")


def test_what_is_copied_from_the_firmware_is_still_so() -> None:
    """The interval from which on the link is held, and the sweep."""
    configuration = settings.configuration({"interval_s": 60.0, "instruments": []}, "first")

    assert configuration.hold_link_below_s == of.HOLD_LINK_BELOW_S
    assert drivers.load(of.WIRE).SETTINGS["sweep_ms"][0] / 1000 == of.SWEEP_S


def test_the_rails_are_those_of_the_pin_map() -> None:
    """What the pins did on the VM for each driver is what hardware/pins has for its bus."""
    buses = pins.read("esp32s3").buses

    assert {kind: one.bus for kind, one in TIMES.drivers.items()} == {kind: drivers.load(kind).BUS for kind in KINDS}
    assert {kind: one.rails for kind, one in TIMES.drivers.items()} == {
        kind: tuple(filter(None, [buses[drivers.load(kind).BUS]])) for kind in KINDS
    }


def test_an_instrument_with_its_own_supply_takes_nothing_of_the_node_s() -> None:
    """A loop of 12 mA at 12 V for as long as the rails are on is the whole difference, and it is in the readings."""
    fed, own = (of.PlannedInstrument("current_loop", is_fed=is_fed) for is_fed in (True, False))
    one, other = (of.cycle(NodePlan("n", 600.0, (it,)), FIGURES, TIMES, "typical").charge_mah for it in (fed, own))
    rails_s = 0.5 + TIMES.drivers["current_loop"].waited_s + TIMES.drivers["current_loop"].computed_s * 30

    assert one["reading"] - other["reading"] == pytest.approx(12 * 12 / 12.8 / 0.85 * rails_s / 3600)
    assert {state: charge for state, charge in one.items() if state != "reading"} == {
        state: charge for state, charge in other.items() if state != "reading"
    }


def test_a_longer_warm_up_keeps_the_rails_on_for_longer() -> None:
    """A sonde of 45 mA that is given 10 s instead of the driver's 2: 8 s more of it."""
    usual, longer = (of.PlannedInstrument("water_quality", warm_up_s=warm_up_s) for warm_up_s in (None, 10.0))
    one, other = (of.cycle(NodePlan("n", 600.0, (it,)), FIGURES, TIMES, "typical").charge_mah for it in (usual, longer))

    assert other["reading"] - one["reading"] == pytest.approx(45 * 12 / 12.8 / 0.85 * 8 / 3600)


def test_a_facility_s_nodes_at_their_intervals() -> None:
    """Each node once; a node without an interval of its own measures as often as it is expected to."""
    facility = parse(VALE.read_text(), "vale.toml")

    found = of_facility(facility, FIGURES, TIMES)

    assert [one.plan.name for one in found] == list(facility.nodes)
    assert all(
        one.plan.interval_s
        == (facility.nodes[one.plan.name].settings.interval_s or facility.nodes[one.plan.name].expected_interval_s)
        for one in found
    )
