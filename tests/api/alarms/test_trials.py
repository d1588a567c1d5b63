"""Another setting of a plan, replayed: counts by hand on a pond, and by pandas on one that was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from api.alarms import trials
from api.alarms.trials import Change, trial
from tailings import Facility, Series, parse
from tailings.facility import Plan
from tests.tailings.facilities import VALE
from tests.tailings.tarp.plans import overtopping

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

LEVEL = "n01:pond.level"
SPIKY = """
[tarp.pond]
failure_mode = "overtopping"
[[tarp.pond.levels]]
level = "yellow"
when = { datastream = "n01:pond.level", test = "above", value = 338.0, hysteresis = 0.1, stale_after_s = 86400 }
[[tarp.pond.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 340.0, hysteresis = 0.1, stale_after_s = 86400 }
"""


def spiky() -> tuple[Plan, Facility]:
    """A plan with two levels."""
    facility = parse(VALE.read_text() + SPIKY)
    return facility.tarp["pond"], facility


def test_single_spikes_do_not_count_with_three_in_a_row() -> None:
    """Up for one, one and four readings: three alarms as it is; one with three in a row, seven minutes later."""
    heights = [337, 338.5, 337, 337, 338.5, 337, 338.5, 338.5, 338.5, 338.5, 337]
    found = trial(*_of(heights))

    assert found.alarms == 3
    (three, wider) = found.outcomes
    assert (three.for_n, three.alarms, three.later_s, three.lost) == (3, 1, 7 * 60.0, [])
    assert (wider.for_n, wider.dead_band_times, wider.alarms) == (None, 2.0, 3)


def test_a_level_that_is_lost_is_named() -> None:
    """One reading above red: with three in a row it is never reached, yellow still is."""
    found = trial(*_of([337, 338.1, 338.1, 340.2, 338.1, 338.1, 337]))

    assert (found.outcomes[0].alarms, found.outcomes[0].lost) == (1, ["red"])


def test_a_wider_dead_band_as_pandas_counts_it() -> None:
    """Ten thousand noisy readings around the limit: entries with a dead band of 0.1 m and of 0.2 m."""
    import pandas as pd

    level = pd.Series(np.round(338 + np.random.default_rng(5).normal(0, 0.08, 10_000), 3))
    found = trial(*_of(level.to_list()))

    wider = next(one for one in found.outcomes if one.dead_band_times)
    assert (found.alarms, wider.alarms) == (_entries(level, 0.1), _entries(level, 0.2))
    assert wider.alarms < found.alarms / 3


def test_a_wider_dead_band_is_twice_that_of_the_plan() -> None:
    """Of 0.2 m in the plan it becomes 0.4 m."""
    assert trials.changed(overtopping(), Change(times=2.0)).levels[0].when.hysteresis == 0.4


def _of(heights: list[float]) -> tuple[Plan, dict[str, Series], Facility]:
    plan, facility = spiky()
    return plan, {LEVEL: Series.of(np.arange(len(heights)) * 60_000, heights, np.ones(len(heights)))}, facility


def _entries(level: pd.Series, hysteresis_m: float) -> int:
    import pandas as pd

    state = pd.Series(np.nan, index=level.index)
    state[level > 338.0] = 1.0
    state[level <= 338.0 - hysteresis_m] = 0.0
    state = state.ffill().fillna(0.0)
    return int(((state == 1) & (state.shift(fill_value=0.0) == 0)).sum())
