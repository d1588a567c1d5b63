"""What each filter doubts of a pond that rises fast and stays there: the table of docs/operating/alarms.md, counted."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tailings import filters
from tailings.filters import (
    Around,
    attenuated_signal,
    climatology,
    flat_line,
    gap,
    gross_range,
    neighbour,
    rate_of_change,
    redundant_pair,
    spike,
    stuck_clock,
)
from tailings.series import Series

PAGE = Path(__file__).parents[3] / "docs" / "operating" / "alarms.md"
STEP_MS, CALM, HOUR = 300_000, 48, 12
T0_MS = 1_764_079_200_000
LEVELS = [0.0] * CALM + [0.5 * row / HOUR for row in range(1, HOUR + 1)] + [0.5] * HOUR
RISE = Series.of(T0_MS + np.arange(len(LEVELS)) * STEP_MS, LEVELS)
STILL = Series.of(RISE.time_ms, [0.0] * len(LEVELS), [1] * len(LEVELS))
AROUND = Around({"a": STILL, "b": STILL}, STEP_MS / 1000)
YEAR = climatology.Season("month", (1, 12), (-1.0, 0.2))
SETTINGS: dict[tuple[str, str | None], Any] = {
    ("spike", "trailing"): spike.Settings(0.05, method="trailing"),
    ("spike", "average"): spike.Settings(0.05),
    ("spike", "differential"): spike.Settings(0.05, method="differential"),
    ("flat_line", None): flat_line.Settings(0.01, 7200),
    ("attenuated_signal", None): attenuated_signal.Settings(7200, 0.01, measure="range"),
    ("gap", None): gap.Settings(900),
    ("stuck_clock", None): stuck_clock.Settings(),
    ("rate_of_change", None): rate_of_change.Settings(0.3),
    ("gross_range", None): gross_range.Settings((-10.0, 10.0), (-1.0, 0.2)),
    ("climatology", None): climatology.Settings((YEAR,)),
    ("redundant_pair", None): redundant_pair.Settings("a", 0.2),
    ("neighbour", None): neighbour.Settings(("a", "b"), 0.2),
}
METHODS = ("trailing", "average", "differential")


def told() -> dict[tuple[str, str | None], tuple[int, int]]:
    """What the page says: filter and method, with how many readings it doubts of the rise and of the hour after it."""
    found = {}
    for names, rise, after in re.findall(
        r"^\| (`[^|]*) \|[^|]*\| (\d+) of 12 \| (\d+) of 12 \|$", PAGE.read_text(), re.M
    ):
        words = re.findall(r"`(\w+)`", names)
        method = words.pop() if words[-1] in METHODS else None
        found |= {(name, method): (int(rise), int(after)) for name in words}
    return found


@pytest.mark.case("5", "what each filter doubts of a fast rise is counted, and said on the page of alarms")
def test_the_page_says_what_each_filter_doubts_of_a_rise() -> None:
    """Half a metre in an hour, then an hour at that level, a reading each five minutes; partners that do not rise."""
    counted = {}
    for (name, method), settings in SETTINGS.items():
        doubted = filters.get(name).flag_values(RISE, settings, AROUND) > 2
        counted[name, method] = (int(doubted[CALM : CALM + HOUR].sum()), int(doubted[CALM + HOUR :].sum()))

    assert counted == told()


def test_every_filter_is_on_the_page() -> None:
    """Save those that look at a raw reading by itself: at its signal, and at what its sensor can give."""
    assert {name for name, _ in told()} == set(filters.names()) - {"vw_signal", "physical_range"}
