"""Climatology: seasons, their overlap, and the turn of the year."""

import msgspec
import numpy as np
import pytest

from tailings.filters import Around, climatology
from tailings.filters.climatology import Season, Settings
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"seasons": [{"period": "month", "span": [1, 6], "suspect": [3, 7], "fail": [1, 9]}]}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def at(*days: str) -> np.ndarray:
    """Times in Unix milliseconds."""
    return np.array(days, dtype="datetime64[ms]").astype(np.int64)


def test_each_season_has_its_span() -> None:
    """The same value is good in summer and suspect in winter; outside all seasons nothing is said."""
    seasons = (Season("month", (6, 8), (15, 30), (0, 40)), Season("month", (12, 12), (0, 10)))
    series = Series.of(at("2025-06-01", "2025-08-31", "2025-09-01", "2025-12-01"), [20.0, 41.0, 20.0, 20.0])

    assert climatology.flag_values(series, Settings(seasons), Around()).tolist() == [1, 4, 2, 3]


def test_a_later_season_overrides() -> None:
    """Days 152 to 160 (1 to 9 June 2025) lie within the summer and have their own span."""
    seasons = (Season("month", (6, 8), (15, 30)), Season("dayofyear", (152, 160), (10, 12)))
    series = Series.of(at("2025-06-09T23:59", "2025-06-10"), [20.0, 20.0])

    assert climatology.flag_values(series, Settings(seasons), Around()).tolist() == [3, 1]


def test_leap_day_counts() -> None:
    """31 December is day 366 in 2024 and day 365 in 2025."""
    season = Settings((Season("dayofyear", (366, 366), (0, 1)),))

    flags = climatology.flag_values(Series.of(at("2024-12-31", "2025-12-31"), [0.5, 0.5]), season, Around())

    assert flags.tolist() == [1, 2]


@pytest.mark.parametrize("span", [[0, 3], [12, 2], [1, 13]])
def test_a_season_lies_within_a_year(span: list[int]) -> None:
    """Winter is two seasons; the message says so."""
    with pytest.raises(msgspec.ValidationError, match="two seasons across New Year"):
        msgspec.convert({"period": "month", "span": span, "suspect": [0, 1]}, Season)
