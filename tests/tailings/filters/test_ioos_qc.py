"""Flag for flag against ioos_qc 3.0: random series, the real pond, ours and theirs."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bench.oracle import pond
from tailings.filters import Around, attenuated_signal, climatology, flat_line, gap, gross_range, rate_of_change, spike
from tailings.series import Flags, Series

START_MS = 1590969600000  # 2020-06-01
STEP_S = 300


def simulated(rows: int = 5000, seed: int = 1) -> Series:
    """A noisy walk with spikes, flat stretches and missing values, every 5 minutes."""
    rng = np.random.default_rng(seed)
    value = np.round(np.cumsum(rng.normal(0, 0.02, rows)) + 338, 2)
    value[rng.integers(0, rows, rows // 100)] += rng.choice([-3, -0.4, 0.4, 3], rows // 100)
    for start in rng.integers(0, rows - 200, 8):
        value[start : start + int(rng.integers(20, 150))] = value[start]
    value[rng.random(rows) < 0.02] = np.nan
    return Series.of(START_MS + np.arange(rows) * STEP_S * 1000, value)


SERIES = {"simulated": simulated, "pond": pond}


def datetimes(series: Series) -> np.ndarray[Any, Any]:
    """Times as ioos_qc takes them."""
    return series.time_ms.astype("datetime64[ms]").astype("datetime64[ns]")


def same(ours: Flags, theirs: Any, but: int = 0) -> None:
    """All flags equal, the first `but` rows aside."""
    other = np.asarray(theirs).astype(np.uint8)
    differing = np.flatnonzero(ours[but:] != other[but:]) + but
    assert differing.size == 0, [(row, ours[row], other[row]) for row in differing[:10].tolist()]


@pytest.fixture
def qartod() -> ModuleType:
    """The other implementation, loaded by who tests against it: it takes half a second."""
    from ioos_qc import qartod

    return qartod


@pytest.fixture(params=["simulated", "pond"])
def series(request: pytest.FixtureRequest) -> Series:
    """Both series in turn."""
    return SERIES[request.param]()


def test_gross_range(qartod: ModuleType, series: Series) -> None:
    """gross_range_test with both spans."""
    ours = gross_range.flag_values(series, gross_range.Settings((337.5, 338.8), (338.0, 338.5)), Around())

    same(ours, qartod.gross_range_test(series.value, (337.5, 338.8), (338.0, 338.5)))


@pytest.mark.parametrize("method", ["average", "differential"])
def test_spike(qartod: ModuleType, series: Series, method: Any) -> None:
    """spike_test by both of its methods."""
    ours = spike.flag_values(series, spike.Settings(0.05, 0.3, method), Around())

    same(ours, qartod.spike_test(series.value, suspect_threshold=0.05, fail_threshold=0.3, method=method))


def test_rate_of_change(qartod: ModuleType, series: Series) -> None:
    """rate_of_change_test with both thresholds, ours per hour, theirs per second."""
    ours = rate_of_change.flag_values(series, rate_of_change.Settings(0.48, 1.2), Around())

    same(ours, qartod.rate_of_change_test(series.value, datetimes(series), 0.48 / 3600, 1.2 / 3600))


def test_flat_line(qartod: ModuleType) -> None:
    """flat_line_test on an evenly spaced series."""
    series = simulated()
    settings = flat_line.Settings(tolerance=0.015, suspect_after_s=3600, fail_after_s=7200)

    ours = flat_line.flag_values(series, settings, Around(expected_interval_s=STEP_S))

    same(ours, qartod.flat_line_test(series.value, datetimes(series), 3600, 7200, 0.015))


@pytest.mark.parametrize("measure", ["std", "range"])
def test_attenuated_signal(qartod: ModuleType, series: Series, measure: Any) -> None:
    """attenuated_signal_test over 6 h with at least 20 values.

    Beside a missing value its range says not evaluated and its deviation does not; ours looks at the values there are.
    """
    series = series.rows(~np.isnan(series.value))
    settings = attenuated_signal.Settings(21600, suspect=0.02, fail=0.008, min_rows=20, measure=measure)

    ours = attenuated_signal.flag_values(series, settings, Around())

    same(
        ours,
        qartod.attenuated_signal_test(
            series.value, datetimes(series), 0.02, 0.008, test_period=21600, min_obs=20, check_type=measure
        ),
    )


def test_climatology(qartod: ModuleType, series: Series) -> None:
    """climatology_test by months and by days of the year, a later one overriding an earlier one.

    Missing values aside, which it calls good.
    """
    series = series.rows(~np.isnan(series.value))
    seasons: list[dict[str, Any]] = [
        {"period": "month", "tspan": (6, 7), "vspan": (338.2, 338.6), "fspan": (338.1, 338.8)},
        {"period": "dayofyear", "tspan": (170, 200), "vspan": (338.3, 338.5), "fspan": None},
    ]
    settings = climatology.Settings(
        tuple(climatology.Season(s["period"], s["tspan"], s["vspan"], s["fspan"]) for s in seasons)
    )

    ours = climatology.flag_values(series, settings, Around())

    nowhere = np.full(len(series), np.nan)
    same(ours, qartod.climatology_test(seasons, series.value, datetimes(series), nowhere))


def test_gap(qartod: ModuleType, series: Series) -> None:
    """time_gap_test; the first row aside, which copies the second one there."""
    full = series.rows(~np.isnan(series.value))

    ours = gap.flag_values(full, gap.Settings(3600, 3600), Around())

    same(ours, qartod.time_gap_test(datetimes(full), 1), but=1)
