"""Tests of kriging against pykrige and gstools, on the same 500 samples."""

from typing import Any

import numpy as np
import pytest

from tailings.estimate import kriging
from tailings.estimate.variograms import Variogram
from tests.tailings.estimate.deposits import scattered, simulated

SAMPLES = scattered(500, 1)
GRADE = 1200 + 300 * np.sin(SAMPLES[:, 0] / 60) + 40 * SAMPLES[:, 2] + np.random.default_rng(2).normal(0, 90, 500)
BLOCKS = scattered(60, 3)
SPHERICAL = Variogram("spherical", 5_000.0, 60_000.0, 120.0, 6.0)
EXPONENTIAL = Variogram("exponential", 2_000.0, 45_000.0, 150.0, 6.0)


FLAT, FLAT_BLOCKS = SAMPLES * [1, 1, 0], BLOCKS * [1, 1, 0]


def pykriged(variogram: Variogram, nearest: int) -> tuple[Any, Any]:
    """The estimate of pykrige 1.7 in the plane, with all samples or with a moving window."""
    from pykrige import ok

    parameters = {"psill": variogram.sill, "range": variogram.range_m, "nugget": variogram.nugget}
    x, y = FLAT[:, 0], FLAT[:, 1]
    model = ok.OrdinaryKriging(x, y, GRADE, variogram_model=variogram.model, variogram_parameters=parameters)
    window = {} if nearest == len(FLAT) else {"backend": "loop", "n_closest_points": nearest}
    return model.execute("points", FLAT_BLOCKS[:, 0], FLAT_BLOCKS[:, 1], **window)  # type: ignore[no-any-return]


@pytest.mark.parametrize("variogram", [SPHERICAL, EXPONENTIAL], ids=["spherical", "exponential"])
@pytest.mark.parametrize("nearest", [500, 16])
def test_estimates_and_variances_are_those_of_pykrige(variogram: Variogram, nearest: int) -> None:
    """In the plane, with all 500 samples and with the nearest 16, both equal pykrige's to 1e-6."""
    expected, variance = pykriged(variogram, nearest)

    found = kriging.ordinary(FLAT, GRADE, FLAT_BLOCKS, variogram, nearest)

    np.testing.assert_allclose(found.value, expected, rtol=1e-6)
    np.testing.assert_allclose(found.variance, variance, rtol=1e-6)


def test_estimates_and_variances_are_those_of_gstools() -> None:
    """In space, the vertical range six times shorter, all 500 samples: both equal those of gstools to 1e-6."""
    import gstools as gs

    model = gs.Spherical(dim=3, var=60_000.0, len_scale=120.0, nugget=5_000.0, anis=[1.0, 1 / 6.0])
    krige = gs.krige.Ordinary(model, SAMPLES.T, GRADE, exact=True)
    expected, variance = krige(BLOCKS.T, return_var=True)

    found = kriging.ordinary(SAMPLES, GRADE, BLOCKS, SPHERICAL, 500)

    np.testing.assert_allclose(found.value, expected, rtol=1e-6)
    np.testing.assert_allclose(found.variance, variance, rtol=1e-6)


def test_a_sample_is_its_own_estimate() -> None:
    """At a sample the estimate is the sample and the variance is zero (ordinary kriging is exact)."""
    found = kriging.ordinary(SAMPLES, GRADE, SAMPLES[:20], SPHERICAL)

    np.testing.assert_allclose(found.value, GRADE[:20], rtol=1e-9)
    np.testing.assert_allclose(found.variance, 0.0, atol=1e-4)


def test_batches_change_nothing_and_tell_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same blocks in small batches give the same estimate; the share done rises to one."""
    whole = kriging.ordinary(SAMPLES, GRADE, BLOCKS, SPHERICAL)
    monkeypatch.setattr(kriging, "BATCH", 7)
    told: list[float] = []

    pieces = kriging.ordinary(SAMPLES, GRADE, BLOCKS, SPHERICAL, tell=told.append)

    np.testing.assert_allclose(pieces.value, whole.value, rtol=1e-12)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_inverse_distance_by_hand() -> None:
    """Two samples at 1 m and 2 m weigh 1 and 1/4: (10 + 20 / 4) / 1.25 = 12."""
    samples = np.array([[0.0, 0.0, 0.0], [3.0, 0.0, 0.0]])

    found = kriging.inverse_distance(samples, np.array([10.0, 20.0]), np.array([[1.0, 0.0, 0.0]]))

    assert found == pytest.approx([12.0])


def test_leaving_one_out_agrees_with_kriging_without_that_sample() -> None:
    """The error of each sample is that of kriging it from all others; 40 samples, one by one."""
    samples, grade = SAMPLES[:40], GRADE[:40]
    errors = [
        kriging.ordinary(np.delete(samples, i, 0), np.delete(grade, i), samples[i : i + 1], SPHERICAL).value[0]
        - grade[i]
        for i in range(40)
    ]

    found = kriging.leave_one_out(samples, grade, SPHERICAL)

    assert found.mean_error == pytest.approx(np.mean(errors))
    assert found.rms_error == pytest.approx(np.sqrt(np.mean(np.square(errors))))


def test_the_true_variogram_is_confirmed_by_leaving_one_out() -> None:
    """Over 20 simulated deposits the squared errors are as large as the kriging variances say."""
    true = Variogram("spherical", 2_000.0, 40_000.0, 90.0, 8.0)
    deposits = [simulated(true, 1_500.0, seed) for seed in range(20)]

    ratios = [kriging.leave_one_out(one.samples, one.grade, true).variance_ratio for one in deposits]

    assert np.mean(ratios) == pytest.approx(1.0, abs=0.1)


def test_samples_in_one_place_are_refused() -> None:
    """Duplicates have no kriging system; the error says to average them."""
    twice = np.array([[0.0, 0, 0], [0.0, 0, 0]])
    with pytest.raises(ValueError, match="average"):
        kriging.ordinary(twice, np.array([1.0, 2.0]), BLOCKS, SPHERICAL)
    with pytest.raises(ValueError, match="no samples"):
        kriging.ordinary(np.empty((0, 3)), np.empty(0), BLOCKS, SPHERICAL)
