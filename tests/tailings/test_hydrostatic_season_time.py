"""The HST model: against known coefficients, the normal equations in numpy, simulation, and a measured pond."""

import csv
from datetime import UTC, datetime

import numpy as np
import pytest

from tailings import hydrostatic_season_time as hst
from tailings.confidence import half_width
from tailings.series import Values
from tests import pond
from tests.tailings.autoregression import noise

START_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
DAYS = 1000
DAY_MS = START_MS + np.arange(DAYS) * 86_400_000
YEARS = (np.arange(DAYS) + 0.5) / 365.25
ANGLE = 2 * np.pi * (DAY_MS + 43_200_000) / (365.25 * 86_400_000)
RANDOM = np.random.default_rng(33)
POND_M = 338.0 + np.convolve(RANDOM.normal(size=DAYS + 60), np.ones(61) / 8, "valid")
RAIN_MM = RANDOM.gamma(0.3, 8.0, DAYS)
X = (2 * POND_M - POND_M.max() - POND_M.min()) / np.ptp(POND_M)
"""Pond level between -1 and 1, written down anew."""
TRUTH = np.array([330.0, 1.2, 0.3, -0.1, 0.05, 0.2, -0.1, 0.04, 0.03, -0.08, 0.002])
COLUMNS = np.array(
    [
        np.ones(DAYS),
        X,
        X**2,
        X**3,
        X**4,
        np.cos(ANGLE),
        np.sin(ANGLE),
        np.cos(2 * ANGLE),
        np.sin(2 * ANGLE),
        YEARS,
        RAIN_MM,
    ]
).T
TRUE_LEVEL_M = COLUMNS @ TRUTH


def test_known_coefficients_are_found() -> None:
    """A level made of known terms, without noise: each coefficient to eight digits."""
    tiny = 1e-9 * RANDOM.normal(size=DAYS)
    found = hst.fit(DAY_MS, TRUE_LEVEL_M + tiny, POND_M, RAIN_MM)

    assert found.model.coefficients == pytest.approx(TRUTH, abs=1e-7)
    assert found.model.r2 == pytest.approx(1.0)
    assert found.model.expected_m(DAY_MS + 43_200_000, POND_M, RAIN_MM) == pytest.approx(TRUE_LEVEL_M, abs=1e-7)


def test_coefficients_and_errors_are_those_of_the_normal_equations() -> None:
    """With noise: coefficients of (X'X)^-1 X'y; errors of s^2 (X'X)^-1 for independent days; r2 by definition."""
    level_m = TRUE_LEVEL_M + RANDOM.normal(0, 0.05, DAYS)
    inverse = np.linalg.inv(COLUMNS.T @ COLUMNS)
    expected = inverse @ COLUMNS.T @ level_m
    left = level_m - COLUMNS @ expected
    classical = np.sqrt(left @ left / (DAYS - TRUTH.size) * np.diag(inverse))

    found = hst.fit(DAY_MS, level_m, POND_M, RAIN_MM)

    assert found.model.coefficients == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert found.model.r2 == pytest.approx(1 - left @ left / np.sum((level_m - level_m.mean()) ** 2))
    assert found.errors == pytest.approx(classical, rel=0.15)  # as far as the autocorrelation of noise is not nought


@pytest.mark.parametrize(("r", "least"), [(0.0, 0.93), (0.9, 0.90)])
def test_errors_hold_the_truth_for_days_that_remember(r: float, least: float) -> None:
    """The pond's slope and the trend lie within their interval nine times of ten at least, of 200 simulated dams.

    Counted as if each day were independent it is less than half of them at an autocorrelation of 0.9.
    """
    inside, plain = 0, 0
    for one in noise(np.random.default_rng(7), 200, DAYS, r):
        found = hst.fit(DAY_MS, TRUE_LEVEL_M + 0.05 * one, POND_M, RAIN_MM)
        off = np.abs(found.model.coefficients - TRUTH)[[1, 9]] / found.errors[[1, 9]]
        inside += int(np.sum(off < half_width(found.model.independent_days - TRUTH.size)))
        plain += int(np.sum(off < 1.96 * np.sqrt(found.model.independent_days / DAYS)))

    assert inside / 400 > least
    assert r == 0.0 or plain / 400 < 0.5


def test_the_residual_keeps_its_spread() -> None:
    """A noise of 0.05 m is told as 0.05 m within a tenth, and what the days are worth is less than there are."""
    one = noise(np.random.default_rng(9), 1, DAYS, 0.6)[0]
    found = hst.fit(DAY_MS, TRUE_LEVEL_M + 0.05 * one, POND_M, RAIN_MM)

    assert found.model.residual_sd_m == pytest.approx(0.05, rel=0.1)
    assert found.autocorrelation == pytest.approx(0.6, abs=0.1)
    assert found.model.independent_days < DAYS / 3


def cut(values: Values, days: int) -> Values:
    """The first days, with a hole."""
    found = values[:days].copy()
    found[20:23] = np.nan
    return found


def test_less_than_a_year_has_no_season_and_no_trend() -> None:
    """Of 300 days the pond and the rain alone are fitted, and the model says so by what it lacks."""
    level_m = COLUMNS[:, :5] @ TRUTH[:5] + RANDOM.normal(0, 0.05, DAYS)
    found = hst.fit(DAY_MS[:300], cut(level_m, 300), POND_M[:300], RAIN_MM[:300])

    assert (found.model.season_m, found.model.trend_m_per_year) == ((), None)
    assert (found.model.days, found.errors.size) == (297, 6)


@pytest.mark.parametrize(
    ("level_m", "pond_m", "rain_mm", "reason"),
    [
        (TRUE_LEVEL_M[:50], POND_M[:50], None, "too-few-days"),
        (TRUE_LEVEL_M[:200], 338.0 + 0.001 * POND_M[:200], None, "pond-still"),
        (TRUE_LEVEL_M[:200], np.where(np.arange(200) % 2, 338.0, 339.0), None, "terms-alike"),
        (TRUE_LEVEL_M[:200], POND_M[:200], np.zeros(200), "terms-alike"),
        (TRUE_LEVEL_M[:300], POND_M[:300], RAIN_MM[:300], "days-alike"),
        (np.full(200, 331.0), POND_M[:200], None, "level-still"),
    ],
)
def test_what_carries_no_model_is_refused(level_m: Values, pond_m: Values, rain_mm: Values | None, reason: str) -> None:
    """Few days, a pond that stands still or knows two levels, no rain, a season in less than a year, a dead level."""
    with pytest.raises(hst.CannotFit) as refused:
        hst.fit(DAY_MS[: level_m.size], level_m, pond_m, rain_mm)

    assert refused.value.reason == reason


def test_a_model_knows_where_it_ends() -> None:
    """Beyond its levels, its rain, and further from its time than that is long."""
    model = hst.fit(DAY_MS, TRUE_LEVEL_M + RANDOM.normal(0, 0.01, DAYS), POND_M, RAIN_MM).model
    low, high = POND_M.min(), POND_M.max()
    ends = np.array([START_MS + day * 86_400_000 for day in (-1001, -999, 500, 1999, 2001)])

    assert model.is_beyond_pond(np.array([low - 0.01, low, high, high + 0.01, np.nan])).tolist() == [1, 0, 0, 1, 0]
    assert model.is_beyond_rain(np.array([RAIN_MM.max(), RAIN_MM.max() + 1, np.nan])).tolist() == [0, 1, 0]
    assert model.is_beyond_time(ends).tolist() == [1, 0, 0, 0, 1]


def test_a_measured_pond_explains_what_follows_it() -> None:
    """The summer of 2020: of a level that follows the measured pond all but its noise of 5 mm is explained.

    A smoke of realism: days of a real pond, which is smooth and moves little.
    """
    with pond.FILE.open() as file:
        rows = list(csv.reader(file))
    by_day: dict[int, list[float]] = {}
    for row in rows[1:]:
        try:
            at = datetime.fromisoformat(row[0].replace("/", "-")).replace(tzinfo=UTC)
            by_day.setdefault(int(at.timestamp() // 86_400) * 86_400_000, []).append(float(row[1]))
        except ValueError:
            continue
    day_ms = np.array(sorted(by_day))
    pond_m = np.array([np.mean(by_day[int(day)]) for day in day_ms])
    follows = hst.fit(day_ms, 400 + 0.7 * pond_m + np.random.default_rng(4).normal(0, 0.005, day_ms.size), pond_m)

    assert follows.model.r2 > 0.95
    assert follows.model.residual_sd_m == pytest.approx(0.005, rel=0.3)
