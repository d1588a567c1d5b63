"""The limits of approved plans and where values stand among them; shares by hand from the design of the pages, 5.6."""

from itertools import permutations

import pytest

from tailings.assess import limits
from tailings.assess.limits import Limit, Limits
from tailings.assess.model import LevelMargin, Margin, TestKind
from tailings.levels import LevelWord
from tests.dashboard.safety.examples import APPROVED, judged, planned

LEVEL = Limits(
    "n07:vw1.level", True, tuple(Limit(*one, "p") for one in (("yellow", 398.6), ("orange", 399.1), ("red", 399.6)))
)
FREEBOARD = Limits("pond.freeboard", False, (Limit("yellow", 1.8, "p"), Limit("red", 1.0, "p")))
SEEPAGE = Limits("weir.flow", True, (Limit("yellow", 5.0, "p"),), 86400.0)


def test_levels_line_up_in_every_row() -> None:
    """Yellow begins at 58 %, orange at 74 %, red at 90 % of the width, whatever the unit."""
    assert [LEVEL.share(value) for value in (398.6, 399.1, 399.6)] == pytest.approx([58, 74, 90])
    assert [FREEBOARD.share(value) for value in (1.8, 1.0)] == pytest.approx([58, 90])
    assert SEEPAGE.share(5.0) == pytest.approx(58) and SEEPAGE.share(0.0) == pytest.approx(0)


def test_between_two_levels_it_is_a_straight_line() -> None:
    """Half way from yellow to orange is 66 %; half a step below yellow is 50 %; nothing leaves the gauge."""
    assert LEVEL.share(398.85) == pytest.approx(66) and LEVEL.share(398.35) == pytest.approx(50)
    assert (LEVEL.share(0.0), LEVEL.share(500.0)) == (0.0, 100.0)


def test_the_margin_is_to_the_next_level_and_turns_minus_beyond_the_first() -> None:
    """0.6 m below yellow is a margin of 0.6; 2 cm past it is minus 0.02, and of a freeboard it counts downwards."""
    assert LEVEL.margin(398.0) == pytest.approx(0.6) and LEVEL.margin(398.62) == pytest.approx(-0.02)
    assert FREEBOARD.margin(2.57) == pytest.approx(0.77)
    reached, next_one = LEVEL.reached(398.62), LEVEL.next(398.62)
    assert reached and reached.level == "yellow" and next_one and next_one.level == "orange"


def test_only_plans_in_force_set_limits() -> None:
    """A plan without approval simulates; `all` of two sets no limit alone; without a plan in force there is none."""
    found = limits.of_assessment(judged([], dict.fromkeys(APPROVED, "green"), planned()))

    assert {(one.datastream, one.is_above) for one in found} == {
        ("n04:vw1.level", True),
        ("n03:vw1.level", True),
        ("n02:vw1.level", True),
        ("n01:pond.level", True),
    }
    assert limits.of_assessment(judged([], {}, planned())) == []


def test_of_two_plans_the_stricter_limit_counts() -> None:
    """Two plans set yellow on one datastream: the lower of two upper limits stands."""
    known = limits.of_assessment(judged([], dict.fromkeys(APPROVED, "green"), planned()))
    found = next(one for one in known if one.datastream == "n04:vw1.level")

    assert [(limit.level, limit.value, limit.plan) for limit in found.limits] == [
        ("yellow", 330.4, "pore-pressure"),
        ("orange", 330.9, "pore-pressure"),
        ("red", 331.4, "pore-pressure"),
    ]


def levels_of(test: TestKind, *stated: tuple[LevelWord, float, str]) -> Margin:
    """A margin with these levels, and nothing read."""
    levels = tuple(LevelMargin(level, value, plan, None) for level, value, plan in stated)
    return Margin(
        datastream="n01:a.level",
        test=test,
        unit="m",
        rate_over_s=None,
        against=None,
        time=None,
        low=None,
        high=None,
        past="green",
        is_alone=True,
        is_lost=False,
        levels=levels,
    )


@pytest.mark.parametrize(
    ("test", "stated", "kept"),
    [
        ("above", [("yellow", 3.0, "p"), ("red", 2.0, "q")], [("red", 2.0)]),
        ("above", [("yellow", 2.0, "p"), ("red", 2.0, "q")], [("red", 2.0)]),
        ("below", [("yellow", 2.0, "p"), ("orange", 1.2, "p"), ("red", 1.5, "q")], [("yellow", 2.0), ("red", 1.5)]),
        ("below", [("yellow", 2.0, "p"), ("yellow", 2.5, "q"), ("red", 1.0, "p")], [("yellow", 2.5), ("red", 1.0)]),
    ],
)
def test_a_level_that_is_met_after_a_worse_one_says_nothing_more(
    test: TestKind, stated: list[tuple[LevelWord, float, str]], kept: list[tuple[LevelWord, float]]
) -> None:
    """In whatever order plans state their levels, each that is kept is worse than the one met before, and has a place
    on a gauge."""
    for order in permutations(stated):
        known = limits.of_margin(levels_of(test, *order))

        assert [(one.level, one.value) for one in known.limits] == kept
        assert 0.0 <= known.share(1.7) <= 100.0
