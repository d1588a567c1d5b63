"""Dry density of a study: as its author answers for it, or from the samples that were weighed and dried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.estimate.outcomes import Spread
from tailings.estimate.volumes import dry_density
from tailings.study.inputs import BadStudy, StudyInputs
from tailings.study.sampled import Sampled

LEAST: Final = 5
"""Samples below which a mean says too little; a convention of this program."""


class DryDensity(Struct, frozen=True):
    """Dry density [t/m3] as it is drawn, and what it was reckoned from ("" for an assumption)."""

    spread: Spread
    says: str


def of(inputs: StudyInputs, samples: Sequence[Sampled]) -> DryDensity:
    """Give it; raises BadStudy where nobody answers for it and too few samples carry it."""
    if inputs.density_t_m3 is not None:
        return DryDensity(inputs.density_t_m3.spread(), "")
    weighed = [
        (one.bulk_t_m3, one.water_share, one) for one in samples if one.bulk_t_m3 and one.water_share is not None
    ]
    if len(weighed) < LEAST:
        raise BadStudy(
            f"density_t_m3: is not there, and {len(weighed)} samples have bulk_t_m3 and water_percent; {LEAST} are the "
            "least, so weigh more or state it"
        )
    spread = dry_density(np.array([bulk for bulk, _, _ in weighed]), np.array([water for _, water, _ in weighed]))
    days = sorted(one.sampled for _, _, one in weighed if one.sampled)
    when = f", taken {days[0]} to {days[-1]}" if days else ", undated"
    return DryDensity(spread, f"bulk density over one plus water content of {len(weighed)} samples{when}")
