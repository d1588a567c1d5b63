"""The pooling model a second time, with nothing in closed form: a flat mean and the scale are summed over grids."""

from __future__ import annotations

import itertools
import math

import numpy as np

QUARTERS = [parts for parts in itertools.product(range(5), repeat=5) if sum(parts) == 4]


def quantiles(facilities: list[dict], target: int, at: list[float]) -> list[float]:
    """Quantiles of the log mean grade of a facility; each has commodity, type, age, place [km, flat] and logs."""
    values = np.concatenate([np.array(one["logs"], float) for one in facilities])
    of = np.repeat(np.arange(len(facilities)), [len(one["logs"]) for one in facilities])
    axis, density = np.linspace(-9, 9, 901) + values.mean(), np.zeros(901)
    for quarters in QUARTERS:
        shares = [0.95 * one / 4 for one in quarters]
        shares[4] += 0.05
        for reach_km in (10.0, 50.0) if quarters[3] else (10.0,):
            between = covariance(facilities, shares, reach_km)
            for power in range(-5, 4):
                density += contribution(values, of, between, 2.0**power, target=target, axis=axis)
    shares = np.cumsum(density) / density.sum()
    return [float(np.interp(one, shares, axis)) for one in at]


def covariance(facilities: list[dict], shares: list[float], reach_km: float) -> np.ndarray:
    """Entry by entry."""
    count = len(facilities)
    found = np.zeros((count, count))
    for i, j in itertools.product(range(count), range(count)):
        one, other = facilities[i], facilities[j]
        for share, name in zip(shares[:3], ("commodity", "type", "age"), strict=True):
            found[i, j] += share * (i == j or (one[name] == other[name] != ""))
        apart = 0.0 if i == j else math.inf
        if i != j and one["place"] and other["place"]:
            apart = math.dist(one["place"], other["place"])
        found[i, j] += shares[3] * math.exp(-apart / reach_km) + shares[4] * (i == j)
    return found


def contribution(
    values: np.ndarray, of: np.ndarray, between: np.ndarray, ratio: float, *, target: int, axis: np.ndarray
) -> np.ndarray:
    """Likelihood times density of theta + ratio phi / 2 on the axis, summed over the scale phi."""
    found = np.zeros(len(axis))
    vague = 1e4  # the variance of the mean, in units of phi: as good as flat
    whole = between[np.ix_(of, of)] + ratio * np.eye(len(values)) + vague
    inverse = np.linalg.inv(whole)
    centred = values - values.mean()
    towards = between[target, of] + vague
    middle = values.mean() + towards @ inverse @ centred
    spread = between[target, target] + vague - towards @ inverse @ towards
    squares, logdet = centred @ inverse @ centred, np.linalg.slogdet(whole)[1]
    # A flat mean has no scale of its own: without its factor the integral over it would take one power of phi more.
    degrees = len(values) - 1
    for log_phi in np.linspace(-4, 5, 46):
        phi = math.exp(log_phi)
        prior = -1.5 * log_phi - 1.5 / phi  # inverse gamma (3/2, 3/2), by the log of phi
        weight = math.exp(prior - 0.5 * (logdet + degrees * log_phi + squares / phi))
        mean, variance = middle + 0.5 * ratio * phi, phi * spread
        found += weight * np.exp(-0.5 * (axis - mean) ** 2 / variance) / math.sqrt(variance)
    return found
