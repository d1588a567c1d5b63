"""Differences as people reckon them, wherever one is held against a limit."""

from __future__ import annotations

from typing import Final

import numpy as np

from tailings.series import Values

_LEAST: Final = 1e-9
"""What is smaller than this counts as so large: of zero there are no figures."""


def as_reckoned(size: Values, *changes: Values) -> list[Values]:
    """Rates and differences without what binary fractions add to them.

    Kept are twelve figures of `size`, of what was subtracted. Readings have fewer: a rise from 330.1 to 330.2 m is one
    of 0.1 m, and at a limit of 0.1 not past it.
    """
    known = np.where(np.isfinite(size), np.maximum(size, _LEAST), _LEAST)
    scale = 10.0 ** (12 - np.ceil(np.log10(known)))
    return [np.where(np.isfinite(one), np.rint(one * scale) / scale, one) for one in changes]
