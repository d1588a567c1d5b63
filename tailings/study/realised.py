"""Realisations of a study: samples and box to grades of all panels, of all elements together, and what they show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.estimate import domains, posterior, realisations, scores, together
from tailings.estimate.outcomes import p90_p50_p10
from tailings.estimate.posterior import Draws, Scored
from tailings.estimate.realisations import BlockGrid, Element, FurtherPlaces, Realised
from tailings.estimate.together import SharedNoise
from tailings.series import Values
from tailings.study import cutting
from tailings.study.inputs import REALISATIONS, Box
from tailings.study.laid import Laid
from tailings.study.results import GradeTonnage, Simulated

OF_A_MODEL: Final = 10
"""Realisations of one model at the least: fewer would not tell what differs within it."""
CUT_OFFS: Final = 41
LEAST_PART: Final = 1e-6
MOST_PLACES: Final = 8_000_000
"""Places in panels times samples, up to which panels have many places."""
Tell = Callable[[float], None]
MANY_SAMPLES: Final = ((600, 40), (1_500, 20), (3_000, 10))
"""Up to so many samples, so many structures: a system is solved for each."""


class Modelled(Struct, frozen=True):
    """One element: its samples, realisations, the models that these are of, and each panel's share of the tonnes."""

    data: Scored
    realised: Realised
    draws: Draws
    weight: Values

    @property
    def mean(self) -> Values:
        """Mean grade of all panels in each realisation."""
        return np.asarray(self.realised.blocks.astype(np.float64) @ self.weight)

    @property
    def model_share(self) -> float:
        """Share of the variance of the mean grade that is there because the model is not known: between models."""
        mean = np.log(self.mean).reshape(-1, self.draws.each)
        within = float(mean.var(axis=1, ddof=1).mean())
        between = max(0.0, float(mean.mean(axis=1).var(ddof=1)) - within / mean.shape[1])
        return between / (between + within) if within > 0 else 0.0


def realise(
    box: Box,
    laid: Laid,
    side_m: float,
    seed: int,
    further: FurtherPlaces,
    *,
    count: int = REALISATIONS,
    tell: Tell | None = None,
) -> list[Modelled]:
    """Simulate every element at the panels, and at further places: realisations of one number are of one deposit.

    side_m: as of `laid.side_m`; count: of the realisations.
    """
    grid, elements, is_soft = _grid(box, laid), laid.grade.shape[1], box.borders == "soft"
    extent = tuple(high - low for low, high in (box.chainage_m, box.offset_m, box.elevation_m))
    before = posterior.prior(side_m, (extent[0], extent[1], extent[2]), laid.base_m)
    structures = models_of(count, len(laid.at))
    scored, models = [_scored(laid, number, grid, is_soft=is_soft) for number in range(elements)], []
    for number, (data, _) in enumerate(scored):
        random = np.random.default_rng([seed, 2, number])
        models.append(posterior.draw(posterior.learn(data, before, random), structures, count // structures, random))
    correlation = alike(laid.grade, laid.domain)
    models, mix = together.paired(models, correlation), together.root(correlation)
    shapes, found = tuple(one.structures for one in models), []
    for number, (data, scale) in enumerate(scored):
        rows = np.flatnonzero(~np.isnan(laid.grade[:, number]))
        noise = SharedNoise((seed, 3), mix[number], shapes, number, rows=rows, samples=len(laid.grade))
        element = Element(data, models[number], scale)
        made = realisations.simulate(element, grid, further, noise)
        found.append(Modelled(data, made, element.draws, weight=laid.weight))
        if tell is not None:
            tell(0.9 * (number + 1) / elements)
    return found


def models_of(count: int, samples: int) -> int:
    """How many models so many realisations are of: as many as there is time for, each with as many as the others."""
    most = next(many for fewer, many in MANY_SAMPLES if samples <= fewer)
    return next(one for one in range(min(most, count // OF_A_MODEL), 0, -1) if count % one == 0)


def _scored(laid: Laid, number: int, grid: BlockGrid, *, is_soft: bool) -> tuple[Scored, float]:
    known = ~np.isnan(laid.grade[:, number])
    grade, at = scores.positive(laid.grade[known, number]), laid.at[known]
    scale = scores.scale(grade)
    domain, length_m = laid.domain[known], laid.length_m[known]
    data = Scored(at, length_m, domain, grade / scale, grid.drift(at), base_m=laid.base_m, is_soft=is_soft)
    return data, scale


def alike(grade: Values, domain: NDArray[np.int64], least: int = 10) -> Values:
    """Correlation of the scores of the elements (e, e), by ranks within the domains of the rows (n, e) that have all:
    Spearman's coefficient as the correlation of normal numbers that have it, 2 sin(pi / 6 x). Independent where fewer
    rows than `least` have all."""
    whole = ~np.isnan(grade).any(axis=1)
    if grade.shape[1] == 1 or whole.sum() < least:
        return np.eye(grade.shape[1])
    ranks = np.concatenate([_ranks(grade[whole & (domain == one)]) for one in np.unique(domain[whole])])
    if (ranks.std(axis=0) == 0).any():
        return np.eye(grade.shape[1])
    return np.asarray(2.0 * np.sin(np.pi / 6.0 * np.corrcoef(ranks.T)))


def _ranks(grade: Values) -> Values:
    """Ranks of each column, from -1 to 1; equal grades, as of results below one limit, share the middle of theirs."""
    return np.stack([_ranks_of_one(column) for column in grade.astype(np.float32).T], axis=1)


def _ranks_of_one(column: NDArray[np.float32]) -> Values:
    _, place, count = np.unique(column, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((2.0 * last - count)[place] / len(column) - 1.0)


def grade_tonnage(modelled: Modelled, cut_off_mg_per_kg: float) -> GradeTonnage:
    """Share of the panels above cut-offs, that of the study among them, and their grade, over the realisations."""
    blocks = modelled.realised.blocks
    cut = np.unique([*np.linspace(0.0, float(np.quantile(blocks, 0.98)), CUT_OFFS), cut_off_mg_per_kg])
    share, grade = np.empty((len(blocks), len(cut))), np.empty((len(blocks), len(cut)))
    for place, one in enumerate(cut):
        above = blocks >= one
        share[:, place] = above @ modelled.weight
        grade[:, place] = (blocks * above) @ modelled.weight / np.maximum(share[:, place], 1e-9)
    low, mid, high = np.quantile(share, (0.1, 0.5, 0.9), axis=0)
    grade[share == 0] = np.nan
    grade[:, (share == 0).all(axis=0)] = 0.0
    middle = np.nanmedian(grade, axis=0)
    cuts, lows, mids, highs, grades = (tuple(map(float, column)) for column in (cut, low, mid, high, middle))
    return GradeTonnage(cuts, lows, mids, highs, grades)


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
        _shares(box, laid, parts),
        spans.mean(axis=1),
        (spans[:, 1] - spans[:, 0]) / 2,
    )


def _shares(box: Box, laid: Laid, parts: tuple[int, int, int]) -> dict[int, Values]:
    """By domain, the share of the cell of each place that lies in it and between the surfaces.

    What lies in a domain that no panel has its middle in is of the domain of its panel: a sliver is none of its own.
    """
    own = np.full(box.count, -1, dtype=np.int64)
    own[slice(None) if laid.kept is None else laid.kept] = laid.panel_domain
    wide = tuple(count * part for count, part in zip(box.counts, parts, strict=True))
    inside = np.ones(wide)
    if laid.halves is not None:
        inside = cutting.halved(laid.halves, (2 // parts[0], 2 // parts[1], 2 // parts[2]))
    known = [int(one) for one in np.unique(laid.panel_domain)]
    if len(known) == 1:
        return {known[0]: inside}
    up, across = (np.linspace(*span, wide[axis] + 1) for span, axis in ((box.elevation_m, 2), (box.offset_m, 1)))
    of = domains.shares(up, across, box.lift_tops_m, box.beach_m)
    rest = 1.0 - np.sum([of[one] for one in known], axis=0)
    at = own.reshape(box.counts).repeat(parts[0], 0).repeat(parts[1], 1).repeat(parts[2], 2)
    return {one: inside * (of[one] + np.where(at == one, rest, 0.0)) for one in known}


def across_borders(box: Box, laid: Laid) -> int:
    """Panels that more than one domain has a part of."""
    shares = _shares(box, laid, (1, 1, 1))
    return int((np.sum([one > LEAST_PART for one in shares.values()], axis=0) > 1).sum())


def _parts(box: Box, base_m: float, samples: int) -> tuple[int, int, int]:
    """Places along each side of a panel: two in plan, and two up where samples are shorter, if that is not too many."""
    up = 2 if box.sides_m[2] >= 1.5 * base_m else 1
    if box.count * 4 * up * samples <= MOST_PLACES:
        return 2, 2, up
    return 1, 1, 1
