"""Flume: rating and validity."""

import numpy as np

from tailings.formulas import flume_flow
from tests.tailings.formulas.examples import doubts_of, given_of

TWO_FEET = {"c": 1.429, "n": 1.55, "min_head_m": 0.05, "max_head_m": 0.76, "max_submergence": 0.66}


def test_heads_outside_the_rating_and_submergence_are_doubted() -> None:
    """Below, within, above the range; then 70 % submerged, past the flume's 66 % transition."""
    given = given_of(
        "flume_flow", {}, dated={"geometry": TWO_FEET}, height=[0.03, 0.5, 0.8, 0.5], downstream=[0, 0.3, 0, 0.35]
    )

    assert doubts_of(flume_flow.compute(given)) == {
        "negative-head": [False, False, False, False],
        "head-too-low": [True, False, False, False],
        "head-too-high": [False, False, True, False],
        "submerged": [False, False, False, True],
    }


def test_dry_is_zero_and_missing_is_missing() -> None:
    """A head below the floor is no flow; no head is no value."""
    flow = flume_flow.flow_m3_s(np.array([-0.01, np.nan]), 1.429, 1.55)

    assert flow[0] == 0
    assert np.isnan(flow[1])


def test_a_head_below_the_floor_is_missing() -> None:
    """As at a weir: 5 mm below is no flow, 6 mm is a gauge off its zero."""
    computed = flume_flow.compute(given_of("flume_flow", {}, dated={"geometry": TWO_FEET}, height=[-0.005, -0.006]))

    assert doubts_of(computed)["negative-head"] == [False, True]
