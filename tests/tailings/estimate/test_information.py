"""Value of information against the closed form of the normal linear case, and against a brute-force Monte Carlo."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.estimate import information

NORMAL = NormalDist()


def gain(mean: float, deviation: float) -> float:
    """E max(X, 0) - max(E X, 0) of X normal: deviation x (phi(u) - |u| Phi(-|u|)), u = mean / deviation."""
    u = abs(mean) / deviation
    return deviation * (NORMAL.pdf(u) - u * NORMAL.cdf(-u))


@settings(max_examples=25)
@given(
    mean=st.floats(-2, 2),
    slopes=st.tuples(st.floats(0.2, 2), st.floats(0.2, 2), st.floats(0.2, 2)),
    removed=st.floats(0.05, 1),
)
def test_the_normal_linear_case_has_its_closed_form(
    mean: float, slopes: tuple[float, float, float], removed: float
) -> None:
    """V = m + a x + b y + c z: shares of variance, perfect and sample information of x, of y and z, of all."""
    draws = np.random.default_rng(1).standard_normal((3, 40_000))
    value = mean + np.array(slopes) @ draws
    whole = math.hypot(*slopes)
    for members in ((0,), (1, 2), (0, 1, 2)):
        own = math.hypot(*(slopes[one] for one in members))
        found = information.expected_given([draws[one] for one in members], value)
        assert information.variance_share(found, value) == pytest.approx((own / whole) ** 2, abs=0.03)
        assert information.of_perfect(found) == pytest.approx(gain(mean, own), abs=0.02 * whole)
        assert information.of_sample(found, removed) == pytest.approx(
            gain(mean, math.sqrt(removed) * own), abs=0.02 * whole
        )


def test_a_product_is_known_by_its_factors() -> None:
    """V = price x tonnes - cost: E[V|price] is linear; against an inner Monte Carlo of each price."""
    random = np.random.default_rng(2)
    price, tonnes, cost = 10 + random.standard_normal(60_000), 5 + random.standard_normal(60_000), 48.0
    found = information.expected_given([price], price * tonnes - cost)
    inner = [max(one * 5 - cost, 0.0) for one in 10 + np.random.default_rng(3).standard_normal(60_000)]

    assert information.of_perfect(found) == pytest.approx(np.mean(inner) - 2.0, rel=0.05)


def test_nothing_is_gained_where_nothing_can_change_the_decision() -> None:
    """A value far above zero, and one that does not vary."""
    sure = 100 + np.random.default_rng(4).standard_normal(1000)

    assert information.of_perfect(information.expected_given([sure], sure)) == 0.0
    assert information.variance_share(np.full(9, 2.0), np.full(9, 2.0)) == 0.0
