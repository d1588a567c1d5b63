"""The dam of a drill: what its instruments say, against the undisturbed dam; and the scenario that is delivered."""

import math

import pytest

from tailings.drill import DrillScenario, read_scenario
from tailings.facility import parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.commands.drill import USUAL
from tailwatch.demo.dam import Dam
from tailwatch.drill.dam import DrillDam, known
from tests.tailwatch.demo.conftest import ANCHOR

MM_A_MA = 500.0
"""The pond's transducer: 8 m over 16 mA (dam.toml)."""
BEGAN_S = ANCHOR.began_s + 60.0


@pytest.fixture(scope="module")
def scenario() -> DrillScenario:
    """The delivered one, read against the demo's own file."""
    return read_scenario(USUAL.read_text(), known(parse(FACILITY_FILE.read_text())))


def test_the_pond_stands_higher_by_what_was_played(scenario: DrillScenario) -> None:
    """Before the drill as undisturbed; after the second inject 1.7 m higher, to the millimetre of its noise."""
    dam = DrillDam(ANCHOR, scenario)
    still = DrillDam(ANCHOR, scenario)
    dam.began_s = BEGAN_S
    before, after = BEGAN_S - 1, BEGAN_S + 20 * 60

    rises_mm = [
        (dam.at("n02", at)["pond.current"] - still.at("n02", at)["pond.current"]) * MM_A_MA for at in (before, after)
    ]

    assert rises_mm == pytest.approx([0.0, 1700.0], abs=1.0)


def test_no_plan_stands_when_it_begins(scenario: DrillScenario) -> None:
    """The storm of the demo's story has not been: the pond is lower than that of the demo."""
    at = ANCHOR.began_s + 60.0

    assert DrillDam(ANCHOR, scenario).at("n02", at)["pond.current"] < Dam(ANCHOR).at("n02", at)["pond.current"]


def test_an_instrument_that_is_lost_says_nothing_and_its_neighbour_does(scenario: DrillScenario) -> None:
    """From the third inject on: n03's upper tip has no channel left, its lower tip has all."""
    dam = DrillDam(ANCHOR, scenario)
    whole = {name.partition(".")[0] for name in dam.at("n03", BEGAN_S)}
    dam.began_s = BEGAN_S

    lost = {name.partition(".")[0] for name in dam.at("n03", BEGAN_S + 29 * 60)}

    assert whole - lost == {"vw2"} and "vw1" in lost


def test_a_drill_that_has_not_begun_changes_nothing(scenario: DrillScenario) -> None:
    """However late it is."""
    assert DrillDam(ANCHOR, scenario).began_s == math.inf
