"""The dam at any time: anchored once for a state folder, the same dam however far it is asked, silent where it is."""

from pathlib import Path

import numpy as np

from tailwatch.demo import faults
from tailwatch.demo.dam import DAY_S, Anchor, Dam, anchor_in

BEGAN_S = 1_780_000_200
ANCHOR = Anchor(BEGAN_S, 20)


def test_the_anchor_stays_with_the_folder(tmp_path: Path) -> None:
    """A second run simulates the same dam as the first."""
    first = anchor_in(tmp_path, BEGAN_S + 17.3)

    assert first == ANCHOR
    assert anchor_in(tmp_path, BEGAN_S + 5 * DAY_S) == first


def test_a_dam_that_runs_for_weeks_is_the_same_dam() -> None:
    """To compute further ahead changes nothing of what was measured before; rain goes on being counted."""
    times = np.arange(BEGAN_S, BEGAN_S + DAY_S, 3600.0)
    long = Dam(ANCHOR)
    long.at("n01", BEGAN_S + 30 * DAY_S)

    for node in ("n01", "n03"):
        late, early = long.readings(node, times)[1], Dam(ANCHOR).readings(node, times)[1]
        assert all(np.array_equal(late[channel], early[channel]) for channel in early)


def test_the_story_is_the_same_whenever_the_demo_is_first_started() -> None:
    """Same weather, same water, same storm half a year later at the same time of day."""
    later_s = 183 * DAY_S
    times = np.arange(BEGAN_S - 3 * DAY_S, BEGAN_S + DAY_S, 3600.0)
    first, second = Dam(ANCHOR)._truth, Dam(Anchor(round(BEGAN_S + later_s), 20))._truth

    assert np.ptp(first.at(first.rain_mm, times)) > 10
    for one, other in ((first.pond_m, second.pond_m), (first.levels_m["n05:vw1"], second.levels_m["n05:vw1"])):
        assert np.allclose(first.at(one, times), second.at(other, times + later_s), atol=1e-9)


def test_a_node_with_an_empty_battery_says_nothing_more() -> None:
    """It has a voltage just above empty, and then it has none."""
    dam, empty_s = Dam(ANCHOR), BEGAN_S + faults.DEAD_BATTERY[2] * DAY_S

    assert 10.3 < dam.at("n07", empty_s - 1)["battery.voltage"] < 10.6
    assert dam.is_silent("n07", empty_s)
    assert dam.at("n07", empty_s) == {}
