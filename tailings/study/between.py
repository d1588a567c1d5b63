"""Whether samples lie between the surfaces of a study: else a sentence names hole, file and row, and what helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tailings.series import Values
from tailings.study import cutting
from tailings.study.inputs import BadStudy
from tailings.study.sampled import Sampled
from tailings.study.stated_surfaces import StatedSurface, Surfaces

LEAST_OFF_M: Final = 0.5
"""A sample, or all collars, may be so far off a surface whatever its survey says. Our own rule."""
FOOT_M: Final = 0.3048
LIKE: Final = 0.02


def check(samples: Sequence[Sampled], surfaces: Surfaces) -> None:
    """Raise BadStudy for feet, for collars that are all as far off the top, and for a sample beyond the surfaces."""
    at = np.array([(one.chainage_m, one.offset_m) for one in samples])
    surveys = (surfaces.top, surfaces.bottom)
    top, bottom = (cutting.heights(one, at[:, 0], at[:, 1], surfaces) for one in surveys)
    _check_collars(samples, top, surfaces.top)
    over, under = (_slack(one) for one in surveys)
    for one, high, low in zip(samples, top, bottom, strict=True):
        begins, ends = one.collar_m - one.top_m, one.collar_m - one.bottom_m
        if ends - high > over:
            raise BadStudy(
                f"{_named(one)} ends {ends - high:.1f} m above the top, {surfaces.top.file} ({high:.1f} m there); "
                "correct collar_m or the depths, or the survey"
            )
        if low - begins > under:
            raise BadStudy(
                f"{_named(one)} begins {low - begins:.1f} m below the bottom, {surfaces.bottom.file} ({low:.1f} m "
                "there): leave natural ground out, or correct collar_m, the depths, or the survey"
            )


def _named(one: Sampled) -> str:
    hole = f"{one.hole} ({one.place})" if one.place else one.hole
    return f"{hole}: the sample from {one.top_m:g} to {one.bottom_m:g} m"


def _slack(one: StatedSurface) -> float:
    return max(LEAST_OFF_M, cutting.apart_m(one))


def _check_collars(samples: Sequence[Sampled], top: Values, stated: StatedSurface) -> None:
    found = {one.hole: (one.collar_m, high) for one, high in zip(samples, top, strict=True) if np.isfinite(high)}
    if len(found) < 2:
        return
    collars, high = np.array(list(found.values())).T
    files = sorted({one.place.rpartition(" row ")[0] for one in samples if one.place})
    named = f" ({', '.join(files)})" if files else ""
    for ratio, whose in ((1 / FOOT_M, f"collar_m of the assays{named}"), (FOOT_M, f"the heights of {stated.file}")):
        if (np.abs(collars - ratio * high) < LIKE * np.abs(collars)).all():
            raise BadStudy(f"surfaces: {whose} look like feet, the others like metres; turn them into metres")
    off = collars - high
    middle = float(np.median(off))
    if abs(middle) > _slack(stated) and np.abs(off - middle).max() < abs(middle) / 2:
        side = "above" if middle > 0 else "below"
        raise BadStudy(
            f"surfaces: all {len(off)} collars{named} stand {side} {stated.file}, by {np.abs(off).min():.1f} to "
            f"{np.abs(off).max():.1f} m: one of the two has another datum; correct collar_m, or the grids' heights"
        )
