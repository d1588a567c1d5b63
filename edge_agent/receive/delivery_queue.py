"""The inbox: a bounded queue between the thread of a receiver and the worker, which takes groups out of it.

A full inbox holds the receiver's thread: it stops reading, and whoever is before it keeps what follows.
"""

import time
from typing import Final, Generic, TypeVar

from edge_agent.values import PackDelivery, ReadingsDelivery
from runtime.queue import BoundedQueue

MAX_WAITING: Final = 1000
MAX_GROUP: Final = 128  # of four times as many, deriving takes 5 MB more, for a tenth of the time
MAX_GROUP_BYTES: Final = 256 * 1024
FROM_BROKER: Final = 2 * MAX_GROUP  # a group in work and the next one; the broker's own default of 20 slows a drain

Item = TypeVar("Item", PackDelivery, ReadingsDelivery)


class DeliveryQueue(Generic[Item]):
    """Deliveries of one receiver, oldest first. `gather_s`: how long a group waits for more after its first."""

    def __init__(self, gather_s: float) -> None:
        self._waiting: BoundedQueue[Item] = BoundedQueue(MAX_WAITING, lambda _: 1)
        self._gather_s = gather_s

    def put(self, delivery: Item) -> bool:
        """Add one, waiting for room; False when the inbox was closed meanwhile, and then it is not taken over."""
        return self._waiting.put(delivery)

    def take(self, wait_s: float) -> list[Item]:
        """One group: what came within `gather_s` of the first, bounded in number and bytes."""
        group = self._waiting.take(wait_s)
        size, until_s = sum(one.bytes for one in group), time.monotonic() + self._gather_s
        while group and len(group) < MAX_GROUP and size < MAX_GROUP_BYTES:
            more = self._waiting.take(max(until_s - time.monotonic(), 0.0))
            if not more:
                break
            group += more
            size += more[0].bytes
        return group

    def close(self) -> None:
        """Let go of a thread that waits for room; what is in the queue stays unacknowledged."""
        self._waiting.close()
