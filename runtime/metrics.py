"""Figures that a monitoring system watches: what is said of each, and its samples.

The edge agent writes them into a file, the api answers them; both say them, and `runtime.metrics_text` writes.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Metric(NamedTuple):
    """What one figure is called, whether it only grows, and what it means. A counter's name ends in `_total`."""

    name: str
    kind: Literal["gauge", "counter"]
    meaning: str


Sample = tuple[Mapping[str, str], float]
"""Labels and a value."""
