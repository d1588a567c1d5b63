"""Realisations: grades of blocks, many times over, each as the samples, the model and what is unknown of it allow.

A field without conditions is a sum of waves (a random spectrum, `structures.Waves`). On a grid the sum is a product of
three tables, one an axis, so 200 fields of 100,000 blocks take seconds. Kriging what it leaves at the samples makes it
pass through them: exactly what conditioning asks for, the unknown means included (Matheron; Journel 1974, secondary).
A block is the mean of some places in it after the way back to grades: that is its change of support. Each place counts
with the share of its cell that is wanted, in each domain by itself, so a block across a border has the grade of what it
holds. The nugget varies within any block, so a block holds its mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.estimate import scores
from tailings.estimate.posterior import DRIFT_PRECISION, DRIFTS, Draws, Scored, covariance
from tailings.estimate.structures import Structures
from tailings.estimate.together import ModelNoise, SharedNoise
from tailings.series import Mask, Values

SLOPES, AT_SAMPLES, AT_PLACES, OF_DOMAINS = range(1, 5)
"""Streams of random numbers; a domain adds its own number to the last."""
TINY: Final = 1e-12
MOST_AT_ONCE: Final = 4_000_000
"""Numbers of a table of covariances, so that memory does not grow with the blocks."""
Single = NDArray[np.float32]
"""How grades are kept; they are reckoned in double precision, so that another machine finds the same."""
Waved = NDArray[np.complex128]


class BlockGrid(Struct, frozen=True, dict=True):
    """Blocks, and the places in them that are simulated.

    axes: middles of the places along each axis [m], `parts` of them to a block; share: by domain, of the cell of each
    place (x, y, z) what is wanted and lies in it; middle, half: of elevation and of distance from the discharge [m],
    for the drift.
    """

    axes: tuple[Values, Values, Values]
    parts: tuple[int, int, int]
    share: dict[int, Values]
    middle: Values
    half: Values

    @property
    def counts(self) -> tuple[int, ...]:
        """Blocks along each axis."""
        return tuple(len(axis) // parts for axis, parts in zip(self.axes, self.parts, strict=True))

    def places(self, rows: NDArray[np.int64], axis: int) -> NDArray[np.int64]:
        """Rows of the places of blocks along an axis."""
        parts = self.parts[axis]
        return np.asarray((rows[:, None] * parts + np.arange(parts)).ravel())

    def of_blocks(self, share: Values) -> Values:
        """Sum over the places of each block (x, y, z)."""
        split = [size for count, parts in zip(self.counts, self.parts, strict=True) for size in (count, parts)]
        return np.asarray(share.reshape(split).sum(axis=(1, 3, 5)))

    @cached_property
    def whole(self) -> Values:
        """Sum of the shares of each block (x, y, z); 0 for one that is not wanted."""
        return self.of_blocks(np.sum(list(self.share.values()), axis=0))

    def drift(self, places: Values) -> Values:
        """Elevation, and distance from the line of discharge, -1 to 1 across the deposit: (n, 2)."""
        return np.asarray((np.stack([places[:, 2], np.abs(places[:, 1])], axis=1) - self.middle) / self.half)


class FurtherPlaces(Struct, frozen=True):
    """Single places (n, 3) [m] that are wanted besides the blocks, and their domains."""

    at: Values
    domain: NDArray[np.int64]


class Element(Struct, frozen=True):
    """What an element is simulated from; scale: what its grades were divided by."""

    data: Scored
    draws: Draws
    scale: float


class Realised(Struct, frozen=True):
    """Grades of the wanted blocks (realisations, blocks), in the order of the grid, and of the places."""

    blocks: Single
    places: Single


class _Fields(Struct, frozen=True):
    """Realisations of one model: waves, their weights by domain (j, f), and the kriging that conditions them.

    level: means of the domains and drifts (j, d + 2); weights: of the samples (n, j).
    """

    structure: Structures
    power: float
    deviation: float
    numbers: Values
    amplitude: dict[int, Waved]
    domains: NDArray[np.int64]
    level: Values
    weights: Values

    @property
    def nugget(self) -> float:
        """Its share of the variance."""
        return float(self.structure.nugget[0])


def simulate(element: Element, grid: BlockGrid, places: FurtherPlaces, noise: SharedNoise) -> Realised:
    """Simulate an element by all of its models. Raises KeyError for a domain of the grid without samples.

    With noise of several elements that go together, realisations of the same number are of one deposit.
    """
    wanted = grid.whole.ravel() > 0
    models, each = len(element.draws.structures), element.draws.each
    blocks = np.zeros((models * each, int(wanted.sum())), dtype=np.float32)
    single = np.zeros((models * each, len(places.at)), dtype=np.float32)
    for number in range(models):
        of_model = noise.of_model(number)
        fields = _conditioned(element, number, of_model)
        rows = slice(number * each, (number + 1) * each)
        blocks[rows] = _blocks(fields, element, grid).reshape(each, -1)[:, wanted]
        single[rows] = _single(fields, element, grid, places, of_model)
    return Realised(blocks, single)


def _conditioned(element: Element, number: int, noise: ModelNoise) -> _Fields:
    data, draws = element.data, element.draws
    structure = draws.structures.taken(slice(number, number + 1))
    place, power, used = int(draws.power[number]), scores.POWERS[draws.power[number]], DRIFTS[draws.drift[number]]
    deviation, nugget = float(draws.deviation[number]), float(structure.nugget[0])
    (numbers, strength), domains = noise.waves(), np.unique(data.domain)
    field = {int(one): 0 if data.is_soft else int(one) for one in domains}
    amplitude = {one: _amplitude(noise, field[one], draws.each, strength) for one in field}
    columns = data.columns()
    chosen = [*range(len(domains)), *(len(domains) + one for one in used)]
    drifts = slice(len(domains), len(chosen))
    slope = np.zeros((draws.each, len(chosen)))
    slope[:, drifts] = noise.normal(SLOPES, (draws.each, 2))[:, list(used)] / np.sqrt(DRIFT_PRECISION)
    free = _at_samples(data, numbers, amplitude) * np.sqrt(1.0 - nugget) + columns[:, chosen] @ slope.T
    free += np.sqrt(nugget / data.parts)[:, None] * noise.at_samples(AT_SAMPLES, draws.each)
    matrix, within = covariance(structure, data)
    left = data.score(power, within[0], float(draws.variance[place]))[:, None] - deviation * free
    solved = np.linalg.solve(matrix[0], np.concatenate([columns[:, chosen], left], axis=1))
    inverse, left_solved = solved[:, : len(chosen)], solved[:, len(chosen) :]
    normal = columns[:, chosen].T @ inverse
    normal[drifts, drifts] += DRIFT_PRECISION * np.eye(len(used))
    means = np.linalg.solve(normal, columns[:, chosen].T @ left_solved)
    level = np.zeros((draws.each, columns.shape[1]))
    level[:, chosen] = means.T + deviation * slope
    weights = left_solved - inverse @ means
    return _Fields(structure, power, deviation, numbers, amplitude, domains=domains, level=level, weights=weights)


def _amplitude(noise: ModelNoise, domain: int, each: int, strength: Values) -> Waved:
    """Of the waves of a domain (j, f); where borders are soft all have those of one."""
    real, imaginary = noise.normal(OF_DOMAINS + domain, (2, each, len(strength)))
    return np.asarray((real + 1j * imaginary) * strength)


def _at_samples(data: Scored, numbers: Values, amplitude: dict[int, Waved]) -> Values:
    """The free field at the samples (n, j), of variance one."""
    at, means = data.places()
    owner = np.repeat(data.domain, data.parts)
    found = np.empty((len(at), next(iter(amplitude.values())).shape[0]))
    for one in np.unique(owner):
        rows = owner == one
        found[rows] = _summed(at[rows], numbers, amplitude[int(one)]).T
    return found if means is None else means @ found


def _summed(at: Values, numbers: Values, amplitude: Waved) -> Values:
    """The waves at places (n, 3), summed: (j, n)."""
    turned = numbers @ at.T
    return np.asarray(amplitude.real @ np.cos(turned) + amplitude.imag @ np.sin(turned))


def _blocks(fields: _Fields, element: Element, grid: BlockGrid) -> Single:
    """Grades of all blocks of the grid (j, x, y, z); 0 for one that is not wanted."""
    found = np.zeros((len(fields.level), *grid.counts), dtype=np.float32)
    for domain, share in grid.share.items():
        for index in _slabs(grid.of_blocks(share) > 0, grid, len(element.data.parts)):
            within = [grid.places(rows, axis) for axis, rows in enumerate(index)]
            axes = [axis[rows] for axis, rows in zip(grid.axes, within, strict=True)]
            places = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
            free = _on_grid(fields, domain, axes).reshape(len(fields.level), -1)
            smooth = _scores(fields, element.data, free, places, domain, grid=grid)
            grades = scores.expected(smooth, fields.power, fields.deviation * np.sqrt(fields.nugget)) * element.scale
            grades *= share[np.ix_(*within)].ravel()
            split = [size for rows, parts in zip(index, grid.parts, strict=True) for size in (len(rows), parts)]
            some = np.ix_(*index)
            sums = grades.reshape(-1, *split).sum(axis=(2, 4, 6)) / np.maximum(grid.whole[some], TINY)
            for one, values in enumerate(sums):
                found[one][some] += values
    return found


def _slabs(inside: Mask, grid: BlockGrid, samples: int) -> Iterator[tuple[NDArray[np.int64], ...]]:
    """Rows along each axis that hold the blocks of a domain, few enough at once."""
    along, across, up = (np.flatnonzero(inside.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1)))
    places = len(across) * len(up) * int(np.prod(grid.parts))
    step = max(1, MOST_AT_ONCE // (places * max(samples, 16)))
    for start in range(0, len(along), step):
        yield along[start : start + step], across, up


def _on_grid(fields: _Fields, domain: int, axes: Sequence[Values]) -> Values:
    """The free field on a grid (j, x, y, z), of variance one: a product of three tables."""
    tables = [np.exp(-1j * numbers[:, None] * axis) for numbers, axis in zip(fields.numbers.T, axes, strict=True)]
    amplitude = fields.amplitude[domain]
    section = (tables[1][:, :, None] * tables[2][:, None, :]).reshape(len(fields.numbers), -1)
    first = (amplitude[:, :, None] * tables[0]).transpose(0, 2, 1).reshape(-1, len(fields.numbers))
    real = np.concatenate([first.real, -first.imag], axis=1) @ np.concatenate([section.real, section.imag])
    return np.asarray(real.reshape(len(amplitude), *(len(axis) for axis in axes)))


def _scores(fields: _Fields, data: Scored, free: Values, places: Values, domain: int, grid: BlockGrid) -> Values:
    """Scores at places of one domain (j, places), without nugget; free: the field there before it is conditioned."""
    share = 1.0 - fields.nugget
    at, means = data.places()
    near = np.repeat(data.is_soft | (data.domain == domain), data.parts)
    weights = fields.weights if means is None else means.T @ fields.weights
    alike = fields.structure.alike(places, at[near])[0]
    found = (alike @ (share * weights[near])).T
    found += np.sqrt(share) * fields.deviation * free
    column = int(np.searchsorted(fields.domains, domain))
    found += fields.level[:, column, None]
    found += fields.level[:, len(fields.domains) :] @ grid.drift(places).T
    return np.asarray(found)


def _single(fields: _Fields, element: Element, grid: BlockGrid, places: FurtherPlaces, noise: ModelNoise) -> Single:
    """Grades at single places (j, places), as samples there would read."""
    found = np.zeros((len(fields.level), len(places.at)), dtype=np.float32)
    own = fields.deviation * np.sqrt(fields.nugget) * noise.normal(AT_PLACES, found.shape)
    for domain in np.unique(places.domain):
        rows = np.flatnonzero(places.domain == domain)
        free = _summed(places.at[rows], fields.numbers, fields.amplitude[int(domain)])
        read = _scores(fields, element.data, free, places.at[rows], int(domain), grid=grid)
        read += own[:, rows]
        found[:, rows] = scores.back(read, fields.power) * element.scale
    return found
