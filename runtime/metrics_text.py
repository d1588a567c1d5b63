"""Metrics in the text format of Prometheus (version 0.0.4), by its own library, which takes 1.5 MB."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from runtime.metrics import Metric, Sample


def written(figures: Iterable[tuple[Metric, Sequence[Sample]]]) -> str:
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
