"""Plans: levels, pieces against the whole, events, the latch, and what a file may not say."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings import BadFacility, Series, parse, tarp
from tests.tailings.facilities import VALE
from tests.tailings.tarp.plans import OVERTOPPING, guarded, overtopping, pond

LEVEL, WELL = "n01:pond.level", "n07:vw1.level"


def levels(series: dict[str, Series]) -> list[int]:
    """The level at each instant."""
    return [int(level) for level in tarp.timeline(overtopping(), series, guarded()).level]


def test_levels_of_a_rising_pond() -> None:
    """Yellow above 338; orange needs three readings above 339 and a high well too; red two minutes above 340.5."""
    water = pond(337, 338.1, 339.1, 339.2, 339.3, 340.6, 340.7, 340.8, 337)
    well = {WELL: Series.of([0], [331.0], [1])}

    assert levels(water) == [0, 1, 1, 1, 1, 1, 1, 3, 0]
    assert levels({**water, **well}) == [0, 1, 1, 1, 2, 2, 2, 3, 0]


def test_a_saw_tooth_at_the_limit_is_one_event() -> None:
    """A thousand crossings of 338 by 5 cm, within the hysteresis of 20 cm: one change of level."""
    water = pond(*[338.05, 337.95] * 1000)

    assert tarp.events(tarp.timeline(overtopping(), water, guarded())) == [tarp.LevelChange(0, 0, 1)]


def test_events_are_changes() -> None:
    """Up, up, down: three events with their times."""
    line = tarp.timeline(overtopping(), pond(337, 338.1, 341, 341, 341, 337), guarded())

    assert [(e.time_ms // 60_000, e.before, e.after) for e in tarp.events(line)] == [(1, 0, 1), (4, 1, 3), (5, 3, 0)]


def test_the_latch_falls_only_by_a_person() -> None:
    """The level stands after the pond has fallen, until a release sets it to what the values say then."""
    line = tarp.timeline(overtopping(), pond(338.1, 337, 337, 338.1, 337), guarded())

    assert line.level.tolist() == [1, 0, 0, 1, 0]
    assert tarp.latched(line, []).tolist() == [1, 1, 1, 1, 1]
    assert tarp.latched(line, [2 * 60_000]).tolist() == [1, 1, 0, 1, 1]


def test_silence_is_stale_and_clears_nothing() -> None:
    """Three intervals after the last value the level stands and the datastream is named as stale."""
    standing, memory = tarp.advance(overtopping(), tarp.PlanMemory(), pond(338.1), guarded(), now_ms=60_000)
    later, _ = tarp.advance(overtopping(), memory, {}, guarded(), now_ms=181_000)

    assert (standing.level, LEVEL in standing.stale) == (1, False)
    assert (later.level, LEVEL in later.stale) == (1, True)


HEIGHTS = [337.0, 337.9, 338.05, 338.5, 339.1, 339.5, 340.6, 341.0, 331.0, float("nan")]
RUN = st.tuples(st.sampled_from(HEIGHTS), st.sampled_from([0.0, 0.0, 0.011, -0.011]), st.integers(1, 15))


@st.composite
def water(draw: st.DrawFn) -> Series:
    """Levels around the limits, standing, rising and falling, with bad quality and silences."""
    values: list[float] = []
    for height, slope, length in draw(st.lists(RUN, max_size=6)):
        values += [height + slope * row for row in range(length)]
    rows = len(values)
    steps = draw(st.lists(st.sampled_from([*[60_000] * 8, 30_000, 400_000]), min_size=rows, max_size=rows))
    quality = draw(st.lists(st.sampled_from([*[1] * 8, 2, 3, 4]), min_size=rows, max_size=rows))
    return Series.of(np.cumsum(steps), values, quality)


def told(leaf: tarp.LeafMemory) -> tuple[object, ...]:
    """What a test remembers, apart from the rows for its rate."""
    return leaf.sure, leaf.believed, leaf.newest


@given(
    water(), water(), st.lists(st.integers(0, 90), max_size=8), st.lists(st.integers(0, 90), max_size=8), st.booleans()
)
@settings(max_examples=200, deadline=None)
def test_pieces_give_the_level_of_the_whole(
    pond_level: Series, well: Series, pond_cuts: list[int], well_cuts: list[int], well_first: bool
) -> None:
    """Fed in any pieces, one datastream before or after the other, the level is that of the whole history."""
    whole = {LEVEL: pond_level, WELL: well}
    end = max([0, *pond_level.time_ms.tolist(), *well.time_ms.tolist()])
    pieces = [
        (name, whole[name].rows(slice(a, b)))
        for name, cuts in ((LEVEL, pond_cuts), (WELL, well_cuts))
        for a, b in pairwise(sorted({0, *cuts, len(whole[name])} - set(range(len(whole[name]) + 1, 91))))
    ]
    pieces.sort(key=lambda piece: (piece[0] == WELL) != well_first)
    standing, memory = tarp.advance(overtopping(), tarp.PlanMemory(), {}, guarded(), now_ms=end)

    for name, piece in pieces:
        standing, memory = tarp.advance(overtopping(), memory, {name: piece}, guarded(), now_ms=end)

    line = tarp.timeline(overtopping(), whole, guarded())
    at_once = tarp.advance(overtopping(), tarp.PlanMemory(), whole, guarded(), now_ms=end)[1]
    assert standing.level == (line.level[-1] if len(line.level) else 0)
    assert [told(leaf) for leaf in memory.leaves] == [told(leaf) for leaf in at_once.leaves]


FAULTS = {
    "unknown datastream": ('"n07:vw1.level", test', '"n07:vw1.levell", test', "did you mean 'n07:vw1.level'?"),
    "levels out of order": ('level = "orange"', 'level = "yellow"', "write yellow, orange, red in this order"),
    "limits out of order": ("value = 340.5", "value = 337.5", "put the limits in order"),
    "hysteresis larger than the step": (
        "340.5, hysteresis = 0.2",
        "340.5, hysteresis = 1.5",
        "hysteresis 1.5 is not smaller",
    ),
    "unknown key": ("for_s = 120", "for_secs = 120", "key 'for_secs' is not known here; did you mean"),
    "unknown test": ('test = "above", value = 330.0', 'test = "over", value = 330.0', "'over' is not known"),
    "neither a test nor a group": (
        '{ datastream = "n07:vw1.level", test = "above", value = 330.0 }',
        "{ for_n = 2 }",
        "exactly one",
    ),
    "without a value": (", value = 330.0", "", "needs test"),
    "half an approval": ("approved_on = 2024-07-01\n", "", "belong together"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_in_a_plan_is_told(name: str) -> None:
    """Each fault has a sentence that says the fix, on a line of the plan."""
    old, new, sentence = FAULTS[name]
    assert old in OVERTOPPING

    with pytest.raises(BadFacility) as caught:
        parse(VALE.read_text() + OVERTOPPING.replace(old, new, 1))

    told = [problem for problem in caught.value.problems if sentence in problem.message]
    assert told, str(caught.value)
    assert told[0].line > VALE.read_text().count("\n")


def test_an_unapproved_plan_says_so() -> None:
    """Without approval a plan only simulates, from the day of its approval on it calls."""
    text = OVERTOPPING.replace('approved_by = "Engineer of Record"\napproved_on = 2024-07-01\n', "")

    assert tarp.state_of(overtopping(), dt.date(2024, 7, 1)) == "in-force"
    assert tarp.state_of(parse(VALE.read_text() + text).tarp["overtopping"], dt.date(2024, 7, 1)) == "simulated"
