"""Realisations of a study: samples and box to grades of all panels, of all elements together, and what they show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.estimate import posterior, realisations, scores
from tailings.estimate.outcomes import p90_p50_p10
from tailings.estimate.posterior import Draws, Posterior, Scored
from tailings.estimate.realisations import BlockGrid, Element, FurtherPlaces, Realised
from tailings.series import Values
from tailings.study.inputs import Box
from tailings.study.laid import Laid
from tailings.study.results import GradeTonnage, Simulated

REALISATIONS: Final = 400
CUT_OFFS: Final = 41
MOST_PLACES: Final = 8_000_000
"""Places in panels times samples, up to which panels have many places."""
Tell = Callable[[float], None]
MANY_SAMPLES: Final = ((600, 40), (1_500, 20), (3_000, 10))
"""Up to so many samples, so many structures: a system is solved for each."""


class Modelled(Struct, frozen=True):
    """One element: its samples, its realisations, and the model that these were drawn from."""

    data: Scored
    realised: Realised
    draws: Draws
    learned: Posterior

    @property
    def mean(self) -> Values:
        """Mean grade of all panels in each realisation."""
        return np.asarray(self.realised.blocks.mean(axis=1, dtype=np.float64))

    @property
    def model_share(self) -> float:
        """Share of the variance of the mean grade that is there because the model is not known: between models."""
        mean = np.log(self.mean).reshape(-1, self.draws.each)
        within = float(mean.var(axis=1, ddof=1).mean())
        between = max(0.0, float(mean.mean(axis=1).var(ddof=1)) - within / mean.shape[1])
        return between / (between + within) if within > 0 else 0.0


def realise(
    box: Box, laid: Laid, spacing_m: float, seed: int, further: FurtherPlaces, tell: Tell | None = None
) -> list[Modelled]:
    """Simulate every element at the panels, and at further places."""
    grid, found = _grid(box, laid), []
    extent = tuple(high - low for low, high in (box.chainage_m, box.offset_m, box.elevation_m))
    before = posterior.prior(spacing_m, (extent[0], extent[1], extent[2]), laid.base_m)
    structures = next(many for most, many in MANY_SAMPLES if len(laid.at) <= most)
    for number in range(laid.grade.shape[1]):
        random = np.random.default_rng([seed, 2, number])
        data, scale = _scored(laid, number, grid)
        learned = posterior.learn(data, before, random)
        draws = posterior.draw(learned, structures, REALISATIONS // structures, random)
        element = Element(data, draws, scale)
        found.append(Modelled(data, realisations.simulate(element, grid, further, random), draws, learned))
        if tell is not None:
            tell(0.9 * (number + 1) / laid.grade.shape[1])
    return found


def _scored(laid: Laid, number: int, grid: BlockGrid) -> tuple[Scored, float]:
    known = ~np.isnan(laid.grade[:, number])
    grade, at = scores.positive(laid.grade[known, number]), laid.at[known]
    scale = scores.scale(grade)
    data = Scored(at, laid.length_m[known], laid.domain[known], grade / scale, grid.drift(at), base_m=laid.base_m)
    return data, scale


def alike(grade: Values, least: int = 10) -> Values:
    """Correlation of the elements (e, e), by ranks of the rows (n, e) that have all: Spearman's coefficient as the
    correlation of normal numbers that have it, 2 sin(pi / 6 x). Errors of mean grades have the same one where all
    elements have been sampled at the same places and are alike at the same distances."""
    whole = grade[~np.isnan(grade).any(axis=1)]
    count = grade.shape[1]
    if count == 1 or len(whole) < least:
        return np.eye(count)
    ranks = whole.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable").astype(np.float64)
    return np.asarray(2.0 * np.sin(np.pi / 6.0 * np.corrcoef(ranks.T)))


def grade_tonnage(modelled: Modelled) -> GradeTonnage:
    """Share of the panels above cut-offs, and their grade, over the realisations."""
    blocks = modelled.realised.blocks
    cut = np.linspace(0.0, float(np.quantile(blocks, 0.98)), CUT_OFFS)
    share, grade = np.empty((len(blocks), CUT_OFFS)), np.empty((len(blocks), CUT_OFFS))
    for place, one in enumerate(cut):
        above = blocks >= one
        share[:, place] = above.mean(axis=1)
        grade[:, place] = (blocks * above).mean(axis=1) / np.maximum(share[:, place], 1e-9)
    low, mid, high = np.quantile(share, (0.1, 0.5, 0.9), axis=0)
    grade[share == 0] = np.nan
    middle = np.nanmedian(grade, axis=0)
    return GradeTonnage(*(tuple(map(float, column)) for column in (cut, low, mid, high, middle)))


def removed(modelled: Modelled, rows: NDArray[np.int64]) -> float:
    """Share of the variance of the mean grade that knowing the mean of these places would remove, 0 to 1."""
    mean, hole = np.log(modelled.mean), np.log(np.maximum(modelled.realised.places[:, rows].mean(axis=1), 1e-9))
    if mean.std() == 0 or hole.std() == 0:
        return 0.0
    square, count = float(np.corrcoef(mean, hole)[0, 1] ** 2), len(mean)
    return max(0.0, 1.0 - (1.0 - square) * (count - 1) / (count - 2))


def simulated(modelled: Modelled) -> Simulated:
    """What the draws of the model were, for the method statement."""
    draws, structures = modelled.draws, modelled.draws.structures
    powers = np.array(scores.POWERS)[draws.power]
    longest = np.exp(np.hypot(structures.free[:, 3], structures.free[:, 4]))
    return Simulated(
        modelled.realised.blocks.shape[0],
        len(structures),
        p90_p50_p10(structures.along_m),
        p90_p50_p10(structures.down_m),
        p90_p50_p10(structures.nugget),
        stretch=p90_p50_p10(longest),
        power=float(powers.mean()),
        drift_share=float((draws.drift > 0).mean()),
        model_share=modelled.model_share,
    )


def _grid(box: Box, laid: Laid) -> BlockGrid:
    parts = _parts(box, laid.base_m, len(laid.at))
    axes = [
        low + (np.arange(count * part) + 0.5) * (high - low) / (count * part)
        for (low, high), count, part in zip(
            (box.chainage_m, box.offset_m, box.elevation_m), box.counts, parts, strict=True
        )
    ]
    farthest = max(abs(one) for one in box.offset_m)
    nearest = 0.0 if box.offset_m[0] < 0 < box.offset_m[1] else min(abs(one) for one in box.offset_m)
    spans = np.array([box.elevation_m, (nearest, farthest)])
    return BlockGrid(
        (axes[0], axes[1], axes[2]),
        parts,
        laid.panel_domain.reshape(box.counts),
        spans.mean(axis=1),
        (spans[:, 1] - spans[:, 0]) / 2,
    )


def _parts(box: Box, base_m: float, samples: int) -> tuple[int, int, int]:
    """Places along each side of a panel: two in plan, and two up where samples are shorter, if that is not too many."""
    up = 2 if box.panel_m[2] >= 1.5 * base_m else 1
    if box.count * 4 * up * samples <= MOST_PLACES:
        return 2, 2, up
    return 1, 1, 1
