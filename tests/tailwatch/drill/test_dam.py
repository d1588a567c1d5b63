"""The dam of a drill: calm until it begins, then what the scenario has; and the scenario that is delivered."""

from datetime import UTC, datetime

import pytest

from tailings.drill import DrillScope, read_scenario
from tailings.drill.readings import DrillReadings, calm_of
from tailings.drill.rehearsal import check
from tailings.facility import parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.commands.drill import OF_THE_DEMO
from tailwatch.drill.dam import DrillDam
from tailwatch.drill.site import DRIVERS, plans_in_force

MM_A_MA = 500.0
"""The pond's transducer: 8 m over 16 mA (dam.toml)."""
BEGAN_S = 1_780_000_000.0


@pytest.fixture(scope="module")
def dam() -> DrillDam:
    """The demo's, with the delivered scenario, which its rehearsal lets pass."""
    facility = parse(FACILITY_FILE.read_text())
    plans = plans_in_force(facility)
    calm = calm_of(facility, DRIVERS, plans)
    scope = DrillScope(frozenset(calm.values), frozenset(facility.instruments), frozenset(plans))
    scenario = read_scenario(OF_THE_DEMO.read_text(), scope)
    check(facility, calm, scenario, datetime.fromtimestamp(BEGAN_S, UTC), plans)
    return DrillDam(DrillReadings(facility, calm, scenario))


def test_nothing_is_played_before_it_begins(dam: DrillDam) -> None:
    """However late it is; from its first second on the pond rises, and only the pond's node sees it."""
    calm = [dam.at(node, BEGAN_S + 7200) for node in ("n02", "n03")]
    dam.began_s = BEGAN_S
    played = [dam.at(node, BEGAN_S + 240) for node in ("n02", "n03")]

    assert (played[0]["pond.current"] - calm[0]["pond.current"]) * MM_A_MA == pytest.approx(1200.0, abs=2.0)
    assert played[1] == pytest.approx(calm[1], abs=0.02)


def test_an_instrument_that_is_lost_says_nothing_and_its_neighbour_does(dam: DrillDam) -> None:
    """From the third inject on: n03's upper tip has no channel left, its lower tip has all."""
    dam.began_s = BEGAN_S
    whole, lost = ({name.partition(".")[0] for name in dam.at("n03", BEGAN_S + at)} for at in (0, 29 * 60))

    assert whole - lost == {"vw2"} and "vw1" in lost
