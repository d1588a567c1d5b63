"""The flow through the agent since its start: what was stored of packs, readings and rows of files, and how fast."""

from collections.abc import Iterable
from typing import Final

import msgspec

from edge_agent.values import Delivery, PackDelivery, ReadingsDelivery

WINDOW_S: Final = 30.0  # the least time over which a rate is taken


class DeliveryTotals(msgspec.Struct, frozen=True):
    """Totals since `started_ms` [Unix ms], and packs/s over the last window that is complete."""

    started_ms: int
    packs: int
    readings: int
    rows: int
    packs_per_s: float


class Throughput:
    """Counts deliveries that are stored; the clocks are passed in."""

    def __init__(self, started_ms: int, now_s: float) -> None:
        self._started_ms = started_ms
        self._packs = self._readings = self._rows = 0
        self._window_s, self._window_packs, self._rate = now_s, 0, 0.0

    def count(self, deliveries: Iterable[Delivery]) -> None:
        """Count one group; repeats of packs are packs too."""
        for one in deliveries:
            if isinstance(one, PackDelivery):
                self._packs += 1
            elif isinstance(one, ReadingsDelivery):
                self._readings += len(one.readings)
            else:
                self._rows += max((len(times_ms) for times_ms, _ in one.columns.values()), default=0)

    def counts(self, now_s: float) -> DeliveryTotals:
        """How it stands at a monotonic time."""
        passed_s = now_s - self._window_s
        if passed_s >= WINDOW_S:
            self._rate = (self._packs - self._window_packs) / passed_s
            self._window_s, self._window_packs = now_s, self._packs
        return DeliveryTotals(self._started_ms, self._packs, self._readings, self._rows, round(self._rate, 2))
