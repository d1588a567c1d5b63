"""Figures: medians and ratios, reckoned by hand."""

from bench.figures import Rounds, figure, ratio


def test_rounds_keep_least_middle_and_most() -> None:
    """The values stay in the order of the rounds, with four digits."""
    found = Rounds.of([30.0, 10.00049, 20.0])

    assert (found.min, found.median, found.max) == (10.0, 20.0, 30.0)
    assert found.values == (30.0, 10.0, 20.0)


def test_the_ratio_is_that_of_the_rounds() -> None:
    """Rounds on a busy machine are compared with the limit of the same round: 0.5 each time, though medians differ."""
    assert ratio(Rounds.of([50.0, 100.0, 400.0]), Rounds.of([100.0, 200.0, 800.0]), "rows/s") == 0.5


def test_a_time_is_compared_the_other_way_round() -> None:
    """Twice the time of the limit is half of it."""
    assert ratio(Rounds.of([20.0]), Rounds.of([10.0]), "ms") == 0.5


def test_peers_are_all_the_others() -> None:
    """What is neither ours nor the limit is a peer."""
    rounds = {name: Rounds.of([1.0]) for name in ("COPY", "ours", "unnest", "executemany")}

    assert set(figure("x", "rows/s", rounds, limit="COPY").peers) == {"unnest", "executemany"}
