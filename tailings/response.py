"""What a cause explains of an effect: a straight line fitted over a reference time, with a band for new points.

effect = intercept + slope * cause. A later point outside the prediction band is not explained by that cause as it was
in the reference time; it says nothing about why. The band is Student's t with as many degrees of freedom as the
reference days are worth (tailings.confidence): 19 of 20 new points of the same process lie inside. Days that are too
much alike to be worth three independent ones carry no band, and then there is no line either.

Source: simple linear regression and its prediction interval by definition (secondary: any textbook; tested against
scipy.stats, a worked example by hand and simulation).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from tailings.confidence import effective_size, half_width
from tailings.series import Mask, Values

MIN_POINTS: Final = 20
MIN_SPREAD: Final = 1e-9
_TERMS: Final = 2


class Response(NamedTuple):
    """A fitted line: what one unit of the cause does, the noise's standard deviation, and how good it is.

    r2: share of the effect's variance that the cause explains. independent: how many independent points those fitted to
    are worth. cause_mean, cause_spread: of the points fitted to.
    """

    intercept: float
    slope: float
    noise_sd: float
    r2: float
    points: int
    independent: float
    cause_mean: float
    cause_spread: float

    def expected(self, cause: Values) -> Values:
        """The effect that the line gives, float64[n]."""
        return self.intercept + self.slope * cause

    def half_width(self, cause: Values) -> Values:
        """Half the width of the band for one new point, float64[n]."""
        away = (cause - self.cause_mean) ** 2 / self.cause_spread * self.points
        reach = half_width(self.independent - _TERMS)
        return reach * self.noise_sd * np.sqrt(1 + (1 + away) / self.independent)

    def is_outside(self, cause: Values, effect: Values) -> Mask:
        """Whether points lie outside the band, bool[n]."""
        return np.asarray(np.abs(effect - self.expected(cause)) > self.half_width(cause))


def fit(cause: Values, effect: Values) -> Response | None:
    """Fit the line to pairs on even steps (float64[n] each, NaN = missing).

    None below twenty pairs, when the cause never moved, or when the pairs are too much alike to carry a band.
    """
    found = _line(cause, effect)
    return found if found is not None and _has_band(found) else None


def _has_band(response: Response) -> bool:
    return response.independent - _TERMS >= 1


def _line(cause: Values, effect: Values) -> Response | None:
    is_pair = np.isfinite(cause) & np.isfinite(effect)
    if np.count_nonzero(is_pair) < MIN_POINTS:
        return None
    return through(cause[is_pair], effect[is_pair], np.diff(np.flatnonzero(is_pair)) == 1)


def through(x: Values, y: Values, is_next: Mask) -> Response | None:
    """Lay the line through pairs, however few and alike: its band may be endless. None when x stands still.

    x, y: float64[n]. is_next: bool[n - 1], whether a pair follows the one before it by the usual step.
    """
    spread = float(np.sum((x - x.mean()) ** 2))
    if spread < MIN_SPREAD:
        return None
    slope = float(np.sum((x - x.mean()) * (y - y.mean())) / spread)
    intercept = float(y.mean() - slope * x.mean())
    residual = y - intercept - slope * x
    total = float(np.sum((y - y.mean()) ** 2))
    left = float(np.mean(residual**2))
    r2 = 1 - left * x.size / total if total > 0 else 0.0
    independent = effective_size(residual, is_next, _TERMS) if x.size > _TERMS + 2 else float(x.size)
    noise_sd = float(np.sqrt(left * independent / max(independent - _TERMS, 1.0)))
    return Response(
        intercept,
        slope,
        noise_sd,
        r2,
        int(x.size),
        independent=independent,
        cause_mean=float(x.mean()),
        cause_spread=spread,
    )


class Delayed(NamedTuple):
    """A response that comes `delay` steps after its cause."""

    response: Response
    delay: int


def fit_delayed(cause: Values, effect: Values, most: int) -> Delayed | None:
    """Fit with each whole delay from 0 to `most` steps and return the one that explains most; None as for `fit`.

    cause, effect: float64[n] on the same even steps, NaN = missing. The delay is found by trying, so it is a
    description of the reference time and no more.
    """
    found = [Delayed(line, delay) for delay in range(most + 1) if (line := _line(late(cause, delay), effect))]
    best = max(found, key=lambda one: one.response.r2, default=None)
    return best if best is not None and _has_band(best.response) else None


def late(cause: Values, delay: int) -> Values:
    """Return a series `delay` steps later, float64[n]; the steps before it are missing."""
    missing = min(delay, cause.size)
    return np.concatenate((np.full(missing, np.nan), cause[: cause.size - missing]))
