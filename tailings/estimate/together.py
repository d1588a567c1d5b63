"""Random numbers of several elements that go together, so that one realisation of all of them is one deposit.

Fields of all elements are sums of the same waves, and the amplitudes of one element are correlated with those of the
others as their scores are at the samples: coherent at each wave number, whatever structure each has (with one structure
for all it is the intrinsic model of coregionalisation; Chiles and Delfiner, secondary). A wave that is drawn for one
structure weighs for another by the root of the ratio of their spectra, so each keeps its own covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.estimate.posterior import SPREADS, Draws
from tailings.estimate.structures import SHAPES, Structures, spectrum, waves
from tailings.series import Values

WAVES: Final = 256
LEAST_EACH: Final = 32
"""Waves that are drawn for each element's structure."""
DEVIATION_SPREAD: Final = 0.1
"""Of the logarithm of a deviation, by which models differ as much as by the spread of another number."""
SPECTRUM: Final = 0
"""Number of the stream of the waves; further streams are those of `ModelNoise.normal`."""


def root(correlation: Values) -> Values:
    """A root of the matrix nearest to it that has one, with ones on the diagonal."""
    values, vectors = np.linalg.eigh(correlation)
    found: Values = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def paired(models: Sequence[Draws], correlation: Values) -> list[Draws]:
    """The models of each element in such an order that those of one number are alike.

    Of each element as large a share as its correlation, with the one before it that it goes with most: elements that go
    together have been laid down together, and independent ones tell nothing of each other's structure.
    """
    found = list(models[:1])
    for number, one in enumerate(models[1:], start=1):
        near = int(np.argmax(np.abs(correlation[number, :number])))
        share = min(1.0, abs(float(correlation[number, near])))
        found.append(one.taken(_order(_numbers(found[near]), _numbers(one), share)))
    return found


def _numbers(of: Draws) -> Values:
    """What models are alike by (b, 9): free numbers over their spread before samples, shape, deviation."""
    deviation = np.log(of.deviation)[:, None] / DEVIATION_SPREAD
    return np.concatenate([of.structures.free / SPREADS, np.eye(len(SHAPES))[of.structures.shape], deviation], axis=1)


def _order(first: Values, other: Values, share: float) -> NDArray[np.int64]:
    """Which of the others stands beside each of the first: the nearest pairs up to a share, the rest as it comes."""
    cost, count = ((first[:, None] - other) ** 2).sum(axis=2), len(first)
    found = np.full(count, -1)
    for _ in range(round(share * count)):
        row, column = divmod(int(np.argmin(cost)), count)
        found[row], cost[row], cost[:, column] = column, np.inf, np.inf
    found[found < 0] = np.setdiff1d(np.arange(count), found)
    return found


class SharedNoise(Struct, frozen=True):
    """Random numbers of one element: its row of the root of the correlation, and the structures of each element.

    rows: places of its samples among all `samples`, so that one sample has one noise in all elements.
    """

    seed: tuple[int, ...]
    mix: Values
    structures: tuple[Structures, ...]
    place: int
    rows: NDArray[np.int64]
    samples: int

    def of_model(self, number: int) -> ModelNoise:
        """Those of one model of each element."""
        return ModelNoise(self, number)


def alone(structures: Structures, samples: int, seed: int) -> SharedNoise:
    """Those of an element without others."""
    return SharedNoise((seed,), np.ones(1), (structures,), 0, rows=np.arange(samples), samples=samples)


class ModelNoise(Struct, frozen=True):
    """Those of one model of each element, by its number."""

    of: SharedNoise
    number: int

    def waves(self) -> tuple[Values, Values]:
        """Wave numbers (f, 3) [rad/m], the same for all elements, and the amplitude of each in this one (f,)."""
        structures = [one.taken(slice(self.number, self.number + 1)) for one in self.of.structures]
        random, each = self._random(SPECTRUM), max(LEAST_EACH, WAVES // len(structures))
        numbers = np.concatenate([waves(each, random).of(one) for one in structures])
        density = np.stack([spectrum(one, numbers) for one in structures])
        weight = density[self.of.place] / np.maximum(density.mean(axis=0), 1e-300)
        return numbers, np.sqrt(weight / (each * len(structures)))

    def normal(self, stream: int, shape: tuple[int, ...]) -> Values:
        """Standard normal numbers of a stream (above SPECTRUM), mixed of those that all elements share."""
        found = np.zeros(shape)
        for number, share in enumerate(self.of.mix):
            found += share * self._random(stream, number).standard_normal(shape)
        return found

    def at_samples(self, stream: int, each: int) -> Values:
        """Likewise, a row for each sample of the element (n, each)."""
        return self.normal(stream, (self.of.samples, each))[self.of.rows]

    def _random(self, *stream: int) -> np.random.Generator:
        return np.random.default_rng([*self.of.seed, self.number, *stream])
