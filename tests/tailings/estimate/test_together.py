"""Elements that are simulated together: their own covariance, and the correlation of a simulated truth."""

import msgspec
import numpy as np
import pytest

from tailings.estimate import realisations, together
from tailings.estimate.realisations import Element
from tailings.estimate.structures import Structures, spectrum, waves
from tailings.estimate.together import SharedNoise
from tests.tailings.estimate.test_realisations import NOWHERE, element, grid

ASKED = np.array([[1.0, 0.8], [0.8, 1.0]])


def structure(along_m: float, shape: int, stretch: float = 0.0) -> Structures:
    """One structure of 8 m down."""
    return Structures(np.array([[-20.0, np.log(along_m), np.log(8.0), stretch, 0.0]]), np.array([shape]))


def pair(root: np.ndarray, structures: tuple[Structures, ...], samples: int) -> list[SharedNoise]:
    """SharedNoise of two elements that have all samples in common."""
    return [SharedNoise((8,), root[at], structures, at, rows=np.arange(samples), samples=samples) for at in (0, 1)]


@pytest.mark.parametrize("shape", [0, 1, 2])
def test_a_spectrum_is_the_density_of_its_waves(shape: int) -> None:
    """Its ratio to another one has the mean one over the waves that the other draws (importance sampling)."""
    one, other = structure(60.0, shape), structure(50.0, 1)
    numbers = waves(100_000, np.random.default_rng(3)).of(other)

    ratio = spectrum(one, numbers) / spectrum(other, numbers)

    assert ratio.mean() == pytest.approx(1.0, abs=0.03)


def test_each_element_keeps_its_own_structure_and_shares_the_others_field() -> None:
    """Over 200 models: correlation at 20 m by each one's own formula; of both at one place 0.8 times what their spectra
    have in common (an integral by draws of one of them)."""
    shapes = (structure(40.0, 1, 0.5), structure(60.0, 2))
    at = np.array([[500.0, 10.0, 3.0], [520.0, 10.0, 3.0]])
    models = tuple(one.taken(np.zeros(200, dtype=np.int64)) for one in shapes)
    drawn, values = waves(100_000, np.random.default_rng(2)).of(shapes[1]), []
    in_common = float(np.sqrt(spectrum(shapes[0], drawn) / spectrum(shapes[1], drawn)).mean())
    for one in pair(together.root(ASKED), models, 1):
        found = []
        for number in range(200):
            noise = one.of_model(number)
            numbers, strength = noise.waves()
            real, imaginary = noise.normal(4, (2, 30, len(strength)))
            found.append((((real + 1j * imaginary) * strength) @ np.exp(-1j * (at @ numbers.T)).T).real)
        values.append(np.concatenate(found))

    for one, of in zip(values, shapes, strict=True):
        assert np.mean(one[:, 0] * one[:, 1]) == pytest.approx(of.alike(at[:1], at[1:])[0, 0, 0], abs=0.05)
        assert np.mean(one[:, 0] ** 2) == pytest.approx(1.0, abs=0.05)
    assert np.mean(values[0][:, 0] * values[1][:, 0]) == pytest.approx(0.8 * in_common, abs=0.05)


@pytest.mark.parametrize("asked", [0.8, 0.0])
def test_realisations_of_one_number_are_of_one_deposit(asked: float) -> None:
    """Where samples leave open what is between them, means of all blocks and each block of two elements are correlated
    as asked: with one structure the conditional correlation is that of the fields. Control: independent."""
    of = element(10)
    other = Element(msgspec.structs.replace(of.data, share=of.data.share[::-1].copy()), of.draws, of.scale)
    root = together.root(np.array([[1.0, asked], [asked, 1.0]]))
    noise = pair(root, (of.draws.structures, other.draws.structures), 25)

    found = [realisations.simulate(one, grid(), NOWHERE, by).blocks for one, by in zip((of, other), noise, strict=True)]
    blocks = [np.corrcoef(found[0][:, block], found[1][:, block])[0, 1] for block in range(found[0].shape[1])]

    assert np.corrcoef(found[0].mean(axis=1), found[1].mean(axis=1))[0, 1] == pytest.approx(asked, abs=0.1)
    assert np.mean(blocks) == pytest.approx(asked, abs=0.05)


def test_an_element_alone_needs_no_other() -> None:
    """Its waves have one amplitude, and its noise is standard normal."""
    noise = together.alone(structure(40.0, 0), 5, 1).of_model(0)

    numbers, strength = noise.waves()

    assert len(numbers) == together.WAVES
    np.testing.assert_allclose(strength, 1 / np.sqrt(together.WAVES))
    assert noise.normal(2, (10_000,)).std() == pytest.approx(1.0, abs=0.03)
