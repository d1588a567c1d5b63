"""Where the value behind an alarm stands and how it goes on; heights and rates of the mock-up, worked out by hand."""

from datetime import timedelta
from typing import Any

import pytest

from dashboard.alarms import movement
from dashboard.alarms.movement import Movement
from tailings.assess.limits import Limit, Limits
from tailings.trend import Rate
from texts import load

from .boards import NOW, alarm

EN = load()
DAY_S, WEEK_S = 86_400.0, 7 * 86_400.0
OWN = Limits("n01:pond.level", True, (Limit("yellow", 641.20, "overtopping"), Limit("orange", 641.70, "overtopping")))
RISING = Movement(OWN, Rate(0.2, 0.02, 641.37, DAY_S, 24, independent=24.0))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "n01 pond level 0.18 m above yellow"),
        ({"value_now": 641.10}, "n01 pond level 0.10 m below yellow"),
        ({"is_stale": True, "time_now": NOW - timedelta(hours=9)}, "n01 pond level 0.18 m above yellow 9 h ago"),
        ({"watched": "fria:n04:vw1.level", "quantity": "water-level"}, "n04 vw1 water level 0.18 m above yellow"),
        (
            {"watched_title": "Pond gauge G-01", "watched_place": "decant tower"},
            "Pond gauge G-01, decant tower (n01 pond) pond level 0.18 m above yellow",
        ),
        ({"quality_now": 3}, ""),
        ({"value_now": None, "quality_now": 9}, ""),
    ],
)
def test_where_a_value_stands_is_said_with_its_instrument(more: dict[str, Any], said: str) -> None:
    """Against the worst limit that it is past; an old one with its age, a doubted or missing one not at all."""
    assert movement.stands(alarm(**more), RISING, NOW, EN) == said


def test_without_a_limit_of_its_own_the_value_is_said() -> None:
    """A plan on rates, or on several at once, sets no limit that one value reaches alone."""
    assert movement.stands(alarm(), Movement(), NOW, EN) == "n01 pond level 641.38 m"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {},
            "1-day trend rising 20 cm a day; no reading an hour ago."
            " Orange around 27 Nov (1.5 to 1.8 d, 95 % sure at this rate).",
        ),
        ({"is_stale": True}, ""),
        ({"quality_now": 4}, ""),
    ],
)
def test_how_it_goes_on_is_said_of_a_good_fresh_value(more: dict[str, Any], said: str) -> None:
    """0.33 m at 0.20 m a day are 1.65 d, so the morning of the 27th; silence and doubt have no trend."""
    assert movement.goes_on(alarm(**more), RISING, "UTC", NOW, EN) == said


def test_a_line_of_another_story_is_not_told() -> None:
    """The line ends below yellow and the value stands above it: a jump is flat only beside the last hour."""
    steady = Rate(0.0, 0.02, 641.0, DAY_S, 24, independent=24.0)

    assert movement.goes_on(alarm(), Movement(OWN, steady), "UTC", NOW, EN) == ""
    assert movement.goes_on(alarm(), Movement(None, steady), "UTC", NOW, EN) == (
        "1-day trend flat; no reading an hour ago."
    )
    assert movement.goes_on(alarm(), Movement(OWN, steady, 0.3), "UTC", NOW, EN) == (
        "1-day trend flat; +0.30 m in the last hour."
    )
    assert movement.goes_on(alarm(), Movement(OWN, None), "UTC", NOW, EN) == ""
