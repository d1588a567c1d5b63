"""Tests of realisations: against pykrige where scores are grades, at samples, between domains, and their support."""

import time

import msgspec
import numpy as np
import pytest
from pykrige.ok3d import OrdinaryKriging3D
from pykrige.uk3d import UniversalKriging3D

from tailings.estimate import posterior, realisations, scores
from tailings.estimate.posterior import Draws, Scored
from tailings.estimate.realisations import BlockGrid, Element, FurtherPlaces
from tailings.estimate.structures import Structures
from tailings.estimate.together import alone

RANDOM = np.random.default_rng(11)
AT = RANDOM.uniform(0, 1, (25, 3)) * np.array([200.0, 150.0, 10.0])
GRADE = 5.0 + RANDOM.standard_normal(25)
NOWHERE = FurtherPlaces(np.empty((0, 3)), np.empty(0, dtype=np.int64))
PLAIN = len(scores.POWERS) - 1


def element(each: int, nugget: float = -20.0, domain: np.ndarray | None = None, deviation: float = 0.2) -> Element:
    """Grades as scores, an exponential structure of 100 m and 6 m, the same for all draws."""
    scale = scores.scale(GRADE)
    where = np.zeros(25, dtype=np.int64) if domain is None else domain
    data = Scored(AT, np.full(25, 1.0), where, GRADE / scale, np.zeros((25, 2)), base_m=1.0)
    count = 40
    free = np.tile([nugget, np.log(100.0), np.log(6.0), 0.0, 0.0], (count, 1))
    draws = Draws(
        Structures(free, np.ones(count, dtype=np.int64)),
        np.full(count, PLAIN),
        np.zeros(count, dtype=np.int64),
        np.full(count, deviation),
        np.ones(len(scores.POWERS)),
        each=each,
    )
    return Element(data, draws, scale)


def grid(domain: int = 0, parts: int = 1) -> BlockGrid:
    """4 x 3 x 2 blocks of 50 x 50 x 5 m."""
    shape = (4, 3, 2)
    axes = [(np.arange(n * parts) + 0.5) * size / parts for n, size in zip(shape, (50.0, 50.0, 5.0), strict=True)]
    whole = np.ones([n * parts for n in shape])
    return BlockGrid((axes[0], axes[1], axes[2]), (parts, parts, parts), {domain: whole}, np.zeros(2), np.ones(2))


def centres(of: BlockGrid) -> np.ndarray:
    """Places of the grid."""
    return np.stack(np.meshgrid(*of.axes, indexing="ij"), -1).reshape(-1, 3)


def test_mean_and_variance_are_those_of_pykrige() -> None:
    """Of 4,000 realisations, block by block: within five deviations of a mean, and 12 % of a variance."""
    one, blocks = element(100), grid()
    shares = np.array([one.scale * 0.2, 0.0])
    kriging = OrdinaryKriging3D(
        *AT.T,
        GRADE,
        variogram_model="custom",
        variogram_parameters=[shares[0] ** 2],
        variogram_function=lambda p, h: p[0] * (0.998 * (1 - np.exp(-3 * h / 100.0)) + 0.002 * (h > 1e-9)),
        anisotropy_scaling_z=100.0 / 6.0,
    )
    value, variance = kriging.execute("points", *centres(blocks).T)

    found = realisations.simulate(one, blocks, NOWHERE, alone(one.draws.structures, 25, 1)).blocks

    error = np.sqrt(variance / len(found))
    assert np.abs((found.mean(axis=0) - value) / error).max() < 5
    np.testing.assert_allclose(found.var(axis=0), variance - 0.002 * shares[0] ** 2, rtol=0.12)


def test_realisations_pass_through_the_samples() -> None:
    """At the places of samples, to the share of variance that any two samples differ by."""
    one = element(2)
    places = FurtherPlaces(AT, np.zeros(25, dtype=np.int64))

    found = realisations.simulate(one, grid(), places, alone(one.draws.structures, 25, 1)).places

    assert np.abs(found - GRADE).max() < 6 * 0.2 * one.scale * np.sqrt(2 * 0.002)


def test_a_domain_hears_nothing_of_another() -> None:
    """Samples of the other domain may say what they like."""
    domain = (AT[:, 0] > 100).astype(np.int64)
    one = element(1, domain=domain)
    share = np.where(domain == 1, one.data.share * 3, one.data.share)
    other = Element(msgspec.structs.replace(one.data, share=share), one.draws, one.scale)
    found = [
        realisations.simulate(of, grid(0), NOWHERE, alone(of.draws.structures, 25, 1)).blocks for of in (one, other)
    ]

    np.testing.assert_allclose(found[0], found[1], rtol=1e-4)


def test_a_block_across_a_border_has_the_grade_of_both_sides() -> None:
    """A quarter of it in one domain, three in the other: of each realisation the mean of what either side has."""
    domain = (AT[:, 0] > 100).astype(np.int64)
    one, whole = element(1, domain=domain), np.ones((4, 3, 2))
    shares = ({0: whole}, {1: whole}, {0: 0.25 * whole, 1: 0.75 * whole})

    left, right, both = (
        realisations.simulate(
            one, msgspec.structs.replace(grid(), share=share), NOWHERE, alone(one.draws.structures, 25, 1)
        ).blocks
        for share in shares
    )

    assert np.abs(left - right).mean() > 0.1
    np.testing.assert_allclose(both, 0.25 * left + 0.75 * right, rtol=1e-5)


def test_a_block_cut_by_a_surface_has_the_grade_of_what_is_left() -> None:
    """Of two places, the one whose cell is empty does not count."""
    one, two = element(1), grid(parts=2)
    upper = np.zeros((8, 6, 4))
    upper[:, :, 1::2] = 0.3
    high = msgspec.structs.replace(grid(parts=2), share={0: upper})
    thin = msgspec.structs.replace(
        two, axes=(two.axes[0], two.axes[1], two.axes[2][1::2]), parts=(2, 2, 1), share={0: np.ones((8, 6, 2))}
    )

    found, expected = (
        realisations.simulate(one, of, NOWHERE, alone(one.draws.structures, 25, 1)).blocks for of in (high, thin)
    )

    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_across_a_soft_border_grades_are_those_of_universal_kriging() -> None:
    """One field and a mean of each domain: pykrige with an indicator as drift, within five deviations of a mean of
    4,000 and 12 % of a variance; behind a hard border they are others."""
    domain = (AT[:, 0] > 100).astype(np.int64)
    hard = element(100, domain=domain)
    soft = Element(msgspec.structs.replace(hard.data, is_soft=True), hard.draws, hard.scale)
    at = centres(grid())
    sill = (hard.scale * 0.2) ** 2
    kriging = UniversalKriging3D(
        *AT.T,
        GRADE,
        variogram_model="custom",
        variogram_parameters=[sill],
        variogram_function=lambda p, h: p[0] * (0.998 * (1 - np.exp(-3 * h / 100.0)) + 0.002 * (h > 1e-9)),
        anisotropy_scaling_z=100.0 / 6.0,
        drift_terms=["specified"],
        specified_drift=[domain.astype(float)],
    )
    value, variance = kriging.execute("points", *at.T, specified_drift_arrays=[np.zeros(len(at))])

    found, behind = (
        realisations.simulate(of, grid(0), NOWHERE, alone(of.draws.structures, 25, 1)).blocks for of in (soft, hard)
    )

    assert np.abs((found.mean(axis=0) - value) / np.sqrt(variance / len(found))).max() < 5
    np.testing.assert_allclose(found.var(axis=0), variance - 0.002 * sill, rtol=0.12)
    assert np.abs(behind.mean(axis=0) - value).max() > 0.2


def test_a_block_varies_less_than_a_place() -> None:
    """The variance of blocks of 4 x 4 x 4 places is that of the mean of their places, by the kriging of all of them."""
    few = element(20)
    blocks = realisations.simulate(few, grid(parts=4), NOWHERE, alone(few.draws.structures, 25, 1)).blocks
    places = realisations.simulate(few, grid(parts=1), NOWHERE, alone(few.draws.structures, 25, 1)).blocks

    assert blocks.var(axis=0).mean() < 0.7 * places.var(axis=0).mean()


def test_the_nugget_lifts_the_mean_of_lognormal_blocks() -> None:
    """A block holds the mean of its nugget: exp(deviation² / 2) more than the median."""
    assert scores.expected(np.zeros(3), 0.0, 0.5) == pytest.approx(np.exp(0.125))


def test_200_realisations_of_100_000_blocks_take_less_than_10_s() -> None:
    """From 200 samples and ten models, in time of the processor."""
    random = np.random.default_rng(1)
    at = random.uniform(0, 1, (200, 3)) * np.array([1000.0, 1000.0, 25.0])
    share = np.exp(0.5 * random.standard_normal(200))
    data = Scored(at, np.ones(200), np.zeros(200, dtype=np.int64), share, np.zeros((200, 2)), base_m=1.0)
    learned = posterior.learn(data, posterior.prior(70.0, (1000.0, 1000.0, 25.0), 1.0), random)
    shape = (100, 100, 10)
    axes = [(np.arange(n) + 0.5) * size / n for n, size in zip(shape, (1000.0, 1000.0, 25.0), strict=True)]
    blocks = BlockGrid((axes[0], axes[1], axes[2]), (1, 1, 1), {0: np.ones(shape)}, np.zeros(2), np.ones(2))
    start_s = time.process_time()

    one = Element(data, posterior.draw(learned, 10, 20, random), 1.0)
    found = realisations.simulate(one, blocks, NOWHERE, alone(one.draws.structures, 200, 1))

    assert found.blocks.shape == (200, 100_000)
    assert time.process_time() - start_s < 10
