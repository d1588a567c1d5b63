"""How far prices move in a year and which move together, from annual averages of several years (price_history.toml).

Four changes of a series tell little, so each figure is half its own and half that of all series: the variance of the
yearly changes of the logarithm with the median of all, a correlation with the mean of all pairs that are asked for.
Changes are taken about zero: no trend is carried on. A convention of this program, named in the method statement.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct

from tailings.commodities.elements import DATA
from tailings.estimate.outcomes import Z10
from tailings.series import Values

OWN: Final = 0.5
"""Weight of what a series, or a pair, itself shows."""


class PriceHistory(Struct, frozen=True, forbid_unknown_fields=True):
    """Annual averages by series and year, in the unit of the series, and where they were read."""

    source: str
    read_in: str
    checked: str
    estimated: tuple[int, ...]
    series: dict[str, dict[int, float]]


@cache
def history() -> PriceHistory:
    """Read the file."""
    return msgspec.convert(tomllib.loads((DATA / "price_history.toml").read_text()), PriceHistory, strict=False)


def is_known(key: str) -> bool:
    """Whether there are several years of a series."""
    return key in history().series


def years() -> tuple[int, int]:
    """First and last year of the averages."""
    found = [year for averages in history().series.values() for year in averages]
    return min(found), max(found)


def yearly_deviation(key: str) -> float:
    """Standard deviation of the change of the logarithm of a price in a year; raises KeyError for an unknown series."""
    return math.sqrt(OWN * _variance(key) + (1 - OWN) * _median_variance())


def shares(key: str, horizon_years: float = 1.0) -> tuple[float, float]:
    """P90 and P10 of a price as shares of its newest average, so many years on; raises KeyError."""
    reach = math.exp(Z10 * yearly_deviation(key) * math.sqrt(horizon_years))
    return 1 / reach, reach


def correlation(keys: Sequence[str]) -> Values:
    """(n, n) of the changes of the logarithms; a series without several years is as the others are on average."""
    known = [number for number, key in enumerate(keys) if is_known(key)]
    whole, count = np.eye(len(keys)), len(known)
    if count < 2:
        return whole
    changes = np.array([_changes(keys[number]) for number in known])
    scaled = changes / np.sqrt((changes**2).sum(axis=1, keepdims=True))
    own = scaled @ scaled.T
    mean = max(0.0, float((own.sum() - count) / (count * (count - 1))))
    whole = np.full((len(keys), len(keys)), mean)
    whole[np.ix_(known, known)] = OWN * own + (1 - OWN) * mean
    np.fill_diagonal(whole, 1.0)
    return whole


def _changes(key: str) -> Values:
    averages = history().series[key]
    return np.diff(np.log([averages[year] for year in sorted(averages)]))


def _variance(key: str) -> float:
    return float((_changes(key) ** 2).mean())


@cache
def _median_variance() -> float:
    return float(np.median([_variance(key) for key in history().series]))
