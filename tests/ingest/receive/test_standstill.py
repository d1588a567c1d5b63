"""When a queue that has batches and gives none is noticed: what it is not to be taken for."""

import time
from collections.abc import Mapping

import pytest

from ingest.receive.queues import own
from ingest.receive.standstill import QueueStandsStill, Standstill
from ingest.settings import Queues


class Quick(Standstill):
    """Looks at each turn, and waits for a moment."""

    every_s, stands_s = 0.0, 0.3


def turns(waiting: Mapping[str, int], *, gives: bool = False, is_settled: bool = True) -> int:
    """Return how many of a hundred turns of 10 ms passed before it was noticed."""
    standstill = Quick(["a"], lambda names: waiting)
    came_s: dict[str, float] = {}
    for number in range(100):
        time.sleep(0.01)
        if gives:
            came_s["a"] = time.monotonic()
        try:
            standstill.check(came_s if is_settled else None)
        except QueueStandsStill:
            return number
    return 100


def test_a_queue_that_gives_nothing_is_noticed() -> None:
    """The sentence names the queue, and how many batches wait there."""
    standstill = Quick(["a"], lambda names: dict.fromkeys(names, 3))

    with pytest.raises(QueueStandsStill, match="a has 3 batches and has given none for 0 s"):
        for _ in range(1_000):
            time.sleep(0.01)
            standstill.check({"a": 0.0})


def test_what_is_no_standstill() -> None:
    """A queue that is empty or gives, batches of ours that are not stored yet, and a broker that does not say."""
    assert turns({"a": 0}) == turns({}) == 100
    assert turns({"a": 5}, gives=True) == turns({"a": 5}, is_settled=False) == 100
    assert turns({"a": 5}) < 100


def test_a_worker_looks_at_the_queues_that_it_has() -> None:
    """Of four queues two workers look at two each; one that is alone looks at all."""
    shares = [own(Queues(5671, 4, worker, 2)) for worker in range(2)]

    assert [len(share) for share in shares] == [2, 2]
    assert sorted(name for share in shares for name in share) == own(Queues(5671, 4, 0, 1))
