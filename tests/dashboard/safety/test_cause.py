"""Cause and effect: what the fit says of the last day; expected lines by construction."""

import numpy as np

import texts
from api.observations.trends import Means
from api.safety.models import Safety
from dashboard.safety import cause
from dashboard.safety.watched import WatchedFacility
from tests.dashboard import svg_paths
from tests.dashboard.safety.examples import NOW_MS, level, pond, watched

EN = texts.load()
DAY_MS, DAYS = 86_400_000, 45
RANDOM = np.random.default_rng(5)
POND = 339.0 + 0.3 * np.sin(np.arange(DAYS) / 5.0)
DELAY = 2


def dam(last: float, start_m: float = 160.0) -> WatchedFacility[Safety]:
    """Level follows the pond two days later by half; the last day is `last` m off the line."""
    start_ms = NOW_MS - np.arange(DAYS)[::-1] * DAY_MS
    follows = start_m + 0.5 * np.concatenate((np.full(DELAY, POND[0]), POND[:-DELAY])) + RANDOM.normal(0, 0.003, DAYS)
    follows[-1] += last
    days = {
        "n01:pond.level": Means(start_ms, POND, np.full(DAYS, 24.0)),
        "n04:vw1.level": Means(start_ms, follows, np.full(DAYS, 24.0)),
    }
    return watched([pond(), level("n04", 330.0)], days=days)


def test_what_the_pond_explains_lies_within_the_band() -> None:
    """The last day follows the pond: it is explained; the delay is found and said."""
    found = cause.picture(dam(0.0), EN)

    assert found and found.says == "n04 vw1: the last day is as the pond level explains it."
    assert "2 d after the pond (r² 1.00)" in found.sub


def test_a_rise_off_the_line_is_told_with_its_size() -> None:
    """The last day lies 30 cm above the line: the pond does not explain it."""
    found = cause.picture(dam(0.3), EN)

    assert found and found.says == "n04 vw1: the last day is 0.30 m higher than the pond level explains."


def test_the_trigger_ahead_is_drawn_with_its_word() -> None:
    """Yellow (330.40 m) is at most 1.5 heights of the days away: its line is in the view, over a tint up to orange."""
    found = cause.picture(dam(0.0, start_m=160.7), EN)

    assert found
    looks = [path.look for path in found.drawing.paths]
    assert looks[:3] == ["past-yellow", "yellow", "edge"]
    assert "Yellow 330.40" in [text.words for text in found.drawing.texts]
    yellow = next(path.d for path in found.drawing.paths if path.look == "yellow")
    dots = [path.d for path in found.drawing.paths if path.look == "later4"]
    assert cause.TOP <= svg_paths.points(yellow)[0][1] < float(dots[0].split()[1].split("a")[0])


def test_a_trigger_far_away_is_said_and_squeezes_nothing() -> None:
    """Three metres below yellow: the days fill the picture, and where the trigger lies is written."""
    found = cause.picture(dam(0.0, start_m=157.7), EN)

    assert found and "yellow" not in [path.look for path in found.drawing.paths]
    assert "Yellow 330.40, outside this view" in [text.words for text in found.drawing.texts]


def test_words_of_two_triggers_never_lie_on_each_other() -> None:
    """Yellow just below the upper edge, orange outside: 12 px of type need 14 px from line to line."""
    for start_m in (160.6, 160.7, 160.8, 160.9):
        found = cause.picture(dam(0.0, start_m=start_m), EN)
        lines = [text.y for text in found.drawing.texts if text.words.startswith(("Yellow", "Orange"))] if found else []

        assert len(lines) == 2 and abs(lines[0] - lines[1]) >= 14


def test_too_few_days_are_not_judged() -> None:
    """Without days of one of them there is no picture; a gap in the days is no pair."""
    assert cause.picture(watched([pond(), level("n04", 330.0)]), EN) is None
