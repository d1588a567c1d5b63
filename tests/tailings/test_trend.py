"""Rates over a window and when they meet a limit; expected values from scipy.stats, by simulation and by hand."""

import numpy as np
import pytest

from tailings import trend
from tests.tailings.autoregression import noise

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
    assert found.end_value == pytest.approx(100.0) and found.band_per_d == 0.0


def test_slope_and_interval_agree_with_scipy() -> None:
    """On independent noise the interval is that of scipy.stats.linregress, some wider."""
    from scipy import stats

    values = line(0.05, noise=0.02)
    expected = stats.linregress((TIMES - END) / DAY_MS, values)
    half = stats.t.ppf(0.975, TIMES.size - 2) * expected.stderr

    found = trend.rate(TIMES, values, END, WEEK_S)

    assert found and found.per_d == pytest.approx(expected.slope)
    assert 0.95 * half < found.band_per_d < 1.4 * half


FALSE = {
    (168, 0.0): 0.05,
    (168, 0.8): 0.05,
    (168, 0.95): 0.05,
    (24, 0.0): 0.05,
    (24, 0.8): 0.05,
    (24, 0.95): 0.05,
    (16, 0.0): 0.05,
    (16, 0.8): 0.05,
    (16, 0.95): 0.05,
}
"""Of noise alone the largest share that may be called a sure trend: a week of hours, a day, and the fewest."""
FOUND = {
    ("line", 0.0, 1.0): 0.9,
    ("line", 0.8, 4.0): 0.8,
    ("line", 0.95, 10.0): 0.2,
    ("curve", 0.0, 1.0): 0.8,
    ("curve", 0.8, 10.0): 0.9,
    ("curve", 0.95, 10.0): 0.2,
}
"""Of movements by so many standard deviations of the noise in a week the least share that is found."""
SHAPES = {"line": np.linspace(0, 1, 168), "curve": np.linspace(0, 1, 168) ** 2}
RUNS = 1000


def share_sure(values: np.ndarray) -> float:
    """Of hourly series (runs, hours) the share whose line is called sure."""
    hours = values.shape[1]
    rates = [trend.rate(TIMES[-hours:], one, END, hours * 3600.0) for one in values]
    return float(np.mean([rate is not None and rate.is_sure for rate in rates]))


@pytest.mark.case("15", "of noise that remembers at most one line in twenty is called a sure trend")
@pytest.mark.parametrize(("hours", "r"), FALSE)
def test_noise_is_seldom_called_a_trend(hours: int, r: float) -> None:
    """Sure trends in 1,000 series without one, by autocorrelation r; three standard errors of the count are allowed.

    Measured with 20,000 series: 168 h 3.2 %, 2.4 %, 2.3 % at r = 0, 0.8, 0.95; 24 h 1.4 %, 2.4 %, 3.6 %; 16 h 0.9 %,
    2.5 %, 3.7 %. Two standard errors by r as estimated from the line gave 15 % (168 h) and 36 % (24 h) at 0.95.
    """
    found = share_sure(noise(np.random.default_rng(round(1000 * r) + hours), RUNS, hours, r))

    assert found <= FALSE[hours, r] + 3 * np.sqrt(0.05 * 0.95 / RUNS)


@pytest.mark.parametrize(("shape", "r", "size"), FOUND)
def test_a_movement_is_found(shape: str, r: float, size: float) -> None:
    """The other side of the table: what is found of a real movement, straight or one that speeds up."""
    values = noise(np.random.default_rng(17), 300, 168, r) + size * SHAPES[shape]

    assert share_sure(values) >= FOUND[shape, r, size]


def test_a_walk_without_aim_is_seldom_a_trend() -> None:
    """Of 300 random walks, which have no r to be estimated, at most a tenth (measured with 20,000: 5.8 %)."""
    assert share_sure(noise(np.random.default_rng(3), 300, 168, 1.0)) < 0.1


def test_a_gap_does_not_hide_how_alike_neighbours_are() -> None:
    """Of noise at r = 0.95 every other day is missing: hours on both sides of a gap are not taken as neighbours."""
    values = noise(np.random.default_rng(23), 400, 168, 0.95)
    values[:, (np.arange(168) // 24) % 2 == 1] = np.nan

    assert share_sure(values) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


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
    rising = trend.Rate(0.05, 0.01, 398.62, WEEK_S, 168, independent=168)
    falling = trend.Rate(-0.05, 0.0, 2.0, WEEK_S, 168, independent=168)

    up, down = trend.meets(rising, 399.10, is_above=True), trend.meets(falling, 1.5, is_above=False)

    assert up and up.days == pytest.approx(9.6)
    assert up.earliest_d == pytest.approx(8.0) and up.latest_d == pytest.approx(12.0)
    assert down and down.days == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("rate", "limit", "why"),
    [
        (trend.Rate(0.05, 0.06, 398.0, WEEK_S, 168, independent=168), 398.4, "does not differ from level"),
        (trend.Rate(0.05, 0.0, 398.0, WEEK_S, 168, independent=168), 397.9, "past it already"),
        (trend.Rate(-0.05, 0.0, 398.0, WEEK_S, 168, independent=168), 398.4, "moves away"),
        (trend.Rate(0.05, 0.0, 398.0, WEEK_S, 168, independent=168), 398.8, "needs 16 days, more than two windows"),
    ],
)
def test_no_forecast_where_none_is_due(rate: trend.Rate, limit: float, why: str) -> None:
    """A forecast is refused rather than guessed."""
    assert trend.meets(rate, limit, is_above=True) is None, why


MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("minutes", "values", "expected"),
    [
        ([75, 60, 45, 30, 15, 0], [1.0, 1.1, 1.2, 1.3, 1.35, 1.4], 0.3),  # every quarter: from an hour ago on
        ([70, 10], [1.0, 1.3], 0.3),  # the newest is ten minutes old: an hour before it
        ([110, 75, 30], [1.0, 1.1, 1.3], 0.2),  # 45 minutes apart, as near as there is
        ([60, 0], [1.0, np.nan], None),  # missing now, and never the last value
        ([60, 30, 0], [np.nan, 1.2, 1.3], None),  # missing an hour ago: half an hour is no hour
        ([360, 0], [1.0, 1.3], None),  # every six hours
        ([91, 31], [1.0, 1.3], None),  # silent for half of the hour
        ([0], [1.3], None),
        ([], [], None),
    ],
)
def test_the_change_of_the_last_hour_is_never_made_up(
    minutes: list[int], values: list[float], expected: float | None
) -> None:
    """Worked out by hand: the newest reading minus that of an hour before; None where there is none then or now."""
    found = trend.change(END - np.array(minutes, np.int64) * MINUTE_MS, np.array(values), END)

    assert found is None if expected is None else found == pytest.approx(expected)
