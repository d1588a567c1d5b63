"""The economics against a separate Monte Carlo that shares no code, with prices and recoveries that go together."""

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from tailings.estimate import outcomes
from tailings.estimate.discounting import Discounting
from tailings.estimate.outcomes import Bulk, Case, Commodity, Spread

Array = NDArray[np.float64]
PRICE = ((1.0, 0.6, 0.2), (0.6, 1.0, 0.4), (0.2, 0.4, 1.0))
RECOVERY = 0.5
GRADE = np.array([[1.0, 0.3, 0.1], [0.3, 1.0, 0.5], [0.1, 0.5, 1.0]])
LINES = (
    ("W", (1000.0, 1250.0, 1600.0), (0.44, 0.52, 0.60), (32e3, 43e3, 58e3), 0.78),
    ("Cu", (1700.0, 1900.0, 2150.0), (0.46, 0.55, 0.62), (7e3, 8.8e3, 11e3), 0.85),
    ("Sn", (520.0, 620.0, 750.0), (0.30, 0.38, 0.46), (24e3, 30e3, 37e3), 0.80),
)
CASE = Case(
    Spread(1.12e6, 1.2e6, 1.29e6),
    Spread(1.50, 1.58, 1.66),
    tuple(
        Commodity(name, Spread(*grade), Spread(*recovery), Spread(*price), paid)
        for name, grade, recovery, price, paid in LINES
    ),
    Spread(22.0, 26.0, 30.0),
    Spread(11e6, 14e6, 18e6),
    bulk=(Bulk("sand", 0.15, Spread(0.5, 2.0, 4.0)),),
    avoided_liability=Spread(1e6, 2e6, 4e6),
    reachable=0.9,
    discounting=Discounting(0.08, 350_000.0, "end"),
    price_correlation=PRICE,
    recovery_correlation=RECOVERY,
)
COUNT = 400_000
REALISED = np.exp(
    np.random.default_rng(8).multivariate_normal(np.log([1250.0, 1900.0, 620.0]), 0.04 * GRADE, 400) - 0.02
)
"""Mean grades of 400 realisations (400, 3), lognormal, with the correlation of GRADE."""
RESAMPLED = msgspec.structs.replace(
    CASE,
    commodities=tuple(
        msgspec.structs.replace(
            one, grade=Spread(*outcomes.p90_p50_p10(grades)), realised=tuple(float(grade) for grade in grades)
        )
        for one, grades in zip(CASE.commodities, REALISED.T, strict=True)
    ),
)


def separate(realised: Array | None = None) -> tuple[Array, Array]:
    """Net value and net present value, reckoned year by year, on draws of numpy's own multivariate normal.

    realised: grades of the three (n, 3), of which each draw has a row; else they are drawn as GRADE says.
    """
    random = np.random.default_rng(99)

    def spread(low: float, mid: float, high: float, z: Array | None = None) -> Array:
        z = random.standard_normal(COUNT) if z is None else z
        return np.maximum(np.where(z < 0, mid + z * (mid - low) / 1.28155, mid + z * (high - mid) / 1.28155), 0.0)

    def together(matrix: Array) -> Array:
        return random.multivariate_normal(np.zeros(3), matrix, COUNT, method="cholesky").T

    grade_z, price_z = together(GRADE), together(np.array(PRICE))
    recovery_z = together(np.full((3, 3), RECOVERY) + np.eye(3) * (1 - RECOVERY))
    tonnes = spread(1.12e6, 1.2e6, 1.29e6) * spread(1.50, 1.58, 1.66) * 0.9
    earned = 0.9 * spread(1e6, 2e6, 4e6) - tonnes * spread(22.0, 26.0, 30.0)
    earned += tonnes * 0.15 * spread(0.5, 2.0, 4.0)
    rows = None if realised is None else realised[random.integers(0, len(realised), COUNT)]
    for number, (_, grade, recovery, price, paid) in enumerate(LINES):
        grades = spread(*grade, grade_z[number]) if rows is None else rows[:, number]
        metal = tonnes * grades * 1e-6 * spread(*recovery, recovery_z[number])
        earned += metal * spread(*price, price_z[number]) * paid
    plant = spread(11e6, 14e6, 18e6)
    present = np.zeros(COUNT)
    for year in range(1, 12):
        dug = np.clip(tonnes - (year - 1) * 350_000.0, 0.0, 350_000.0)
        present += earned * dug / tonnes / 1.08**year
    return earned - plant, present - plant


@pytest.mark.parametrize(("case", "realised"), [(CASE, None), (RESAMPLED, REALISED)])
def test_net_and_present_value_are_those_of_the_separate_reckoning(case: Case, realised: Array | None) -> None:
    """P90, P50 and P10 within 1.5 % of the width between them, the chance of a loss within half a percent: with grades
    drawn by their spread, and with those of realisations."""
    drawn, (net, present) = outcomes.run(case, 100_000, 5, GRADE), separate(realised)
    assert drawn.npv is not None

    for own, other in ((drawn.net, net), (drawn.npv, present)):
        expected = np.quantile(other, (0.1, 0.5, 0.9))
        assert outcomes.p90_p50_p10(own) == pytest.approx(expected, abs=0.015 * (expected[2] - expected[0]))
        assert outcomes.share_of_losses(own) == pytest.approx(float((other < 0).mean()), abs=0.005)


def test_each_draw_has_the_grades_of_one_realisation_and_each_as_often() -> None:
    """Of 10,000 draws each of the 400 realisations has 25, and no draw mixes the elements of two."""
    found = outcomes.draw(RESAMPLED, 10_000, 5)
    grades = np.stack([found[f"grade {line[0]}"] for line in LINES], axis=1)

    rows, counts = np.unique(grades, axis=0, return_counts=True)

    np.testing.assert_array_equal(rows, REALISED[np.argsort(REALISED[:, 0])])
    assert set(counts.tolist()) == {25}


def test_realisations_of_unlike_number_are_refused() -> None:
    """An element without them belongs to none of the others'."""
    with pytest.raises(ValueError, match="realisation"):
        msgspec.structs.replace(CASE, commodities=(CASE.commodities[0], RESAMPLED.commodities[1]))


def test_prices_that_go_together_widen_the_outcome() -> None:
    """As they do in the market: a project of three metals is riskier than of three independent ones."""
    alone = outcomes.run(
        Case(*(getattr(CASE, name) for name in ("volume", "density", "commodities", "cost", "plant"))), 50_000, 5
    )
    together = outcomes.run(
        Case(
            *(getattr(CASE, name) for name in ("volume", "density", "commodities", "cost", "plant")),
            price_correlation=PRICE,
            recovery_correlation=RECOVERY,
        ),
        50_000,
        5,
    )

    assert np.std(together.net) > 1.05 * np.std(alone.net)
