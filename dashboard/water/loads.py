"""Loads of the seepage on the days when a laboratory has looked: its concentration times that day's mean flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from api.observations.trends import Means
from dashboard import numbers
from dashboard.rows import DatastreamRow
from tailings.analytes import KEPT_PER
from tailings.formulas.load import load_kg_d
from tailings.water import Analysis, Sample

FLOW: Final = "seepage-flow"
SEEPAGE: Final = "seepage"
KEPT: Final = "ug/L"
UG_PER_MG: Final = float(KEPT_PER["mg/L"])
DAY_MS: Final = 86_400_000
MAX_LOADS: Final = 24
WIDTH: Final = 100.0


@dataclass(frozen=True)
class Load:
    """What one substance carried on the day of one sample [kg/d]; below its limit of quantification: half of that."""

    sample: Sample
    analysis: Analysis
    flow_l_s: float
    load_kg_d: float
    share: float = 0.0
    """Its bar, in percent of the substance's largest."""

    @property
    def concentration(self) -> str:
        return self.analysis.sign + number(self.analysis.value / UG_PER_MG)


def number(value: float) -> str:
    """Write a figure with three significant digits and no exponent."""
    return (
        numbers.number(value, "")
        if value == 0
        else numbers.spaced(f"{float(f'{value:.3g}'):.6f}".rstrip("0").rstrip("."))
    )


def weir(rows: Sequence[DatastreamRow]) -> DatastreamRow | None:
    """Give the one weir whose flow a seepage sample belongs to; of several nobody says which, so there is none."""
    flows = [row for row in rows if row.quantity == FLOW and not row.is_raw and row.time is not None]
    return flows[0] if len(flows) == 1 else None


def of_samples(samples: Sequence[Sample], days: Means | None) -> list[Load]:
    """Give the loads by substance, the newest first; a day without a mean of the flow has none."""
    if days is None:
        return []
    found = [load for sample in samples if sample.medium == SEEPAGE for load in _of_sample(sample, days)][:MAX_LOADS]
    most: dict[str, float] = {}
    for load in found:
        most[load.analysis.symbol] = max(load.load_kg_d, most.get(load.analysis.symbol, 0.0))
    drawn = [_drawn(load, most) for load in found]
    return sorted(drawn, key=lambda one: one.analysis.symbol)


def _drawn(load: Load, most: Mapping[str, float]) -> Load:
    widest = most[load.analysis.symbol] or 1.0
    return Load(load.sample, load.analysis, load.flow_l_s, load.load_kg_d, load.load_kg_d / widest * WIDTH)


def _of_sample(sample: Sample, days: Means) -> Iterator[Load]:
    taken_ms = sample.taken_at.timestamp() * 1000
    on = np.flatnonzero((days.start_ms <= taken_ms) & (taken_ms < days.start_ms + DAY_MS))
    for place in on[:1].tolist():
        flow = float(days.mean[place])
        for one in sample.analyses:
            if one.unit == KEPT:
                load = load_kg_d(np.array([flow]), np.array([one.reckoned / UG_PER_MG]))
                yield Load(sample, one, flow, float(load[0]))
