"""Gathering: deliveries are decoded as they come, until there are enough rows for one transaction or time is up.

They are taken and decoded some at a time: a lock, a parse and a check of columns then serve many messages, and what
they leave in memory still fits into the CPU's cache.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Generic, Self, TypeVar

from codec.fastbatch import decode_batches
from ingest.receive.decode import DecodeBatches, decode_all
from ingest.values import Arrival, Delivery, Queue

MAX_DELIVERIES: Final = 4000
SOME_BYTES: Final = 256 * 1024
"""What is taken at a time: some seventy messages of 50 readings."""
QUIET_S: Final = 0.02
"""When nothing more came for this long, there is nothing to wait for."""
SOON_S: Final = 0.02
"""How long a group is gathered that somebody waits for: what comes alone is not stored alone."""
IDLE_S: Final = 0.25
"""While nothing comes, the program looks this often at what else is to be done: hellos, a new line to the broker."""

Group = list[tuple[Delivery, Arrival]]
T = TypeVar("T")


def gather(
    queue: Queue,
    max_rows: int,
    within_s: float,
    is_wanted: Callable[[], bool] = lambda: False,
    *,
    is_held: Callable[[Arrival], bool] = lambda _: False,
    decode_batches: DecodeBatches = decode_batches,
) -> Group:
    """Return what came: at most about `max_rows` rows, within `within_s` of the first; empty after IDLE_S of nothing.

    While `is_wanted` says that somebody waits for the group, it is given within SOON_S of the first one, however much
    more waits: the database is idle meanwhile, and what is left makes the next group a larger one.

    What `is_held` is in no group: the broker may forget it, and its sender does not.
    """
    group: Group = []
    row_count = taken = 0
    first_s = 0.0
    while row_count < max_rows and taken < MAX_DELIVERIES:
        is_soon = is_wanted()
        left_s = first_s + (min(SOON_S, within_s) if is_soon else within_s) - time.monotonic()
        if group and is_soon and left_s <= 0:
            break
        deliveries = queue.take(min(left_s, QUIET_S) if group else IDLE_S, SOME_BYTES)
        if not deliveries:
            break
        if not group:
            first_s = time.monotonic()
        taken += len(deliveries)
        for delivery, arrival in zip(deliveries, decode_all(deliveries, decode_batches), strict=True):
            if is_held(arrival):
                delivery.acknowledge()
            else:
                group.append((delivery, arrival))
                row_count += arrival.row_count
    return group


class Ahead(Generic[T]):
    """Gets the next group ready in a thread of its own while the one before it is stored.

    `begin` is called when the database is busy with that one: earlier, both threads would want the interpreter at once.
    """

    def __init__(self, get_ready: Callable[[], T]) -> None:
        self._get_ready = get_ready
        self._pool = ThreadPoolExecutor(1, "gather")
        self._coming: Future[T] | None = None
        self._is_wanted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def begin(self) -> None:
        """Begin with the next group, unless that was done."""
        if self._coming is None:
            self._coming = self._pool.submit(self._get_ready)

    def is_wanted(self) -> bool:
        """Say whether `take` waits."""
        return self._is_wanted

    def take(self) -> T:
        """Return the next group once it is ready."""
        self.begin()
        assert self._coming is not None
        self._is_wanted = True
        try:
            return self._coming.result()
        finally:
            self._is_wanted, self._coming = False, None
