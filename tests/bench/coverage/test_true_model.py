"""Tests of the interval of who knows the model: it holds what it claims."""

import numpy as np
import pytest

from bench.coverage import true_model
from bench.coverage.deposits import DepositCase, Simulator

RUNS = 60


@pytest.mark.long
def test_the_true_model_holds_what_it_claims() -> None:
    """Of 60 deposits the 80 % interval of the mean grade holds 41 to 55 (binomial, 98 %)."""
    simulator = Simulator(DepositCase("x", 9, cv=1.0))
    pool = simulator.fields(200, np.random.default_rng(1))
    held = 0
    for seed in range(RUNS):
        random = np.random.default_rng([seed, 7])
        field = simulator.fields(1, random)
        found = true_model.realisations(simulator, simulator.drill(field[0], random), pool, random).mean(axis=1)
        low, high = np.quantile(found, (0.1, 0.9))
        held += int(low <= simulator.panels(field)[0].mean() <= high)

    assert 41 <= held <= 55
