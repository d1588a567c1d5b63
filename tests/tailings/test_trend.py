"""Rates over a window and when they meet a limit; expected values from numpy.polyfit and by hand."""

import numpy as np
import pytest

from tailings import trend

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
WEEK_S = 7 * 86400.0
END = 2_000_000 * HOUR_MS
TIMES = END - np.arange(168)[::-1] * HOUR_MS


def line(per_d: float, noise: float = 0.0, end: float = 100.0) -> np.ndarray:
    """A week of hours that ends at `end` and rises `per_d` a day."""
    random = np.random.default_rng(7)
    return end + per_d * (TIMES - END) / DAY_MS + random.normal(0, noise, TIMES.size)


def test_a_straight_line_has_its_slope() -> None:
    """5 cm a day is found as 5 cm a day, with no error, and ends where it ends."""
    found = trend.rate(TIMES, line(0.05), END, WEEK_S)

    assert found and found.per_d == pytest.approx(0.05)
    assert found.end_value == pytest.approx(100.0) and found.error_per_d == pytest.approx(0.0, abs=1e-9)


def test_slope_and_error_agree_with_numpy() -> None:
    """On independent noise they are those of numpy.polyfit (whose covariance counts every point)."""
    values = line(0.05, noise=0.02)
    (slope, _), covariance = np.polyfit((TIMES - END) / DAY_MS, values, 1, cov=True)

    found = trend.rate(TIMES, values, END, WEEK_S)

    assert found and found.per_d == pytest.approx(slope)
    assert found.error_per_d == pytest.approx(float(np.sqrt(covariance[0, 0])), rel=0.15)


def test_noise_that_wanders_is_not_taken_for_a_trend() -> None:
    """Of 100 random walks without drift the plain error calls most a trend; the reduced one far fewer."""
    random = np.random.default_rng(3)
    walks = np.cumsum(random.normal(0, 0.01, (100, TIMES.size)), axis=1)
    sure = plain = 0
    for walk in walks:
        found = trend.rate(TIMES, walk, END, WEEK_S)
        (slope, _), covariance = np.polyfit((TIMES - END) / DAY_MS, walk, 1, cov=True)
        plain += abs(slope) > 2 * np.sqrt(covariance[0, 0])
        sure += bool(found and found.is_sure)

    assert plain > 80 and sure < 0.7 * plain


@pytest.mark.parametrize(
    ("kept", "why"), [(slice(0, 5), "too few"), (slice(120, 168), "only two days of seven"), (slice(0, 0), "nothing")]
)
def test_no_rate_without_readings_over_the_window(kept: slice, why: str) -> None:
    """Too few values, or values that cover too little of the window, give no rate."""
    assert trend.rate(TIMES[kept], line(0.05)[kept], END, WEEK_S) is None, why


def test_missing_values_and_older_ones_do_not_count() -> None:
    """NaN is left out, and what lies before the window too."""
    values = line(0.05)
    values[::3] = np.nan
    older = np.concatenate((TIMES[:100] - 30 * DAY_MS, TIMES))

    found = trend.rate(older, np.concatenate((np.full(100, 500.0), values)), END, WEEK_S)

    assert found and found.per_d == pytest.approx(0.05) and found.points == 112


def test_the_meeting_is_room_over_speed() -> None:
    """48 cm of room at 5 cm a day are 9.6 days (by hand); below a limit the same with the sign turned."""
    rising = trend.Rate(0.05, 0.005, 398.62, WEEK_S, 168)
    falling = trend.Rate(-0.05, 0.0, 2.0, WEEK_S, 168)

    up, down = trend.meets(rising, 399.10, is_above=True), trend.meets(falling, 1.5, is_above=False)

    assert up and up.days == pytest.approx(9.6)
    assert up.earliest_d == pytest.approx(8.0) and up.latest_d == pytest.approx(12.0)
    assert down and down.days == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("rate", "limit", "why"),
    [
        (trend.Rate(0.05, 0.03, 398.0, WEEK_S, 168), 398.4, "does not differ from level"),
        (trend.Rate(0.05, 0.0, 398.0, WEEK_S, 168), 397.9, "past it already"),
        (trend.Rate(-0.05, 0.0, 398.0, WEEK_S, 168), 398.4, "moves away"),
        (trend.Rate(0.05, 0.0, 398.0, WEEK_S, 168), 398.8, "needs 16 days, more than two windows"),
    ],
)
def test_no_forecast_where_none_is_due(rate: trend.Rate, limit: float, why: str) -> None:
    """A forecast is refused rather than guessed."""
    assert trend.meets(rate, limit, is_above=True) is None, why
