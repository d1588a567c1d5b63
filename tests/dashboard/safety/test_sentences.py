"""Sentences about how things go; wording and digits from the design of the pages, figures by hand."""

from datetime import UTC, datetime, timedelta

import pytest

import texts
from dashboard.safety import sentences
from dashboard.safety.sentences import Course, Following
from tailings.assess.forecast import next_level
from tailings.assess.limits import Limit, Limits
from tailings.trend import Rate

EN = texts.load()
NOW = datetime(2026, 11, 25, 13, 32, tzinfo=UTC)
WEEK_S = 7 * 86400.0
LIMITS = Limits("n07:vw1.level", True, (Limit("yellow", 398.6, "p"), Limit("orange", 399.1, "p")))
RISE = Rate(0.05, 0.01, 398.62, WEEK_S, 168, independent=90.0)
FLAT = Rate(0.0, 0.01, 398.62, WEEK_S, 168, independent=90.0)


def course(rate: Rate | None, last_hour: float | None = None, following: Following | None = None) -> Course:
    """How a piezometer goes on."""
    return Course("m", "water-level", rate, last_hour, following)


def moves(one: Course) -> str:
    """The sentence of it."""
    return sentences.movement(one, now=NOW, zone="Europe/Lisbon", texts=EN)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.05, "m", "5 cm"),
        (0.123, "m", "12 cm"),
        (0.004, "m", "4 mm"),
        (1.24, "m", "1 m"),
        (-0.031, "L/s", "0.03 L/s"),
        (13.7, "mm", "14 mm"),
    ],
)
def test_a_change_is_said_with_one_or_two_figures(value: float, unit: str, said: str) -> None:
    """Metres below one are said in cm or mm; a rate is never better known than one or two figures."""
    assert sentences.amount(value, unit) == said


def test_what_nobody_would_see_is_steady_and_what_is_not_sure_is_not_called_so() -> None:
    """Below a step of the last digit in the window it is steady; within its interval not sure; no fit is nothing."""
    unsure, small = (
        Rate(0.05, 0.06, 398.6, WEEK_S, 168, independent=12.0),
        Rate(0.001, 0.0002, 398.6, WEEK_S, 168, independent=90.0),
    )

    courses = [course(rate) for rate in (RISE, unsure, small, None)]
    assert [sentences.going(one, EN) for one in courses] == [
        "7 d: rising 5 cm/d",
        "7 d: no clear trend",
        "7 d: flat",
        "",
    ]
    assert [moves(one) for one in courses[1:]] == [
        "No clear 7-day trend; no reading an hour ago.",
        "7-day trend flat; no reading an hour ago.",
        "",
    ]


def test_the_mock_up_s_sentence() -> None:
    """Rises 5 cm a day, 4 to 6, from 398.62 m: orange (399.10 m) in 9.6 days, 8 to 12, around 5 Dec.

    Window, confidence and assumption are named.
    """
    following = next_level(RISE, LIMITS, 398.62)

    assert moves(course(RISE, 0.004, following)) == (
        "7-day trend rising 5 cm a day; no change in the last hour."
        " Orange around 5 Dec (8 to 12 d, 95 % sure at this rate)."
    )
    assert sentences.forecast(following, EN) == "orange in about 10 d (8 to 12 d, 95 % sure at this rate)"


@pytest.mark.parametrize(
    ("rate", "last_hour", "says", "short"),
    [
        (FLAT, 0.3, "7-day trend flat; +0.30 m in the last hour.", "7 d: flat; 1 h: +0.30 m"),
        (
            FLAT,
            -0.3,
            "7-day trend flat; \N{MINUS SIGN}0.30 m in the last hour.",
            "7 d: flat; 1 h: \N{MINUS SIGN}0.30 m",
        ),
        (FLAT, -0.004, "7-day trend flat; no change in the last hour.", "7 d: flat"),
        (FLAT, None, "7-day trend flat; no reading an hour ago.", "7 d: flat"),
        (None, 0.3, "+0.30 m in the last hour.", "1 h: +0.30 m"),
    ],
)
def test_a_trend_says_its_window_and_the_last_hour(
    rate: Rate | None, last_hour: float | None, says: str, short: str
) -> None:
    """A jump is said beside a flat week, in the words of issue 18; no reading is not no change."""
    assert (moves(course(rate, last_hour)), sentences.going(course(rate, last_hour), EN)) == (says, short)


def test_a_forecast_without_a_latest_day_says_so() -> None:
    """At 1 cm a day, the least of the interval, the 48 cm last beyond the horizon of two weeks."""
    wide = Rate(0.05, 0.04, 398.62, WEEK_S, 168, independent=20.0)

    assert sentences.forecast(next_level(wide, LIMITS, 398.62), EN) == (
        "orange in about 10 d (5 d or later, 95 % sure at this rate)"
    )


def test_no_forecast_is_said_where_none_is_due() -> None:
    """Beyond two windows, beyond the last level, or without a fit there is no forecast."""
    slow = Rate(0.02, 0.002, 398.62, WEEK_S, 168, independent=90.0)

    assert sentences.forecast(next_level(slow, LIMITS, 398.62), EN) == ""
    assert sentences.forecast(next_level(RISE, LIMITS, 399.2), EN) == ""
    assert sentences.forecast(next_level(None, LIMITS, 398.62), EN) == ""


def test_where_a_value_stands_is_said_with_its_level() -> None:
    """2 cm past yellow is above it; a freeboard past its limit is below it."""
    freeboard = Limits("pond.freeboard", False, (Limit("yellow", 1.8, "p"),))

    assert sentences.past(LIMITS, 398.62, "m", "water-level", EN) == "0.02 m above yellow"
    assert sentences.past(LIMITS, 397.6, "m", "water-level", EN) == "1.00 m below yellow"
    assert sentences.past(freeboard, 1.7, "m", "freeboard", EN) == "0.10 m below yellow"
    assert sentences.past(freeboard, 2.57, "m", "freeboard", EN) == "0.77 m above yellow"


def test_a_deadline_says_what_is_left_and_when_it_was() -> None:
    """At 13:32 there are 2 h 48 min to 16:20; an hour after that it is overdue."""
    until = datetime(2026, 11, 25, 16, 20, tzinfo=UTC)

    assert sentences.deadline(until, NOW, "Europe/Lisbon", EN) == ("2 h 48 min left", "by 25 Nov 16:20")
    assert sentences.deadline(until, until + timedelta(hours=1), "Europe/Lisbon", EN)[0] == "1 h 0 min overdue"
