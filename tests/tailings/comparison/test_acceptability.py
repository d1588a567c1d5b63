"""Ranks and their shares; oracles: scipy, pysensmcda in an environment of its own, closed forms, definitions."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tailings.comparison import Candidate, Range, compare, sampling
from tailings.comparison.acceptability import acceptability, between, central_weights, ranks
from tests import foreign
from tests.tailings.comparison import made

PYSENSMCDA = """
import json, sys
import numpy as np
from pysensmcda.smaa import central_weights, rank_acceptability, simulate
given = np.load(sys.argv[1])
values, weights = given["values"], given["weights"]
result = simulate(lambda matrix, w, types: matrix @ w, values.mean(axis=0), np.ones(weights.shape[1]), weights=weights,
                  matrix_samples=values, reverse_ranking=True)
print(json.dumps([rank_acceptability(result).tolist(), central_weights(result).tolist()]))
"""


def sampled(count: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Values (draws, n, k), weights (draws, k) and our scores (n, draws) of the same samples."""
    of = made.of_seed(count, seed)
    known = sampling.known("hazard", of)
    drawn = sampling.weights("hazard", np.ones(7), 1.0, 500, seed)
    uniform = np.stack([sampling.deviates("hazard", one.key, 500, seed) for one in of])
    columns = [
        sampling.at(known.low[:, place], known.high[:, place], known.middle[:, place], uniform[:, place])
        for place in range(7)
    ]
    return np.stack(columns, axis=-1).transpose(1, 0, 2), drawn, sampling.scores("hazard", of, known, drawn, seed)


def test_ranks_are_those_of_scipy_on_the_same_samples() -> None:
    """The score is the weighted sum; 1 is the highest; equal ones share the better rank (scipy: method "min")."""
    values, weights, scores = sampled(9, 5)
    scores[3] = scores[6]
    told = stats.rankdata(-scores, method="min", axis=0)

    np.testing.assert_allclose(sampled(9, 5)[2], np.einsum("dnk,dk->nd", values, weights), rtol=1e-12)
    np.testing.assert_array_equal(ranks(scores), told)
    np.testing.assert_array_equal(acceptability(ranks(scores), 4)[:, 2], (told == 3).mean(axis=1))


@pytest.mark.foreign
def test_rank_acceptability_is_that_of_pysensmcda(tmp_path: Path) -> None:
    """On the same 500 samples of weights and of values of 9 facilities; central weights as well."""
    values, weights, scores = sampled(9, 11)
    np.savez(tmp_path / "samples.npz", values=values, weights=weights)
    shares, central = foreign.asked(PYSENSMCDA, tmp_path / "samples.npz")
    own = ranks(scores)

    np.testing.assert_allclose(acceptability(own, 9), shares, atol=1e-12)
    np.testing.assert_allclose(central_weights(own, weights), np.array(central, float), atol=1e-12)


@pytest.mark.parametrize(
    ("lead", "freedom", "expected"),
    [((0.4, -0.2), 1.0, 2 / 3), ((0.4, -0.2), 0.5, 5 / 6), ((0.4, -0.2), 0.2, 1.0), ((-0.1, 0.3), 1.0, 0.75)],
)
def test_of_two_facilities_the_share_is_the_closed_form(
    lead: tuple[float, float], freedom: float, expected: float
) -> None:
    """With two indicators the free weight e is uniform: first where (1-f)(w.d) + f(e d1 + (1-e) d2) > 0, w even."""
    of = [
        Candidate(key, {"state": Range(a, a), "water": Range(b, b)})
        for key, a, b in (("a", 0.5, 0.5), ("b", 0.5 - lead[0], 0.5 - lead[1]))
    ]
    found = compare("hazard", of, {"state": 1, "water": 1}, freedom)

    assert found.shares[0, 0] == pytest.approx(expected, abs=4 * 0.016)
    assert found.shares[:, 0].sum() == pytest.approx(1)


def test_an_unknown_indicator_is_drawn_over_all_of_its_range() -> None:
    """Against one at 0.3 an unknown one is higher in 7 of 10 draws; P90, P50, P10 hold a tenth, half, nine tenths."""
    of = [Candidate("known", {"state": Range(0.3, 0.3)}), Candidate("unknown", {})]
    found = compare("hazard", of, {"state": 1}, 0.0)
    drawn = sampling.at(
        np.array([0.3]), np.array([0.7]), np.array([0.4]), np.linspace(0, 1, 9_999, endpoint=False)[None]
    )

    assert found.shares[1, 0] == pytest.approx(0.7, abs=4 * 0.0145)
    assert [float((drawn < value).mean()) for value in (0.3, 0.4, 0.7)] == pytest.approx([0.1, 0.5, 0.9], abs=0.002)


def test_an_interval_leaves_out_a_tenth_on_either_side() -> None:
    """Of 101 draws the eleventh and the ninety-first."""
    low, high = between(np.random.default_rng(1).permutation(101).astype(float)[None], 0.1)

    assert (low[0], high[0]) == (10, 90)
