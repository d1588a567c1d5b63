"""The six figures of the safety page."""

from dataclasses import replace

import texts
from dashboard.safety import figures
from tests.dashboard.examples import datastream
from tests.dashboard.safety.examples import level, pond, rising, watched

EN = texts.load()


def test_freeboard_says_how_far_the_minimum_is_away() -> None:
    """Crest 342.00 minus 340.00 is 2.00 m; 0.5 m of room at 10 cm a day is 5 days."""
    found = figures.freeboard(watched([pond(340.0)], hours={"n01:pond.level": rising(340.0, 0.1)}), EN)

    assert found and (found.value, found.sub) == (
        "2.00",
        "Minimum 1.50 m, reached in about 5 d (5 to 5 d, 95 % sure at this rate)",
    )


def test_a_freeboard_below_its_minimum_is_red_and_a_missing_pond_is_no_freeboard() -> None:
    """1.40 m is below 1.50 m; a rejected pond level gives no figure."""
    low = figures.freeboard(watched([pond(340.6)], has_file=False), EN)
    none = figures.freeboard(watched([datastream("n01:pond.level", "pond-level", None, quality=9)]), EN)

    assert low and (low.value, low.state) == ("1.40", "red")
    assert low.sub == "Minimum 1.50 m, violated"
    assert none and none.value == "not usable"


def test_piezometers_count_those_above_yellow() -> None:
    """One of three with triggers; the fourth has none and is not counted."""
    rows = [level("n04", 330.62), level("n03", 325.9), level("n02", 321.0), level("n07", 329.0)]

    found = figures.piezometers(watched(rows), EN)

    assert found and (found.value, found.sub, found.state) == ("1 of 3", "n04 vw1 0.22 m above yellow", "yellow")


def test_what_no_trigger_judges_is_fresh_and_not_green() -> None:
    """Rain has no trigger, so its figure has no state; a rain gauge that is silent for a day is stale all the same."""
    hours = {"n01:rain.rain": rising(0.01, 0.0)}
    fresh = figures.rain(watched([datastream("n01:rain.rain", "rain", 0.01)], hours=hours), EN)
    silent = figures.rain(watched([datastream("n01:rain.rain", "rain", 0.01, 86400)], hours=hours), EN)

    assert fresh and silent and (fresh.state, silent.state) == ("fresh", "stale")


def test_rain_sums_three_days_and_one() -> None:
    """Hours of 60 readings with a mean of 0.01 mm are 0.6 mm each: 72 hours 43.2 mm, 24 hours 14.4 mm."""
    rain = datastream("n01:rain.rain", "rain", 0.01)

    found = figures.rain(watched([rain], hours={"n01:rain.rain": rising(0.01, 0.0)}), EN)

    assert found and (found.value, found.sub) == ("43.2", "14.4 mm in 24 h")


def test_movement_is_the_fastest_fitted_one() -> None:
    """2 mm a day over the week; without a week of readings it is not known."""
    chain = datastream("n07:ipi.d8", "displacement", 10.0)

    found = figures.movement(watched([chain], hours={"n07:ipi.d8": rising(10.0, 2.0)}), EN)
    none = figures.movement(watched([chain]), EN)

    assert found and found.value == "2" and found.sub == "n07 ipi, 7-day trend"
    assert none and none.value == "unknown"


def test_a_chain_that_is_silent_hides_no_tilt() -> None:
    """0.2 degrees a day at a tilt meter; a chain that is read goes first, and where all are silent nothing is known."""
    chain = datastream("n07:ipi.d8", "displacement", 10.0)
    silent = datastream("n07:ipi.d8", "displacement", 10.0, 86_400)
    tilt = datastream("n06:tilt.tilt", "tilt", 1.0)
    hours = {"n06:tilt.tilt": rising(1.0, 0.2), "n07:ipi.d8": rising(10.0, 2.0)}

    read, hidden, none = (
        figures.movement(watched(rows, hours=hours), EN)
        for rows in ([chain, tilt], [silent, tilt], [silent, replace(tilt, time=silent.time, age_s=86_400)])
    )

    assert read and (read.value, read.sub) == ("2", "n07 ipi, 7-day trend")
    assert hidden and (hidden.value, hidden.sub) == ("0.2", "n06 tilt, 7-day trend")
    assert none and none.value == "unknown"


def test_movement_in_two_units_is_compared_in_one() -> None:
    """0.9 mrad a day are 0.05 degrees, less than 0.2 degrees."""
    fine = replace(datastream("n06:tilt.tilt", "tilt", 3.0), unit="mrad")
    coarse = datastream("n07:tilt.tilt", "tilt", 1.0)
    hours = {"n06:tilt.tilt": rising(3.0, 0.9), "n07:tilt.tilt": rising(1.0, 0.2)}

    found = figures.movement(watched([fine, coarse], hours=hours), EN)

    assert found and found.value == "0.2" and found.sub == "n07 tilt, 7-day trend"
