"""Contained tonnes of an element by the newest studies: P50, from P90 to P10.

How amounts of facilities go together nobody has measured, and a sum needs it. The value and its bounds are the sum
where all are high or low at once, which adds quantile by quantile; `independent` is the sum where none
tells of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tailings.estimate import sums
from tailings.policy.values import Measured, PolicyRow, Shown, total

METHOD: Final = 1
SHOWN: Final[Shown] = "tonnes"
NEEDS: Final = ("tonnes_p90", "tonnes_p50", "tonnes_p10", "tonnes_quantiles")
PARAMETERS: Final = ("element",)


def measure(rows: Sequence[PolicyRow]) -> Measured:
    """Add the studies that have the element; the others are not known."""
    studied = sorted((row for row in rows if "tonnes_p50" in row.values), key=lambda row: row.key)
    if not studied:
        return Measured(None, None, None, known=0, of=len(rows))
    low, mid, high = (total(row.amount(name) for row in studied) for name in ("tonnes_p90", "tonnes_p50", "tonnes_p10"))
    return Measured(mid, low, high, known=len(studied), of=len(rows), independent=_independent(studied))


def _independent(studied: Sequence[PolicyRow]) -> tuple[float, float, float]:
    """P90, P50 and P10, to six digits: what follows is noise of the draws."""
    kept = [np.asarray(row.values["tonnes_quantiles"], dtype=float) for row in studied]
    profiles = [np.interp(sums.RANKS, np.linspace(0.0, 1.0, len(one)), one) for one in kept]
    low, mid, high = (float(f"{one:.6g}") for one in sums.independent(profiles))
    return low, mid, high
