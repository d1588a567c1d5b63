"""The smallest change of weights; oracles: a linear program of scipy, and a grid of all weights of three indicators."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tailings.comparison.turning import smallest_change

share = st.floats(0, 1).map(lambda value: round(value, 3))


def by_program(weights: np.ndarray, difference: np.ndarray) -> float | None:
    """The least sum of what is taken, with w - taken + given, w . d <= 0: a linear program."""
    k = len(weights)
    found = linprog(
        np.r_[np.ones(k), np.zeros(k)],
        A_ub=[np.r_[-difference, difference]],
        b_ub=[-weights @ difference],
        A_eq=[np.r_[np.ones(k), -np.ones(k)]],
        b_eq=[0],
        bounds=[(0, weight) for weight in weights] + [(0, 1 if weight else 0) for weight in weights],
    )
    return float(found.fun) if found.status == 0 else None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(share, share, share), min_size=1, max_size=6).filter(lambda rows: any(row[0] for row in rows))
)
def test_it_is_what_a_linear_program_finds(rows: list[tuple[float, float, float]]) -> None:
    """The share that moves is the least one; with the weights then, the two are equal."""
    given_, first, second = np.array(rows).T
    weights, difference = given_ / given_.sum(), first - second
    if weights @ difference < 0:
        difference = -difference
    found, told = smallest_change(weights, difference), by_program(weights, difference)

    if found is None:  # a program may find a tie where the lead is used up only by the last grain
        assert told is None or difference[weights > 0].min() >= 0
        return
    assert told is not None and found.moved == pytest.approx(told, abs=1e-7)
    assert np.array(found.weights) @ difference == pytest.approx(0, abs=1e-9) or not found.moves
    assert sum(found.weights) == pytest.approx(1) and min(found.weights) >= 0


def test_no_weights_of_a_grid_turn_it_with_less() -> None:
    """Three indicators, every weight in steps of a hundredth; by hand 0.1 of the weights: (0.3 - 0.2 x 0.5)/..."""
    weights, difference = np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.1, -0.4])
    grid = np.array([(a, b, 100 - a - b) for a in range(101) for b in range(101 - a)]) / 100
    turned = grid[grid @ difference <= 1e-12]
    least = np.abs(turned - weights).sum(axis=1).min() / 2
    found = smallest_change(weights, difference)

    assert found is not None
    assert found.moved == pytest.approx(0.25) and found.moved <= least < found.moved + 0.011
    assert [(one.giver, one.receiver) for one in found.moves] == [(0, 2)]


def test_where_one_is_better_in_everything_nothing_turns_it() -> None:
    """No weights do, and none are given to an indicator that is not chosen."""
    assert smallest_change(np.array([0.5, 0.5]), np.array([0.1, 0.0])) is None
    assert smallest_change(np.array([1.0, 0.0]), np.array([0.1, -0.5])) is None


def test_of_two_that_are_equal_nothing_moves() -> None:
    """They are equal already."""
    found = smallest_change(np.array([0.5, 0.5]), np.array([0.2, -0.2]))

    assert found is not None and found.moved == 0
