"""Tests held against another datastream: margin to the pond, deviation from a neighbour, a fitted line, seasons."""

import datetime as dt
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings import BadFacility, Facility, Series, parse, tarp
from tailings.facility import Plan
from tests.tailings.facilities import VALE
from tests.tailings.tarp.test_plan import water

POND, WELL = "n01:pond.level", "n07:vw1.level"
HELD = """
[tarp.seepage]
failure_mode = "piping"
[[tarp.seepage.levels]]
level = "yellow"
when = { datastream = "n07:vw1.level", test = "above", value = -0.5, hysteresis = 0.2, CONDITION }
"""


def plan(condition: str, test: str = "above", value: float = -0.5) -> tuple[Plan, Facility]:
    """A plan with one test, held against something."""
    text = HELD.replace("CONDITION", condition).replace('"above"', f'"{test}"').replace("-0.5", str(value))
    facility = parse(VALE.read_text() + text)
    return facility.tarp["seepage"], facility


def levels(asked: tuple[Plan, Facility], well: Series, pond: Series) -> list[int]:
    """The level at each instant of the well."""
    line = tarp.timeline(asked[0], {WELL: well, POND: pond}, asked[1])
    return [int(line.level[row]) for row in np.searchsorted(line.time_ms, well.time_ms)]


def minutes(*values: float, first: int = 0) -> Series:
    """Values one minute apart."""
    return Series.of((first + np.arange(len(values))) * 60_000, values, [1] * len(values))


def test_the_limit_follows_the_pond() -> None:
    """Yellow when the well stands less than 0.5 m below the pond: 337.6 is high under 338, not under 339."""
    asked = plan('against = { datastream = "n01:pond.level" }')

    assert levels(asked, minutes(337.4, 337.6, 337.6, 337.6), minutes(338, 338, 338, 339)) == [0, 1, 1, 0]


def test_a_difference_at_its_limit_is_not_past_it() -> None:
    """30 cm above a neighbour is not more than 0.3 m, from any level in whole centimetres; 31 cm is."""
    asked = plan('against = { datastream = "n01:pond.level" }', "above", 0.3)
    pond_cm = np.arange(33_000, 34_200, 13)
    pond = minutes(*(pond_cm / 100).tolist())

    for by_cm, level in ((30, 0), (31, 1)):
        assert set(levels(asked, minutes(*((pond_cm + by_cm) / 100).tolist()), pond)) == {level}


def test_away_is_either_side_of_a_neighbour() -> None:
    """More than 0.3 m from the neighbour, above or below; back within 0.1 m clears."""
    asked = plan('against = { datastream = "n01:pond.level" }', "away", 0.3)

    assert levels(asked, minutes(338.4, 337.6, 338.05, 338.2), minutes(338, 338, 338, 338)) == [1, 1, 0, 0]


def test_a_fitted_line_with_a_delay() -> None:
    """Expected is 100 + 0.5 x the pond of two minutes before: 269 at 338, and the pond's rise counts later."""
    line = 'against = { datastream = "n01:pond.level", factor = 0.5, offset = 100.0, delay_s = 120 }'
    asked = plan(line, "above", 0.4)

    assert levels(asked, minutes(269.5, 269.5, 269.5, 269.5), minutes(338, 340, 340, 340)) == [0, 0, 1, 0]


def test_without_a_value_of_the_other_nothing_is_decided() -> None:
    """A silent or suspect pond raises nothing and clears nothing, and is named as stale."""
    chosen, facility = plan('against = { datastream = "n01:pond.level" }')
    well = minutes(337.6, 337.6, 330.0, 330.0, 330.0, 330.0)
    suspect = Series.of([0, 240_000, 300_000], [338.0, 338.0, 338.0], [1, 3, 3])

    assert levels((chosen, facility), well, suspect) == [1, 1, 0, 0, 0, 0]
    assert levels((chosen, facility), well, Series.of([360_000], [338.0], [1])) == [0] * 6
    standing, _ = tarp.advance(chosen, tarp.PlanMemory(), {WELL: well, POND: suspect}, facility, 300_000)
    assert standing.stale == (POND,)


def test_a_season_is_months_of_the_facility() -> None:
    """A test of the snow melt holds from the first instant of April, local standard time, and ends with its month."""
    chosen, facility = plan("months = [4]", "above", 300.0)
    zoned = parse(VALE.read_text().replace("Europe/Lisbon", "Europe/Athens") + HELD_IN_APRIL)
    march, april, may = (dt.datetime(2026, month, 1, tzinfo=dt.UTC).timestamp() * 1000 for month in (3, 4, 5))
    hour = 3_600_000
    well = Series.of([march, april - 3 * hour, april - hour, april, may - hour, may], [301.0] * 6, [1] * 6)

    assert levels((chosen, facility), well, Series.empty()) == [0, 0, 0, 1, 1, 0]
    assert levels((zoned.tarp["seepage"], zoned), well, Series.empty()) == [0, 0, 1, 1, 0, 0]


HELD_IN_APRIL = HELD.replace("CONDITION", "months = [4]").replace("-0.5", "300.0")

FAULTS = {
    "another unit": ('against = { datastream = "n01:baro.pressure" }', "their difference means nothing"),
    "an unknown datastream": ('against = { datastream = "n01:pond.levels" }', "did you mean 'n01:pond.level'"),
    "a rate of a difference": ('against = { datastream = "n01:pond.level" }, rate_over_s = 60', "do not go together"),
    "a month too many": ("months = [13]", "12"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told(name: str) -> None:
    """What cannot be held against each other is refused with the fix."""
    condition, sentence = FAULTS[name]

    with pytest.raises(BadFacility, match=sentence):
        plan(condition)


def test_an_approval_has_dates() -> None:
    """In force from the day of approval to the last day of validity; then it has ended, and goes on calling."""
    text = HELD.replace("CONDITION", "for_n = 2").replace(
        'failure_mode = "piping"',
        'failure_mode = "piping"\napproved_by = "EoR"\napproved_on = 2026-01-10\nvalid_to = 2026-03-01',
    )
    chosen = parse(VALE.read_text() + text).tarp["seepage"]
    days = [dt.date(2026, 1, 9), dt.date(2026, 1, 10), dt.date(2026, 3, 1), dt.date(2026, 3, 2)]

    states = [tarp.state_of(chosen, day) for day in days]
    assert states == ["simulated", "in-force", "in-force", "approval-ended"]
    assert tarp.state_of(plan("for_n = 2")[0], days[1]) == "simulated"


@cache
def held() -> tuple[Plan, Facility]:
    """A well against the pond, twice in a row, with a delay."""
    return plan('for_n = 2, against = { datastream = "n01:pond.level", delay_s = 90 }')


@given(water(), water(), st.lists(st.integers(0, 90), max_size=8), st.lists(st.integers(0, 90), max_size=8), st.data())
@settings(max_examples=150, deadline=None)
def test_pieces_in_any_order_give_the_level_of_the_whole(
    pond: Series, well: Series, pond_cuts: list[int], well_cuts: list[int], data: st.DataObject
) -> None:
    """Whichever datastream comes first, a row waits for what it is held against; also over a restart as JSON."""
    chosen, facility = held()
    pieces = [
        [(name, series.rows(slice(a, b))) for a, b in pairwise(sorted({0, len(series), *cuts}))]
        for name, series, cuts in ((POND, pond, pond_cuts), (WELL, well, well_cuts))
    ]
    end = max([0, *pond.time_ms.tolist(), *well.time_ms.tolist()])
    standing, memory = tarp.advance(chosen, tarp.PlanMemory(), {}, facility, end)

    while pieces[0] or pieces[1]:
        queue = pieces[0] if not pieces[1] or (pieces[0] and data.draw(st.booleans())) else pieces[1]
        name, piece = queue.pop(0)
        memory = tarp.from_plain(tarp.to_plain(memory))
        standing, memory = tarp.advance(chosen, memory, {name: piece}, facility, end)

    line = tarp.timeline(chosen, {POND: pond, WELL: well}, facility)
    assert standing.level == (line.level[-1] if len(line.level) else 0)


@given(water(), water(), st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_a_history_can_be_gone_on_with(pond: Series, well: Series, cut_min: int) -> None:
    """Cut at any instant, the two halves give the levels and the staleness of the whole."""
    chosen, facility = held()
    whole = tarp.timeline(chosen, {POND: pond, WELL: well}, facility)
    cut_ms = cut_min * 60_000
    first = {name: one.rows(one.time_ms < cut_ms) for name, one in ((POND, pond), (WELL, well))}
    second = {name: one.since(cut_ms) for name, one in ((POND, pond), (WELL, well))}

    before, memory = tarp.resume(chosen, tarp.PlanMemory(), first, facility)
    after, _ = tarp.resume(chosen, memory, second, facility)

    assert [*before.level, *after.level] == whole.level.tolist()
    assert [*before.is_stale, *after.is_stale] == whole.is_stale.tolist()
