"""What would change the conclusion of a study: where each input has to stand for the net value to be zero."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from tailings.estimate.outcomes import Z10, Case, tornado

FARTHEST: Final = 3.0
"""Standard deviates of an input beyond which nobody expects it."""


class TurningPoint(Struct, frozen=True):
    """An input, its value at which the net value is zero while the rest stay at P50, and how far that is off.

    change: as a share of its P50; deviate: in standard deviates of its own spread.
    """

    name: str
    value: float
    change: float
    deviate: float


def points(case: Case) -> list[TurningPoint]:
    """Those that can be expected, the nearest first; the undiscounted net value is linear in each input alone."""
    inputs, found = case.inputs(), []
    for bar in tornado(case):
        spread, slope = inputs[bar.name], (bar.net_high - bar.net_low) / (bar.high - bar.low)
        if not slope or not spread.mid:
            continue
        value = bar.low - bar.net_low / slope
        side = spread.mid - spread.low if value < spread.mid else spread.high - spread.mid
        deviate = Z10 * (value - spread.mid) / side if side else float("inf")
        if spread.least <= value <= spread.most and abs(deviate) <= FARTHEST:
            found.append(TurningPoint(bar.name, value, value / spread.mid - 1, deviate))
    return sorted(found, key=lambda one: abs(one.deviate))
