"""Where things lie: composites and panels with their domains, the samples that next holes would give, and how far
holes are apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tailings.estimate import domains
from tailings.estimate.composites import Intervals
from tailings.estimate.realisations import FurtherPlaces
from tailings.series import Mask, Values
from tailings.study.cutting import Cut
from tailings.study.inputs import BadStudy, Box, NextHole
from tailings.study.sampled import Sampled

LEAST_IN_DOMAIN: Final = 8
MAX_COMPOSITES: Final = 10_000
"""Of one hole: 10 km of 1 m."""


class Laid(Struct, frozen=True):
    """Composites and panels in space: places (n, 3), lengths [m], grades (n, elements), and the domain of each;
    base_m: the length of a composite; kept: which of the panels of the box these are, None: all; share: of each, what
    lies between the surfaces, None: all of it; halves: likewise of the eight cells of each panel of the box."""

    at: Values
    length_m: Values
    grade: Values
    domain: NDArray[np.int64]
    panels: Values
    panel_domain: NDArray[np.int64]
    base_m: float
    kept: Mask | None = None
    share: Values | None = None
    halves: Values | None = None

    @property
    def weight(self) -> Values:
        """Share of the tonnes that each panel has."""
        share = np.ones(len(self.panels)) if self.share is None else self.share
        return np.asarray(share / share.sum())


def lay(
    box: Box,
    samples: Sequence[Sampled],
    holes: Sequence[str],
    made: Intervals,
    composite_m: float,
    *,
    cut: Cut | None = None,
) -> Laid:
    """Lay composites and panels; where a domain of the panels has too few composites, all are one.

    cut: by surfaces; panels of which nothing lies between them are none.
    """
    collars = {one.hole: (one.chainage_m, one.offset_m, one.collar_m) for one in samples}
    at = np.array([collars[holes[hole]] for hole in made.hole])
    at[:, 2] -= (made.top_m + made.bottom_m) / 2
    axes = [
        low + (np.arange(count) + 0.5) * (high - low) / count
        for (low, high), count in zip((box.chainage_m, box.offset_m, box.elevation_m), box.counts, strict=True)
    ]
    centres = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    kept = None if cut is None else cut.share.ravel() > 0
    centres = centres if kept is None else centres[kept]
    of_panel, domain = _domains(box, centres), made.domain
    known = ~np.isnan(made.grade)
    if any(_has_too_few(known[domain == one]) for one in np.unique(of_panel)):
        of_panel, domain = np.zeros_like(of_panel), np.zeros_like(domain)
    return Laid(
        at,
        made.bottom_m - made.top_m,
        made.grade,
        domain,
        centres,
        panel_domain=of_panel,
        base_m=composite_m,
        kept=kept,
        share=None if cut is None else cut.share.ravel()[kept],
        halves=None if cut is None else cut.halves,
    )


def _has_too_few(known: Mask) -> bool:
    """Whether a domain has too few composites, or some results of an element and too few of them; known: (n, elements).

    One without any result of an element is left, to be refused: nobody knows what is in it.
    """
    results = known.sum(axis=0)
    return len(known) < LEAST_IN_DOMAIN or bool(((results > 0) & (results < LEAST_IN_DOMAIN)).any())


def _domains(box: Box, places: Values) -> NDArray[np.int64]:
    return domains.label(places[:, 2], np.abs(places[:, 1]), box.lift_tops_m, box.beach_m)


def along(holes: Sequence[NextHole], composite_m: float) -> list[Values]:
    """Places of the samples that each next hole would give (n, 3) [m]."""
    found = []
    for hole in holes:
        depth = np.arange(composite_m / 2, hole.depth_m, composite_m)
        found.append(np.stack([depth * 0 + hole.chainage_m, depth * 0 + hole.offset_m, hole.collar_m - depth], 1))
    return found


def check_lengths(samples: Iterable[Sampled], holes: Iterable[NextHole], composite_m: float) -> None:
    """Raise BadStudy for a composite so short that no computer holds all of a hole."""
    drilled = [(one.hole, one.bottom_m) for one in samples]
    for name, depth_m in [*drilled, *((hole.name, hole.depth_m) for hole in holes)]:
        if depth_m / composite_m > MAX_COMPOSITES:
            raise BadStudy(
                f"composite_m: {name} is {depth_m:g} m deep, more than {MAX_COMPOSITES:,} composites of "
                f"{composite_m:g} m; state a longer one, or the depth in metres"
            )


def places(box: Box, laid: Laid, holes: Iterable[Values]) -> FurtherPlaces:
    """The places of all holes, each in the domain of the panels that it is nearest to."""
    at = np.concatenate([np.empty((0, 3)), *holes])
    if not laid.panel_domain.any():
        return FurtherPlaces(at, np.zeros(len(at), dtype=np.int64))
    spans = np.array([box.chainage_m, box.offset_m, box.elevation_m])
    half = (spans[:, 1] - spans[:, 0]) / (2 * np.array(box.counts))
    return FurtherPlaces(at, _domains(box, np.clip(at, spans[:, 0] + half, spans[:, 1] - half)))


def side_m(box: Box, laid: Laid, holes: int) -> float:
    """Side of the square that each hole has of the area of the panels [m]."""
    panels = np.unique(laid.panels[:, :2], axis=0)
    return math.sqrt(len(panels) * box.sides_m[0] * box.sides_m[1] / holes)


def spacing_m(samples: Iterable[Sampled]) -> float:
    """Median distance of a hole to the nearest other one [m]."""
    places = np.array(sorted({(one.chainage_m, one.offset_m) for one in samples}))
    if len(places) < 2:
        raise BadStudy("one hole does not tell how far grades reach; sample two or more")
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return float(np.median(apart.min(axis=1)))
