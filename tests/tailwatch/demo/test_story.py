"""The demo's story by its own plans: what the storm raises, what never rises, and what the chain tells."""

import numpy as np
import pytest

from tailings import tarp
from tailings.chain import Result
from tailings.facility import Facility, parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo.dam import DAY_S, STORM_DAYS
from tests.tailwatch.demo.conftest import ANCHOR


@pytest.fixture(scope="module")
def facility() -> Facility:
    return parse(FACILITY_FILE.read_text())


def raised(plan: str, facility: Facility, judged: dict[str, Result]) -> list[tuple[float, int]]:
    """(days from the first start, level) of each change of level of a plan over the history."""
    series = {name: result.series for name, result in judged.items()}
    line = tarp.timeline(facility.tarp[plan], series, facility)
    changes = np.flatnonzero(np.diff(line.level, prepend=0))
    return [((line.time_ms[row] / 1000 - ANCHOR.began_s) / DAY_S, int(line.level[row])) for row in changes]


def test_the_storm_raises_the_water_in_section_b_and_the_seepage(
    facility: Facility, judged: dict[str, Result]
) -> None:  # fmt: skip
    """Each goes to yellow once, within twelve hours of the storm's beginning and never before; seepage falls again."""
    water, seepage = (raised(plan, facility, judged) for plan in ("water-b", "seepage"))

    assert [level for _, level in water] == [1]
    assert STORM_DAYS < water[0][0] < STORM_DAYS + 0.5
    assert [level for _, level in seepage] == [1, 0]
    assert STORM_DAYS < seepage[0][0] < STORM_DAYS + 0.5


@pytest.mark.parametrize("plan", ["water-a", "water-high", "freeboard", "movement"])
def test_the_other_plans_stay_green(plan: str, facility: Facility, judged: dict[str, Result]) -> None:
    """A person can see one of them rise: nothing has raised them in sixty days."""
    assert raised(plan, facility, judged) == []


def test_the_chain_moves_in_one_zone(judged: dict[str, Result]) -> None:
    """Above segment 4 all has moved alike; the top creeps by 0.06 mm a day, as the model says."""
    top, below, zone = (judged[f"n01:chain.d{number}"].series.value for number in (8, 3, 4))
    day = round(DAY_S / 300)

    assert np.mean(zone[-day:]) - np.mean(below[-day:]) > 0.6 * np.mean(top[-day:])
    assert 0.05 < (np.mean(top[-day:]) - np.mean(top[:day])) / 59 < 0.07
