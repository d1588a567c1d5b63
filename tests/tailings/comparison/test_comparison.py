"""One axis compared: no facility turns two others, the same seed gives the same, and thousands come at once."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tailings.comparison import AXES, Axis, Candidate, Range, compare, of_axis, sampling
from tests.tailings.comparison import made


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(AXES), made.candidates(), made.candidates(1, 3), st.floats(0, 1), st.integers(0, 5))
def test_a_facility_that_is_added_turns_no_other_pair(
    axis: Axis, of: list[Candidate], more: list[Candidate], freedom: float, seed: int
) -> None:
    """Its score, its interval, its place before or after another one, and each of its draws stay, to the last bit."""
    added = [Candidate(f"added-{number}", one.ranges) for number, one in enumerate(more)]
    before, after = compare(axis, of, made.EVEN, freedom, seed), compare(axis, [*added, *of], made.EVEN, freedom, seed)
    weights = sampling.weights(axis, before.weights, freedom, 100, seed)

    def drawn(some: list[Candidate]) -> np.ndarray:
        return sampling.scores(axis, some, sampling.known(axis, some), weights, seed)

    kept = [of_place - len(added) for of_place in after.order if of_place >= len(added)]

    assert kept == list(before.order)
    for name in ("centre", "low", "high"):
        np.testing.assert_array_equal(getattr(after, name)[len(added) :], getattr(before, name))
    np.testing.assert_array_equal(drawn([*added, *of])[len(added) :], drawn(of))


def test_bounds_from_the_data_would_turn_a_pair() -> None:
    """The control: with the least and most of what is compared as bounds, a third facility turns the first two."""
    two = np.array([[0.5, 0.1], [0.2, 0.3]])

    def by_data(values: np.ndarray) -> np.ndarray:
        least, most = values.min(axis=0), values.max(axis=0)
        return ((values - least) / (most - least)) @ np.array([0.5, 0.4])

    def by_fixed(values: np.ndarray) -> np.ndarray:
        of = [
            Candidate(str(number), {"state": Range(a, a), "water": Range(b, b)})
            for number, (a, b) in enumerate(values.tolist())
        ]
        return compare("hazard", of, {"state": 5, "water": 4}, 0.0).centre

    three = np.vstack([two, [0.5, 1.0]])
    assert by_data(two)[0] > by_data(two)[1] and by_fixed(two)[0] > by_fixed(two)[1]
    assert by_data(np.vstack([two, [0.0, 0.1], [1.0, 0.3]]))[0] < by_data(np.vstack([two, [0.0, 0.1], [1.0, 0.3]]))[1]
    assert by_fixed(three)[0] > by_fixed(three)[1]


def test_the_same_seed_gives_the_same_answer() -> None:
    """Twice the same, and another seed another draw of the same order."""
    of = made.of_seed(12, 4)
    one, again, other = (compare("value", of, made.EVEN, 0.3, seed) for seed in (7, 7, 8))

    np.testing.assert_array_equal(one.shares, again.shares)
    np.testing.assert_array_equal(one.order, other.order)
    assert not np.array_equal(one.shares, other.shares)


def test_a_weight_of_zero_is_not_chosen() -> None:
    """However free the weights are, an indicator without weight decides nothing."""
    of = [Candidate("a", {"state": Range(0.6, 0.6)}), Candidate("b", {"state": Range(0.5, 0.5), "acid": Range(1, 1)})]
    found = compare("hazard", of, {"state": 3, "water": 0, "acid": 0}, 1.0)

    assert found.shares[0, 0] == 1
    assert found.central[0].tolist() == [1, 0, 0, 0, 0, 0, 0]


def test_two_thousand_facilities_are_compared_at_once() -> None:
    """Each with a range of its own; the processor is busy for less than two seconds also where others keep it warm."""
    of = made.of_seed(2_000, 1)
    begun = time.process_time()
    found = [compare(axis, of, {one.name: one.weight for one in of_axis(axis)}, 0.2) for axis in AXES]

    assert time.process_time() - begun < 2
    assert all(len(one.order) == 2_000 and one.shares.shape == (2_000, 20) for one in found)


def test_one_facility_is_first() -> None:
    """There is no second, and nothing that turns the order."""
    found = compare("hazard", [Candidate("a", {})], made.EVEN, 0.2)

    assert found.shares[0, 0] == 1 and found.turning is None
    assert (found.rank_low[0], found.rank_high[0]) == pytest.approx((1, 1))
