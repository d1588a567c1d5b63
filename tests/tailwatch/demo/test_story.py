"""The demo's story by its own plans: what the storm raises, what never rises, and what the chain tells."""

import numpy as np
import pytest

from tailings import tarp
from tailings.chain import FilteredSeries
from tailings.facility import Facility, lint, parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo.dam import DAY_S, STORM_DAYS
from tests.tailwatch.demo.conftest import ANCHOR


@pytest.fixture(scope="module")
def facility() -> Facility:
    return parse(FACILITY_FILE.read_text())


def raised(plan: str, facility: Facility, judged: dict[str, FilteredSeries]) -> list[tuple[float, int]]:
    """(days from the first start, level) of each change of level of a plan over the history."""
    series = {name: result.series for name, result in judged.items()}
    line = tarp.timeline(facility.tarp[plan], series, facility)
    changes = np.flatnonzero(np.diff(line.level, prepend=0))
    return [((line.time_ms[row] / 1000 - ANCHOR.began_s) / DAY_S, int(line.level[row])) for row in changes]


def test_the_storm_raises_the_water_in_section_b_and_the_seepage(
    facility: Facility, judged: dict[str, FilteredSeries]
) -> None:
    """Each goes to yellow once, within twelve hours of the storm's beginning and never before; seepage falls again."""
    water, seepage = (raised(plan, facility, judged) for plan in ("water-b", "seepage"))

    assert [level for _, level in water] == [1]
    assert STORM_DAYS < water[0][0] < STORM_DAYS + 0.5
    assert [level for _, level in seepage] == [1, 0]
    assert STORM_DAYS < seepage[0][0] < STORM_DAYS + 0.5


@pytest.mark.parametrize("plan", ["water-a", "water-high", "freeboard", "movement"])
def test_the_other_plans_stay_green(plan: str, facility: Facility, judged: dict[str, FilteredSeries]) -> None:
    """A person can see one of them rise: nothing has raised them in sixty days."""
    assert raised(plan, facility, judged) == []


MEANT = {
    "worst-below-red": {"storm", "water-a", "water-b", "seepage", "movement", "drain"},  # red stands in water-high
    "levels-with-gap": {"water-high"},  # its yellow stands in water-a and water-b, and falls by itself
    "single-instrument": {"storm", "movement", "freeboard", "drain"},  # a small dam: one pond gauge, one chain
    "single-node": {"seepage"},
    "shared-correction": {"storm", "water-a", "water-b", "water-high", "drain"},  # one barometer
    "sign-against-zero": {"n04:vw1"},  # the fault of the story
    "rise-is-flagged": {"freeboard", "water-high"},  # by the spike filters, for as long as they take a rise for a spike
}
"""The warnings that the demo keeps, by the plans or instruments that they are of."""


def test_no_level_is_out_of_reach_and_what_is_thin_is_meant(facility: Facility) -> None:
    """The file check finds no error in the demo's own file, and warnings of these plans and instruments alone."""
    found = [one for one in lint.find(facility, FACILITY_FILE.read_text()) if one.severity != "note"]
    by_code: dict[str, set[str]] = {}
    for one in found:
        by_code.setdefault(one.code, set()).add(one.values.get("plan") or one.values["instrument"])

    assert [one for one in found if one.severity == "error"] == []
    assert {code for code, plans in by_code.items() if not plans <= MEANT.get(code, set())} == set()


def test_the_chain_moves_in_one_zone(judged: dict[str, FilteredSeries]) -> None:
    """Above segment 4 all has moved alike; the top creeps by 0.06 mm a day, as the model says."""
    top, below, zone = (judged[f"n01:chain.d{number}"].series.value for number in (8, 3, 4))
    day = round(DAY_S / 300)

    assert np.mean(zone[-day:]) - np.mean(below[-day:]) > 0.6 * np.mean(top[-day:])
    assert 0.05 < (np.mean(top[-day:]) - np.mean(top[:day])) / 59 < 0.07
