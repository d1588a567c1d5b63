"""The text format of Prometheus, as its own documents write it."""

from runtime.metrics import Metric
from runtime.metrics_text import written


def test_metrics_are_written_as_the_format_says() -> None:
    """prometheus.io, "Exposition formats": a quote, a backslash and a new line of a label are escaped."""
    site = Metric("tailwatch_nodes", "gauge", "Nodes")
    packs = Metric("tailwatch_packs_total", "counter", "Packs")

    assert written([(site, [({"facility": 'a "b"\\\n'}, True)]), (packs, [({}, 3)])]) == (
        "# HELP tailwatch_nodes Nodes\n"
        "# TYPE tailwatch_nodes gauge\n"
        'tailwatch_nodes{facility="a \\"b\\"\\\\\\n"} 1.0\n'
        "# HELP tailwatch_packs_total Packs\n"
        "# TYPE tailwatch_packs_total counter\n"
        "tailwatch_packs_total 3.0\n"
    )
