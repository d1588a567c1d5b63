"""Whether the pattern of the holes carries what is claimed between them: two criteria of UNFC's axis G.

Both are asked of any estimate by a person who signs it. Grades between two holes are known only where the range is
longer than holes are apart. And samples stand for the whole only where their places were not chosen by grade, unless
every place is near a hole. An even pattern shows that by itself; of another the samples are asked, by the difference of
their plain and their declustered mean, which has no sign where places and grades have nothing to do with one another.
The levels are our own.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.commodities.unfc import Criterion
from tailings.estimate.posterior import Scored, covariance
from tailings.estimate.range_evidence import RangeEvidence
from tailings.estimate.scores import POWERS
from tailings.series import Values
from tailings.study import laid as laying
from tailings.study.inputs import Box
from tailings.study.laid import Laid
from tailings.study.realised import Modelled
from tailings.study.sampled import Sampled

RANDOM: Final = 99
"""Random patterns of as many holes that a pattern is compared with."""
SEED: Final = 4
MOST_CELLS: Final = 1_000
"""Of more, so many stand for the area."""
EVEN: Final = 0.9
"""A pattern is even where so many of the random ones leave larger gaps."""
EMPTY: Final = 0.2
"""A pattern leaves a part out where no more of the random ones leave gaps as large."""
RICHER: Final = 0.84
"""Standard deviations by which the plain mean exceeds the declustered one in one of five drillings, by chance."""
ALIKE: Final = 0.5
"""Correlation with a hole below which a place is not seen: a third of a spherical range away."""
UNSEEN: Final = 0.1
"""Share of the area that no hole sees, up to which it does not matter how places were chosen."""
MOST_BY_CHANCE: Final = {1: 0.02, 2: 0.15}
"""For each G, how often samples may look as alike from hole to hole where grades reach only half as far."""
LEAST_PAIRS: Final = 64
"""Independent pairs of neighbours, by which a correlation of 5/16, as at half of a spherical range, is two and a half
standard errors from none."""
MODELS: Final = 10
"""Of the models that were drawn, so many are asked how far both means lie apart by chance."""


class Pattern(Struct, frozen=True):
    """Holes in plan: the side of the area that each has [m], the share of random patterns that leave gaps as large,
    of the area the share that each hole is the nearest to, by its name; middles of cells (c, 3) and holes (n, 3) [m],
    all on one level."""

    side_m: float
    as_empty: float
    nearest: dict[str, float]
    cells: Values
    at: Values

    @property
    def holes(self) -> int:
        """Their number."""
        return len(self.at)

    def unseen(self, of: Modelled) -> float:
        """Share of the area that is too far from every hole to be like it, mean of the models."""
        alike = of.draws.structures.taken(slice(MODELS)).alike(self.cells, self.at)
        return float((np.max(alike, axis=2) < ALIKE).mean())


def of(box: Box, laid: Laid, samples: Sequence[Sampled]) -> Pattern:
    """Compare the holes with random ones in the panels."""
    known = {one.hole: (one.chainage_m, one.offset_m) for one in samples}
    panels, panel = np.unique(laid.panels[:, :2], axis=0), np.array(box.sides_m[:2])
    quarters = np.array([(x, y) for x in (-0.25, 0.25) for y in (-0.25, 0.25)])
    random = np.random.default_rng(SEED)
    cells = random.permutation((panels[:, None] + quarters * panel).reshape(-1, 2))[:MOST_CELLS]
    at = np.array(list(known.values()))
    own = _apart(cells, at)
    empty, as_empty = own.min(axis=1).mean(), 1
    for _ in range(RANDOM):
        places = panels[random.integers(0, len(panels), len(known))]
        places = places + (random.random(places.shape) - 0.5) * panel
        as_empty += int(_apart(cells, places).min(axis=1).mean() >= empty)
    share = np.bincount(own.argmin(axis=1), minlength=len(known)) / len(cells)
    side = laying.side_m(box, laid, len(known))
    nearest = dict(zip(known, share.tolist(), strict=True))
    return Pattern(side, as_empty / (RANDOM + 1), nearest, _level(cells), at=_level(at))


def _level(plan: Values) -> Values:
    return np.column_stack([plan, np.zeros(len(plan))])


def _apart(cells: Values, places: Values) -> Values:
    """Distances of each cell to each place."""
    return np.asarray(np.hypot(*(cells[:, None, :] - places[None, :, :]).transpose(2, 0, 1)))


def richer(of: Modelled, share: Values) -> float:
    """By how many standard deviations the plain mean of the scores exceeds the declustered one.

    share: of the area, for the hole of each sample. Both are means of the domains; the deviation is that of the models.
    """
    data, draws, found = of.data, of.draws, []
    contrast = _contrast(data, share)
    if not contrast.any():
        return 0.0
    for number in range(min(MODELS, len(draws.structures))):
        one = draws.structures.taken(slice(number, number + 1))
        matrix, within = covariance(one, data)
        place = draws.power[number]
        score = data.score(POWERS[place], within[0], float(draws.variance[place]))
        deviation = draws.deviation[number] * math.sqrt(max(float(contrast @ matrix[0] @ contrast), 1e-12))
        found.append(float(contrast @ score) / deviation)
    return float(np.mean(found))


def _contrast(data: Scored, share: Values) -> Values:
    """Weights of the samples whose sum is the plain mean less the declustered one."""
    found = np.zeros(len(share))
    for domain in np.unique(data.domain):
        inside = data.domain == domain
        holes, hole = np.unique(data.at[inside, :2], axis=0, return_inverse=True)
        weight = share[inside] / np.bincount(hole.ravel(), minlength=len(holes))[hole.ravel()]
        if weight.sum() > 0:
            found[inside] = (1.0 / len(weight) - weight / weight.sum()) * len(weight) / len(share)
    return found


def places(pattern: Pattern, unseen: float, richer: float, author: str, today: dt.date) -> Criterion:
    """Score G by the places of the holes: G1 where they are even or see all, G2 where nothing says that they went by
    grade."""
    gaps = f"{100 * pattern.as_empty:.0f} % of random patterns of {pattern.holes} holes leave gaps as large"
    by = f"the plain mean exceeds the declustered one by {richer:.1f} standard deviations"
    seen = f"of {100 * unseen:.0f} % of the area grades are less than half like those of any hole"
    if pattern.as_empty >= EVEN:
        number, reason = 1, f"{pattern.holes} holes stand evenly: no place was chosen by a grade"
    elif unseen <= UNSEEN:
        number, reason = 1, f"{gaps}, and {seen}: how places were chosen does not matter"
    elif pattern.as_empty <= EMPTY:
        number, reason = 3, f"{gaps}, and {seen}: a part is left out; drill holes at even places in it"
    elif richer > RICHER:
        fix = "holes are closer where it is rich, as if places went by grade; drill holes at even places in the rest"
        number, reason = 3, f"{by}, and {seen}: {fix}"
    else:
        number, reason = 2, f"{gaps}; {by}: nothing says that places went by grade"
    return Criterion("G", "Places of the holes", number, reason, author, scored=today)


def ranges(side_m: float, of: RangeEvidence, author: str, today: dt.date) -> Criterion:
    """Score G by how sure it is that grades are alike from one hole to the next."""
    fix = "what lies between them is not known, so drill some closer to others, or more"
    if of.pairs < LEAST_PAIRS:
        number = 3
        reason = (
            f"neighbouring holes, {side_m:.0f} m apart, make {of.pairs:.0f} independent pairs, and {LEAST_PAIRS} are "
            f"the least that tells how far grades are alike: {fix}"
        )
    else:
        number = next((g for g, most in MOST_BY_CHANCE.items() if of.by_chance <= most), 3)
        reason = (
            f"where grades reach half as far as holes are apart ({side_m:.0f} m), {100 * of.by_chance:.0f} % of "
            "drillings look as alike from hole to hole"
        )
        reason += f": {fix}" if number == 3 else ""
    return Criterion("G", "Range and distance of the holes", number, reason, author, scored=today)
