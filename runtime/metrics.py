"""Figures that a monitoring system watches, in the text format of Prometheus (version 0.0.4).

The edge agent writes them into a file, the api answers them; both say a metric and its samples, and the library writes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Metric(NamedTuple):
    """What one figure is called, whether it only grows, and what it means. A counter's name ends in `_total`."""

    name: str
    kind: Literal["gauge", "counter"]
    meaning: str


Sample = tuple[Mapping[str, str], float]
"""Labels and a value."""


def text(figures: Iterable[tuple[Metric, Sequence[Sample]]]) -> str:
    """Write metrics with their samples, in this order; of one without samples, its meaning."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures))
    return generate_latest(registry).decode()


class _Figures(Collector):
    def __init__(self, figures: Iterable[tuple[Metric, Sequence[Sample]]]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Family]:
        for metric, samples in self._figures:
            family = Family(metric.name.removesuffix("_total"), metric.meaning, metric.kind)
            for labels, value in samples:
                family.add_sample(metric.name, dict(labels), float(value))
            yield family
