"""Whether samples lie where the box of the study is, and apart from one another: else a sentence names the hole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from tailings.series import Values
from tailings.study.inputs import BadStudy, Box

TOGETHER_M: Final = 0.01
"""Composites nearer than that are at one place, and no variogram tells them apart."""


class PlacedSample(Protocol):
    """An interval of a hole [m]."""

    @property
    def hole(self) -> str: ...
    @property
    def chainage_m(self) -> float: ...
    @property
    def offset_m(self) -> float: ...
    @property
    def collar_m(self) -> float: ...
    @property
    def bottom_m(self) -> float: ...
    @property
    def oxidised_m(self) -> float | None: ...


def check_holes(samples: Sequence[PlacedSample], box: Box, spacing_m: float) -> None:
    """Raise BadStudy for a hole that is farther beside the box than holes are apart, wholly above or below it, or said
    to be oxidised deeper than it is drilled."""
    deepest: dict[str, PlacedSample] = {}
    for one in samples:
        known = deepest.get(one.hole)
        deepest[one.hole] = one if known is None or one.bottom_m > known.bottom_m else known
    for name, one in sorted(deepest.items()):
        for axis, at, (low, high) in (
            ("chainage", one.chainage_m, box.chainage_m),
            ("offset", one.offset_m, box.offset_m),
        ):
            if (apart := max(low - at, at - high)) > spacing_m:
                raise BadStudy(
                    f"{name}: {axis} {at:g} m is {apart:.0f} m outside of the box ({low:g} to {high:g} m); correct the "
                    "place of the hole, or widen the box"
                )
        foot, (low, high) = one.collar_m - one.bottom_m, box.elevation_m
        if foot >= high or one.collar_m <= low:
            raise BadStudy(
                f"{name}: its samples lie from {one.collar_m:g} to {foot:g} m, all outside of the box ({low:g} to "
                f"{high:g} m); check that its collar is above the datum of the facility file, and in metres"
            )
        if one.oxidised_m is not None and one.oxidised_m > one.bottom_m:
            raise BadStudy(
                f"{name}: oxidised_m is {one.oxidised_m:g} m and the deepest sample ends at {one.bottom_m:g} m; state "
                "no more than the log has seen"
            )


def check_apart(at: Values, holes: Sequence[str]) -> None:
    """Raise BadStudy where two composites stand at one place; at: (n, 3) [m], holes: that of each."""
    order = np.lexsort(at.T)
    near = np.flatnonzero((np.abs(np.diff(at[order], axis=0)) < TOGETHER_M).all(axis=1))
    if len(near):
        one, other = order[near[0]], order[near[0] + 1]
        raise BadStudy(
            f"{holes[one]} and {holes[other]} have samples at one place; give a twin hole the collar that was "
            "surveyed, or send its samples as duplicates"
        )
