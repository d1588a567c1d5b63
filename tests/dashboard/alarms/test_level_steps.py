"""The stair of a plan's level, read off a history by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from api.alarms import level_timeline
from api.alarms.models import LevelStep, LevelTimeline
from api.alarms.queries import PlanHistory
from dashboard.alarms import level_steps
from texts import load

NOW = datetime(2026, 6, 8, 12, tzinfo=UTC)
START = NOW - timedelta(days=7)
HISTORY = (
    ("raised", 8, 1),
    ("escalated", 5, 2),
    ("acknowledged", 4.5, 2),
    ("fell", 4, 1),
    ("returned", 3, 0),
    ("lowered", 2, 0),
    ("raised", 1, 3),
)


def said(is_latched: bool) -> list[PlanHistory]:
    """Kind, days ago, level: the newest first, as the database gives them."""
    return [PlanHistory(NOW - timedelta(days=days), kind, level, is_latched) for kind, days, level in reversed(HISTORY)]


def timeline(some: list[PlanHistory]) -> LevelTimeline:
    """The levels of the last seven days, as the api tells them."""
    steps = [LevelStep(at=at, level=level) for at, level in level_timeline.levels(some, START)]
    return LevelTimeline(facility="vale", plan="overtopping", **{"from": START}, steps=steps, lines=[])


@pytest.mark.parametrize(
    ("is_latched", "expected"),
    [(True, [(7, 1), (5, 2), (2, 0), (1, 3)]), (False, [(7, 1), (5, 2), (4, 1), (3, 0), (1, 3)])],
)
def test_a_level_that_a_person_lowers_stands_until_then(is_latched: bool, expected: list[tuple[float, int]]) -> None:
    """What began before the seven days stands at their beginning; only the values, or only the person, let it fall."""
    assert level_timeline.levels(said(is_latched), START) == [
        (NOW - timedelta(days=days), level) for days, level in expected
    ]


def test_the_drawing_says_it_in_words_too() -> None:
    """Each stretch begins where the one before ends; the sentence has the highest and the last level."""
    drawn = level_steps.draw(timeline(said(True)), NOW, "Europe/Lisbon", load())

    ends = [round(one.x + one.width, 1) for one in drawn.stretches]
    assert [one.x for one in drawn.stretches][1:] == pytest.approx(ends[:-1], abs=0.2)
    assert [one.level for one in drawn.stretches] == ["yellow", "orange", "green", "red"]
    assert drawn.words == "Level over seven days: red at most, red now."
    assert [name for _, name in drawn.lines] == ["Green", "Yellow", "Orange", "Red"]


def test_a_plan_that_was_never_raised_is_green() -> None:
    """One stretch as long as the week."""
    assert [one.level for one in level_steps.draw(timeline([]), NOW, "UTC", load()).stretches] == ["green"]
