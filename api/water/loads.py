"""Loads of the seepage on the days when a laboratory has looked: its concentration times that day's mean flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from api.datastreams.models import Datastream
from api.observations.trends import Means
from api.water.models import MassLoad
from tailings.analytes import KEPT_PER
from tailings.formulas.load import load_kg_d
from tailings.water import ParsedSample

FLOW: Final = "seepage-flow"
SEEPAGE: Final = "seepage"
KEPT: Final = "ug/L"
UG_PER_MG: Final = float(KEPT_PER["mg/L"])
DAY_MS: Final = 86_400_000


def weir(streams: Sequence[Datastream]) -> Datastream | None:
    """Return the one weir whose flow a seepage sample belongs to; of several nobody says which, so there is none."""
    flows = [one for one in streams if one.quantity == FLOW and one.formula is not None and one.latest is not None]
    return flows[0] if len(flows) == 1 else None


def of_samples(samples: Sequence[ParsedSample], days: Means | None) -> list[MassLoad]:
    """Return the loads by substance, the newest first; a day without a mean of the flow has none."""
    if days is None:
        return []
    found = [load for sample in samples if sample.medium == SEEPAGE for load in _of_sample(sample, days)]
    return sorted(found, key=lambda one: one.symbol)


def _of_sample(sample: ParsedSample, days: Means) -> Iterator[MassLoad]:
    taken_ms = sample.taken_at.timestamp() * 1000
    on = np.flatnonzero((days.start_ms <= taken_ms) & (taken_ms < days.start_ms + DAY_MS))
    for place in on[:1].tolist():
        flow = float(days.mean[place])
        for one in sample.analyses:
            if one.unit == KEPT:
                load = load_kg_d(np.array([flow]), np.array([one.reckoned / UG_PER_MG]))
                yield MassLoad(
                    sample=sample.name,
                    point=sample.point,
                    taken_at=sample.taken_at,
                    symbol=one.symbol,
                    fraction=one.fraction,
                    concentration_mg_l=one.value / UG_PER_MG,
                    sign=one.sign,
                    flow_l_s=flow,
                    load_kg_d=float(load[0]),
                )
