"""Whether samples lie where the box of the study is, and apart from one another: else a sentence names hole, file and
row, and what helps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tailings.estimate import domains
from tailings.series import Values
from tailings.study.inputs import BadStudy, Box
from tailings.study.sampled import Sampled

TOGETHER_M: Final = 0.01
"""Composites nearer than that are at one place, and no variogram tells them apart."""
TINY_M: Final = 1e-6
MOST_OUTSIDE: Final = 0.25
"""Of the sampled metres above and below the box; more, and box and collars have not one datum. Our own rule."""
NEAR: Final = 0.1
"""Of the height of the box: how far from its top collars may stand without a doubt about the datum. Our own rule."""
LEAST_SEEN: Final = 1 / 3
"""Of the height of the box that samples reach through; less, and the rest is nobody's guess. Our own rule."""


def check_holes(samples: Sequence[Sampled], box: Box, spacing_m: float) -> None:
    """Raise BadStudy for samples that overlap, a datum that is off, a hole that is farther beside the box than holes
    are apart or wholly above or below it, and an oxidised depth below the hole or above the box."""
    _check_intervals(samples)
    _check_datum(samples, box)
    deepest: dict[str, Sampled] = {}
    for one in samples:
        known = deepest.get(one.hole)
        deepest[one.hole] = one if known is None or one.bottom_m > known.bottom_m else known
    for _, one in sorted(deepest.items()):
        _check_beside(one, box, spacing_m)
        foot, (low, high) = one.collar_m - one.bottom_m, box.elevation_m
        if foot >= high or one.collar_m <= low:
            raise BadStudy(
                f"{_named(one)}: its samples lie from {one.collar_m:g} to {foot:g} m, all outside of the box ({low:g} "
                f"to {high:g} m); check that its collar is above the datum of the facility file, and in metres"
            )
        _check_oxidised(one, high)
    _check_seen(samples, box)


def _named(one: Sampled) -> str:
    return f"{one.hole} ({one.place})" if one.place else one.hole


def _check_intervals(samples: Sequence[Sampled]) -> None:
    ordered = sorted(samples, key=lambda one: (one.hole, one.top_m))
    for above, one in pairwise(ordered):
        if one.hole == above.hole and one.top_m < above.bottom_m - TINY_M:
            other = f" ({above.place})" if above.place else ""
            raise BadStudy(
                f"{_named(one)}: the sample from {one.top_m:g} m overlaps that from {above.top_m:g} to "
                f"{above.bottom_m:g} m{other}; correct the depths, and import again"
            )


def _check_datum(samples: Sequence[Sampled], box: Box) -> None:
    low, high = box.elevation_m
    top = np.array([one.collar_m - one.top_m for one in samples])
    bottom = np.array([one.collar_m - one.bottom_m for one in samples])
    inside = np.clip(np.minimum(top, high) - np.maximum(bottom, low), 0.0, None).sum()
    outside = 1.0 - inside / (top - bottom).sum()
    collars = {one.hole: one.collar_m - high for one in samples}
    above = np.array(list(collars.values()))
    is_on_one_side = (above > 0).all() or (above < 0).all()
    near, far = np.sort(np.abs(above))[[0, -1]]
    if len(above) > 1 and is_on_one_side and near > NEAR * (high - low) and outside > MOST_OUTSIDE:
        side = "above" if above[0] > 0 else "below"
        raise BadStudy(
            f"all {len(above)} collars{_files(samples)} lie {side} the top of the box ({high:g} m), by {near:.1f} to "
            f"{far:.1f} m, and {100 * outside:.0f} % of the sampled metres outside of it: one of the two has another "
            "datum; correct collar_m of the assays, or elevation_m of the box"
        )


def _files(samples: Sequence[Sampled]) -> str:
    names = sorted({one.place.rpartition(" row ")[0] for one in samples if one.place})
    return f" ({', '.join(names)})" if names else ""


def _check_beside(one: Sampled, box: Box, spacing_m: float) -> None:
    for axis, at, (low, high) in (
        ("chainage", one.chainage_m, box.chainage_m),
        ("offset", one.offset_m, box.offset_m),
    ):
        if (apart := max(low - at, at - high)) > spacing_m:
            raise BadStudy(
                f"{_named(one)}: {axis} {at:g} m is {apart:.0f} m outside of the box ({low:g} to {high:g} m); correct "
                "the place of the hole, or widen the box"
            )


def _check_oxidised(one: Sampled, top_m: float) -> None:
    if one.oxidised_m is not None and one.oxidised_m > one.bottom_m:
        raise BadStudy(
            f"{_named(one)}: oxidised_m is {one.oxidised_m:g} m and the deepest sample ends at {one.bottom_m:g} m; "
            "state no more than the log has seen"
        )
    if one.oxidised_m and one.collar_m - one.oxidised_m >= top_m:
        raise BadStudy(
            f"{_named(one)}: oxidised_m is {one.oxidised_m:g} m below its collar, {one.collar_m:g} m, and so above the "
            f"box, which begins at {top_m:g} m; correct the depth or the collar, or raise the box"
        )


def _check_seen(samples: Sequence[Sampled], box: Box) -> None:
    low, high = box.elevation_m
    deepest = min(one.collar_m - one.bottom_m for one in samples)
    highest = max(one.collar_m - one.top_m for one in samples)
    seen = min(highest, high) - max(deepest, low)
    if seen < LEAST_SEEN * (high - low):
        raise BadStudy(
            f"the samples{_files(samples)} reach through {seen:.1f} of the {high - low:g} m of the box, from "
            f"{min(highest, high):g} down to {max(deepest, low):g} m: nothing tells what lies beyond; sample "
            "deeper, or set elevation_m to what was sampled"
        )


def check_lifts(elements: Sequence[str], grade: Values, domain: NDArray[np.int64], asked: NDArray[np.int64]) -> None:
    """Raise BadStudy where no composite of a part of the box has a result of an element that others have.

    grade: (n, elements), NaN where there is none; domain: (n,) of each; asked: those that panels lie in.
    """
    for number, element in enumerate(elements):
        known = set(domain[~np.isnan(grade[:, number])].tolist())
        silent = [int(one) for one in np.unique(asked) if int(one) not in known]
        if known and silent:
            raise BadStudy(
                f"{element}: no sample of {domains.words(silent[0])} has a result of it; have them assayed for it, or "
                "leave the border of that part out of lift_tops_m (beach_m)"
            )


def check_apart(at: Values, holes: Sequence[str], samples: Sequence[Sampled]) -> None:
    """Raise BadStudy where two composites stand at one place; at: (n, 3) [m], holes: that of each."""
    order = np.lexsort(at.T)
    near = np.flatnonzero((np.abs(np.diff(at[order], axis=0)) < TOGETHER_M).all(axis=1))
    if len(near):
        named = {one.hole: _named(one) for one in reversed(samples)}
        one, other = (named[holes[order[at]]] for at in (near[0], near[0] + 1))
        raise BadStudy(
            f"{one} and {other} have samples at one place; give a twin hole the collar that was surveyed, or send its "
            "samples as duplicates"
        )
