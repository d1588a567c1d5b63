"""The queues of a cluster: how workers share them."""

from ingest.receive.queues import priority
from ingest.settings import Queues


def order(number: int, workers: int, count: int) -> list[int]:
    """The workers in the order in which they get a queue."""
    wishes = {worker: priority(number, Queues(5671, count, worker, workers)) for worker in range(workers)}
    assert len(set(wishes.values())) == workers
    return sorted(wishes, key=lambda worker: -wishes[worker])


def test_each_worker_has_its_share() -> None:
    """Of eight queues two workers have four each, and each stands in for the other."""
    assert [order(number, 2, 8) for number in range(8)] == [[0, 1], [1, 0]] * 4


def test_the_share_of_one_that_is_away_is_spread() -> None:
    """Of three workers the second is away: its queues go to the two others in the order of their numbers."""
    left = [next(worker for worker in order(number, 3, 6) if worker != 1) for number in range(6)]

    assert left == [0, 0, 2, 0, 0, 2]
