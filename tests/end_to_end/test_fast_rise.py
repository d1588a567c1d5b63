"""A fast real rise reaches the levels of a plan: gateway, centre, mail and api, with the demo's own facility file.

Oracle of the levels: the readings themselves against the numbers of the plan, counted in plain Python.
"""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tailings import chain, tarp
from tailings.facility import Facility, parse
from tailings.facility.plans import LEVELS
from tailings.series import Series
from tests.end_to_end.reading_chain import START_MS, Centre

DEMO = Path(__file__).parents[2] / "tailwatch" / "demo" / "dam.toml"
TEXT = DEMO.read_text()
FACILITY = parse(TEXT)
POND, CURRENT, PLAN = "n02:pond.level", "n02:pond.current", "freeboard"
EVERY_MIN = 5
LOW_M, HIGH_M = 335.0, 343.0  # of the demo's loop: 4 and 20 mA
CONDITIONS = {level.level: level.when for level in FACILITY.tarp[PLAN].levels}
YELLOW_M, ORANGE_M = CONDITIONS["yellow"].value, CONDITIONS["orange"].value
assert YELLOW_M is not None
assert ORANGE_M is not None
FOR_N = CONDITIONS["yellow"].for_n


def current_ma(level_m: float) -> float:
    return 4 + 16 * (level_m - LOW_M) / (HIGH_M - LOW_M)


def raised_at(levels_m: list[float], limit_m: float) -> int:
    """The reading that raises a level when all pass: the `for_n`-th in a row above it."""
    rows = range(FOR_N - 1, len(levels_m))
    return next(row for row in rows if all(m > limit_m for m in levels_m[row - FOR_N + 1 : row + 1]))


@pytest.mark.case("5", "a pond that rises 0.21 m/h raises its levels by readings that pass, one reading later at most")
def test_a_rise_of_21_cm_an_hour_raises_yellow_and_orange(centre: Centre) -> None:
    """Three hours of rise at a reading each five minutes. Doubted is its first fast reading, and no other: people get
    their mails, and the api says which readings pass."""
    start_m, end_m = YELLOW_M - 0.1, ORANGE_M + 0.06
    rise = [start_m] * 6 + np.arange(start_m, end_m, 0.21 / 12).tolist()
    reached: dict[int, int] = {}
    with centre.chain(TEXT) as dam:
        for row, level_m in enumerate(rise):
            dam.at = row * EVERY_MIN
            dam.measure({CURRENT: current_ma(level_m)})
            reached.setdefault(dam.levels().get(PLAN, 0), row)
        mails = dam.mails
    rows = centre.flags(dam, POND)
    alarms = centre.get("/alarms", facility=dam.facility.id, family="dam")["alarms"]

    wanted = {1: raised_at(rise, YELLOW_M), 2: raised_at(rise, ORANGE_M)}
    assert {level: reached[level] - wanted[level] for level in wanted} == {1: 0, 2: 0}
    assert [tests for _, quality, tests in rows if quality > 2] == ["spike"]
    assert {(alarm["rule"], alarm["level"]) for alarm in alarms if alarm["type"] == "level"} == {(PLAN, 2)}
    assert [subject.partition(",")[0] for subject in mails if "overtopping" in subject] == ["YELLOW", "ORANGE"]


@pytest.mark.case("5", "a single reading that stands apart and comes back raises nothing, and is called a spike")
def test_one_reading_that_comes_back_raises_nothing(centre: Centre) -> None:
    """As often as it happens: three of them, each alone."""
    heights = [YELLOW_M - 0.1 + (0.5 if row in (8, 12, 19) else 0.001 * (row % 3)) for row in range(26)]
    with centre.chain(TEXT) as dam:
        for row, level_m in enumerate(heights):
            dam.at = row * EVERY_MIN
            dam.measure({CURRENT: current_ma(level_m)})
        levels = dam.levels()
    rows = centre.flags(dam, POND)

    assert levels == {}
    assert [row for row, (_, quality, tests) in enumerate(rows) if (quality, tests) == (4, "spike")] == [8, 12, 19]


UNFILTERED = replace(
    FACILITY, datastreams={**FACILITY.datastreams, POND: replace(FACILITY.datastreams[POND], filters={})}
)
SPIKES = replace(
    FACILITY,
    datastreams={
        **FACILITY.datastreams,
        POND: replace(FACILITY.datastreams[POND], filters={"spike": FACILITY.datastreams[POND].filters["spike"]}),
    },
)


@settings(max_examples=200)
@given(
    st.floats(0.02, 12.0), st.floats(0.0, 1.0), st.floats(0.0, 0.02), st.integers(0, 2**32 - 1), st.sampled_from([1, 3])
)
def test_at_any_rate_a_doubt_takes_one_reading_out_and_no_other(
    metres_per_h: float, below_m: float, noise_m: float, seed: int, for_n: int
) -> None:
    """2 cm to 12 m an hour, from anywhere below yellow, with noise of up to 2 cm: no two readings in a row are doubted,
    and the levels are those that the same plan reaches by the other readings alone."""
    plan = FACILITY.tarp[PLAN]
    levels = tuple(replace(one, when=replace(one.when, for_n=for_n)) for one in plan.levels)
    plan = replace(plan, levels=levels)
    rows = 10 + int(12 * (YELLOW_M - 338.0 + 2.6) / metres_per_h) + 10
    rise = YELLOW_M - below_m + np.maximum(0, np.arange(rows) - 10) * metres_per_h / 12
    rise = np.minimum(rise + np.random.default_rng(seed).uniform(-noise_m, noise_m, rows), HIGH_M)
    raw = {CURRENT: Series.of(START_MS + np.arange(rows) * EVERY_MIN * 60_000, [current_ma(m) for m in rise.tolist()])}

    def raised_ms(series: Series, facility: Facility) -> list[int]:
        line = tarp.timeline(plan, {POND: series}, facility)
        return [int(line.time_ms[line.level >= level][0]) for level in range(1, len(LEVELS))]

    series = chain.derive(SPIKES, raw, only=(POND,))[POND].series
    is_doubted = series.quality > 2
    plain = chain.derive(UNFILTERED, raw, only=(POND,))[POND].series

    assert not (is_doubted[1:] & is_doubted[:-1]).any()
    assert raised_ms(series, SPIKES) == raised_ms(plain.rows(~is_doubted), UNFILTERED)
