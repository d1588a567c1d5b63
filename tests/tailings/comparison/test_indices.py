"""From what is known to an index: each rule by hand, and none that goes down where the thing gets worse."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.assess.model import Assessment, FailureMode, WaterCompliance, as_read, not_assessed
from tailings.comparison import UNKNOWN, Range, indices
from tailings.levels import LEVELS, LevelWord, SightState

NOW = datetime(2026, 11, 30, tzinfo=UTC)
money = st.floats(-5e9, 5e9)


def judged(level: LevelWord, sight: SightState = "full", within: LevelWord = "green") -> Assessment:
    """An assessment of one plan at a level."""
    mode = FailureMode("p", "P", "plan", "in-force", level, signal=level, believed=level, sight=sight, within=within)
    verdict = "blind" if sight == "blind" and level in ("green", "yellow") else level
    return Assessment("f", NOW, NOW, verdict, level, sight=sight, reasons=(), failure_modes=(mode,))


@pytest.mark.parametrize("place", range(4))
def test_a_state_that_is_seen_is_its_level(place: int) -> None:
    """Green 0, yellow a third, orange two thirds, red 1."""
    assert indices.state(judged(LEVELS[place])) == Range(place / 3, place / 3)


def test_what_is_not_seen_is_open_above_what_is() -> None:
    """Blind at yellow: yellow or worse; within its uncertainty up to that level; expired: open; no plan: unknown."""
    assert indices.state(judged("yellow", "blind")) == Range(1 / 3, 1.0)
    assert indices.state(judged("green", within="orange")) == Range(0.0, 2 / 3)
    assert indices.state(as_read(judged("red"), NOW.replace(year=2027))) == Range(1.0, 1.0)
    assert indices.state(not_assessed("f", NOW)) == UNKNOWN


@pytest.mark.parametrize(
    ("exceeded", "not_decided", "expected"),
    [(0, 0, (0.0, 0.0)), (1, 0, (0.55, 0.55)), (10, 0, (1.0, 1.0)), (0, 2, (0.0, 0.6)), (1, 1, (0.55, 0.6))],
)
def test_water_is_by_the_limits(exceeded: int, not_decided: int, expected: tuple[float, float]) -> None:
    """Of ten limits: 1/2 and 1/20 for each that is exceeded, open for those that are not decided."""
    outcome = "exceeded" if exceeded else "not-decided" if not_decided else "met"
    found = indices.water(WaterCompliance(outcome, 10, exceeded, not_decided))

    assert (found.low, found.high) == pytest.approx(expected)


def test_what_nobody_knows_is_the_whole_range() -> None:
    """No limits of water, a class of another system, a code that is none."""
    assert indices.water(None) == indices.consequence("Category A") == indices.feasibility("") == UNKNOWN
    assert indices.confidence("E2") == UNKNOWN


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (indices.consequence("Very High"), 0.75),
        (indices.feasibility("E1;F1;G2"), 1.0),
        (indices.feasibility("E2;F2;G2"), (1 / 2 + 2 / 3) / 2),
        (indices.confidence("E3;F2;G4"), 0.0),
        (indices.people(0), 0.0),
        (indices.people(100), 2 / 3),
        (indices.people(4_000), 1.0),
        (indices.protected(2_500), 0.75),
        (indices.completeness(13, 52), 0.25),
    ],
)
def test_words_and_numbers_stand_where_the_rule_says(found: Range, expected: float) -> None:
    """By hand from the rule in each docstring."""
    assert (found.low, found.high) == pytest.approx((expected, expected))


def test_seepage_is_by_its_least_and_most_ph() -> None:
    """From pH 4 to 6: a quarter to three quarters; beyond 7 and 3 it ends."""
    assert indices.acid(4.0, 6.0) == Range(0.25, 0.75)
    assert indices.acid(2.0, 8.0) == Range(0.0, 1.0)


@given(money, money)
def test_more_money_is_never_a_lower_index(one: float, other: float) -> None:
    """Nothing is a half, a gain and a loss of the same amount lie as far from it, and a billion is the end."""
    less, more = sorted((one, other))
    low, high = (indices.net(value, value, value).low for value in (less, more))

    assert low <= high
    assert indices.net(-abs(one), 0, abs(one)).low == pytest.approx(1 - indices.net(-abs(one), 0, abs(one)).high)
    assert (indices.net(-2e9, 0, 2e9).low, indices.net(-2e9, 0, 2e9).centre) == (0.0, 0.5)
