"""Kriging against a published, printed example: zinc of the Meuse flood plain, blocks of 40 m, by R's gstat.

Read: github.com/r-spatial/gstat at 2a578765502d, tests/blockkr.Rout.save, which prints estimate and variance of block
kriging: spherical variogram, nugget 24200, sill 134000, range 800 m, from the nearest 40 samples. The samples
are those of the data set meuse (R package sp) near its first and its sixth block, as scikit-gstat 1.0.26 ships them.
"""

from pathlib import Path

import numpy as np
import pytest

from tailings.estimate import kriging, panels
from tailings.estimate.variograms import Variogram
from tailings.series import Values

DATA = Path(__file__).parents[2] / "data" / "meuse_zinc.csv"
MODEL = Variogram("spherical", 24_200.0, 134_000.0, 800.0, 1.0)
NEAREST, HALF_M = 40, 20.0
STEPS, WEIGHTS = np.polynomial.legendre.leggauss(4)
"""gstat integrates a block at 4 x 4 points of Gauss and Legendre, unless it is told to space them evenly."""
EVEN = np.array([-15.0, -5.0, 5.0, 15.0])


def block(x: float, y: float, along: Values, weight: Values) -> tuple[float, float]:
    """Estimate and variance of a block: the mean over its points, of all panels together.

    The nugget of the block is none: it averages out over an area, and gstat leaves it out.
    """
    table = np.loadtxt(DATA, delimiter=",", skiprows=3)
    near = np.argsort(np.hypot(table[:, 0] - x, table[:, 1] - y), kind="stable")[:NEAREST]
    samples = np.column_stack([table[near, :2], np.zeros(NEAREST)])
    points = np.array([[x + dx, y + dy, 0.0] for dx in along for dy in along])
    weights = np.outer(weight, weight).ravel() / weight.sum() ** 2
    mean, deviation = panels.mean_grade(panels.joint(samples, table[near, 2], points, MODEL), weights)
    return mean, deviation**2 - MODEL.nugget * float((weights**2).sum())


@pytest.mark.parametrize(
    ("place", "estimate", "variance"),
    [((181170, 333250), "268.7576", "19447.67"), ((178270, 331075), "565.5436", "155113.23")],
)
def test_blocks_are_those_that_gstat_prints(place: tuple[int, int], estimate: str, variance: str) -> None:
    """Both figures to the last digit that is printed."""
    found = block(*place, HALF_M * STEPS, WEIGHTS)

    assert (f"{found[0]:.4f}", f"{found[1]:.2f}") == (estimate, variance)


def test_a_block_of_evenly_spaced_points_is_that_which_gstat_prints() -> None:
    """268.7324 and 19568.76 at 16 points 10 m apart; kriging point by point has the same mean."""
    found = block(181170, 333250, EVEN, np.ones(4))
    table = np.loadtxt(DATA, delimiter=",", skiprows=3)
    near = np.argsort(np.hypot(table[:, 0] - 181170, table[:, 1] - 333250), kind="stable")[:NEAREST]
    points = np.array([[181170 + dx, 333250 + dy, 0.0] for dx in EVEN for dy in EVEN])
    flat = np.column_stack([table[near, :2], np.zeros(NEAREST)])

    assert (f"{found[0]:.4f}", f"{found[1]:.2f}") == ("268.7324", "19568.76")
    assert kriging.ordinary(flat, table[near, 2], points, MODEL, NEAREST).value.mean() == pytest.approx(found[0])
