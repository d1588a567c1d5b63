"""Water volume by level, from one stage-storage survey."""

from __future__ import annotations

import numpy as np

from tailings.facility.model import StageStorage
from tailings.series import Values


def interpolate(survey: StageStorage, level_m: Values) -> Values:
    """Volume [m3] on the straight lines between the surveyed points, float64[n]; NaN outside them."""
    return np.interp(level_m, survey.level_m, survey.volume_m3, left=np.nan, right=np.nan)
