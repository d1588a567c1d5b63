"""How sure a fitted line is: Student's t, and how many independent values a series of readings is worth.

Neighbouring readings of one instrument resemble each other, so n of them say less than n independent ones would: as
much as n (1 - r) / (1 + r), for residuals of a first-order autoregression with the autocorrelation r of neighbours.
Residuals of a fit show less of it than there is (by (p + (p + 2) r) / n for p fitted terms, p = 1 a mean, p = 2 a
line), which is put back.

Source: secondary: effective sample size as repeated in climatology (Santer et al. 2000, section 4); the bias of r after
Kendall and Marriott and Pope 1954, for a mean as code for regime shifts repeats it from Orcutt and Winokur 1969
(r = ((n - 1) r + 1) / (n - 4)), for two terms (2 + 4 r) / n as repeated in econometrics, for three by the same rule.
What the rules do together is measured by simulation (tests/tailings/test_trend.py, test_response.py). Student's t from
the incomplete beta function by its continued fraction (secondary: NIST DLMF 8.17.22); tested against scipy.stats.t.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from tailings.series import Mask, Values

CONFIDENCE: Final = 0.95
"""Of a statement about a line: it is wrong at most one time in twenty."""
MOST_R: Final = 0.999
_TERMS: Final = 400
_TINY: Final = 1e-300


def effective_size(residual: Values, is_next: Mask, terms: int, caution: float = 0.0) -> float:
    """How many independent values the residuals of a fit are worth.

    residual: float64[n]. is_next: bool[n - 1], whether a value follows the one before it by the usual step; neighbours
    across a gap say nothing of r. terms: fitted ones, the mean included. caution: standard errors that r is taken
    higher than estimated.
    """
    n, power = residual.size, float(np.mean(residual**2))
    products = (residual[1:] * residual[:-1])[is_next]
    if power <= 0 or products.size == 0:
        return float(n)
    r = float(np.mean(products)) / power
    unbiased = (r * n + terms) / (n - terms - 2)
    error = math.sqrt(max(1.0 - max(r, 0.0) ** 2, 0.0) / n)
    r = min(max(unbiased + caution * error, 0.0), MOST_R)
    return n * (1 - r) / (1 + r)


def half_width(freedom: float) -> float:
    """How many standard errors an interval of CONFIDENCE reaches to either side; infinite below one degree."""
    return student_t((1 + CONFIDENCE) / 2, freedom) if freedom >= 1 else math.inf


@lru_cache(4096)
def student_t(probability: float, freedom: float) -> float:
    """The quantile of Student's t: the value that is exceeded with 1 - probability (0.5 to 1, below it by symmetry).

    freedom: degrees of freedom, above 0, need not be whole.
    """
    if not 0 < probability < 1 or freedom <= 0:
        raise ValueError("a probability lies between 0 and 1, and degrees of freedom are above 0")
    if probability < 0.5:
        return -student_t(1 - probability, freedom)
    low, high = 0.0, 1.0
    while _upper_tail(high, freedom) > 1 - probability:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _upper_tail(middle, freedom) > 1 - probability else (low, middle)
    return (low + high) / 2


def _upper_tail(t: float, freedom: float) -> float:
    """The probability that Student's t exceeds t >= 0."""
    return 0.5 * _beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(scale) / (a * _fraction(x, a, b))


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + ...)) of I_x(a, b), from the front (modified Lentz)."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, _TERMS):
        m, is_odd = divmod(term, 2)
        if is_odd:
            factor = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            factor = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / (1 + factor * d or _TINY)
        c = 1 + factor / c or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
